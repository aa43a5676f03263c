package io.pecanraft.testkit;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SessionInfo;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.check.Operations;
import io.pecanraft.testkit.check.ReplicaCheck;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.Optional;

/**
 * A user's state machine under observation: takes the call's number off commands and queries, reports what is applied,
 * replied and restored, and writes into each snapshot which commands it stands for.
 */
final class CheckedStateMachine implements StateMachine {

    private final StateMachine delegate;
    private final ReplicaCheck check;
    private final Operations operations;

    CheckedStateMachine(StateMachine delegate, ReplicaCheck check, Operations operations) {
        this.delegate = delegate;
        this.check = check;
        this.operations = operations;
    }

    ReplicaCheck check() {
        return check;
    }

    @Override
    public void apply(CommandBatch batch) {
        // The delegate may look at the batch in any way it likes, so the order is checked before.
        for (Command command : batch) {
            check.applying(command.index(), command.payload());
        }
        delegate.apply(new UnwrappedBatch(batch));
    }

    @Override
    public ByteBuffer query(ByteBuffer query) {
        operations.queried(Operations.idOf(query), check.appliedIndex());
        return delegate.query(Operations.unwrap(query));
    }

    @Override
    public SnapshotView captureSnapshot() {
        SnapshotView view = delegate.captureSnapshot();
        long chain = check.chain();
        return new SnapshotView() {
            @Override
            public void writeTo(OutputStream out) throws IOException {
                DataOutputStream header = new DataOutputStream(out);
                header.writeLong(chain);
                header.flush();
                view.writeTo(out);
            }

            @Override
            public void close() {
                view.close();
            }
        };
    }

    @Override
    public void restore(SnapshotSource source) throws IOException {
        InputStream in = source.stream();
        check.restored(source.lastIncludedIndex(), new DataInputStream(in).readLong());
        delegate.restore(new SnapshotSource() {
            @Override
            public long lastIncludedIndex() {
                return source.lastIncludedIndex();
            }

            @Override
            public InputStream stream() {
                return in;
            }
        });
    }

    @Override
    public long appliedIndex() {
        return delegate.appliedIndex();
    }

    @Override
    public void close() {
        delegate.close();
    }

    private final class UnwrappedBatch implements CommandBatch {

        private final CommandBatch batch;

        UnwrappedBatch(CommandBatch batch) {
            this.batch = batch;
        }

        @Override
        public long firstIndex() {
            return batch.firstIndex();
        }

        @Override
        public long lastIndex() {
            return batch.lastIndex();
        }

        @Override
        public int size() {
            return batch.size();
        }

        @Override
        public Iterator<Command> iterator() {
            Iterator<Command> commands = batch.iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return commands.hasNext();
                }

                @Override
                public Command next() {
                    return new UnwrappedCommand(commands.next());
                }
            };
        }
    }

    private final class UnwrappedCommand implements Command {

        private final Command command;

        UnwrappedCommand(Command command) {
            this.command = command;
        }

        @Override
        public long index() {
            return command.index();
        }

        @Override
        public long timestampMillis() {
            return command.timestampMillis();
        }

        @Override
        public Optional<SessionInfo> session() {
            return command.session();
        }

        @Override
        public ByteBuffer payload() {
            return Operations.unwrap(command.payload());
        }

        @Override
        public void reply(ByteBuffer result) {
            check.replied(command.index(), result);
            command.reply(result);
        }
    }
}
