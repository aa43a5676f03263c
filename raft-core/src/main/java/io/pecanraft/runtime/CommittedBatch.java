package io.pecanraft.runtime;

import io.pecanraft.RaftException.Outcome;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SessionInfo;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Committed entries, with the proposals that some of them came from; shows the state machine the commands among them and
 * keeps what it replies.
 */
final class CommittedBatch implements CommandBatch {

    private static final ByteBuffer NO_REPLY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final List<LogEntry> entries;
    private final @Nullable Proposal[] proposals;
    private final boolean[] replied;
    private final @Nullable ByteBuffer[] replies;

    /** What entries do to client sessions; null while none does anything. */
    private @Nullable SessionStep @Nullable [] steps;

    // The commands that the state machine is to see: positions in entries.
    private int firstCommand;
    private int lastCommand = -1;
    private int commands;
    private long skipThroughIndex;
    private boolean open = true;

    /** A batch; {@code proposals} has one place for each entry, null where nobody waits. */
    CommittedBatch(List<LogEntry> entries, @Nullable Proposal[] proposals) {
        this.entries = entries;
        this.proposals = proposals;
        this.replied = new boolean[entries.size()];
        this.replies = new ByteBuffer[entries.size()];
        skipThrough(0);
    }

    /** Hides commands up to this index from the state machine, because it has their effect already. */
    void skipThrough(long index) {
        skipThroughIndex = index;
        count();
    }

    /** Notes what an entry does to client sessions. Commands of sessions are shown to the state machine only with this. */
    void step(int position, SessionStep step) {
        @Nullable SessionStep[] all = steps;
        if (all == null) {
            all = new SessionStep[entries.size()];
            steps = all;
        }
        all[position] = step;
    }

    /** What an entry does to client sessions; null for nothing. */
    @Nullable
    SessionStep step(int position) {
        return steps == null ? null : steps[position];
    }

    /** Whether the state machine has the effect of this entry already. */
    boolean isSkipped(int position) {
        return entries.get(position).index() <= skipThroughIndex;
    }

    /** What the state machine replied to a command of a session; null for nothing. */
    @Nullable
    ByteBuffer replyTo(int position) {
        return replies[position];
    }

    /** Says what became of a session entry. */
    void answer(int position, SessionReply answer) {
        if (proposals[position] != null) {
            replies[position] = answer.encode();
        }
    }

    private void count() {
        commands = 0;
        lastCommand = -1;
        for (int i = 0; i < entries.size(); i++) {
            if (isCommand(i)) {
                if (commands++ == 0) {
                    firstCommand = i;
                }
                lastCommand = i;
            }
        }
    }

    /** Ends the time in which the state machine may use it. */
    void close() {
        open = false;
    }

    List<LogEntry> entries() {
        return entries;
    }

    LogEntry lastEntry() {
        return entries.get(entries.size() - 1);
    }

    /** Ends the proposals with what the state machine replied. After {@link #close}, on the result lane. */
    void complete() {
        for (int i = 0; i < proposals.length; i++) {
            Proposal proposal = proposals[i];
            if (proposal != null && proposal.settle()) {
                ByteBuffer reply = replies[i];
                proposal.succeed(entries.get(i).index(), reply == null ? NO_REPLY : reply);
            }
        }
    }

    /** Ends the proposals of a batch that was not, or not wholly, applied. On the result lane. */
    void fail(Termination termination) {
        for (Proposal proposal : proposals) {
            if (proposal != null && proposal.settle()) {
                proposal.fail(termination.exception(Outcome.UNKNOWN));
            }
        }
    }

    @Override
    public long firstIndex() {
        return entries.get(firstCommand).index();
    }

    @Override
    public long lastIndex() {
        return entries.get(lastCommand).index();
    }

    @Override
    public int size() {
        return commands;
    }

    @Override
    public Iterator<Command> iterator() {
        return new Commands();
    }

    private boolean isCommand(int position) {
        return !isSkipped(position)
                && (entries.get(position).type() == EntryType.COMMAND || freshCommand(position) != null);
    }

    private SessionStep.@Nullable Fresh freshCommand(int position) {
        SessionStep step = step(position);
        return step == null ? null : step.command();
    }

    private void reply(int position, ByteBuffer result) {
        if (!open) {
            throw new IllegalStateException(
                    "reply to command " + entries.get(position).index() + " after apply returned");
        }
        if (replied[position]) {
            throw new IllegalStateException(
                    "second reply to command " + entries.get(position).index());
        }
        replied[position] = true;
        if (proposals[position] != null || freshCommand(position) != null) {
            // A view of its own: a state machine may reply with the same constant again and again.
            replies[position] = result.slice();
        }
    }

    private final class Commands implements Iterator<Command> {

        private int next = firstCommand;

        @Override
        public boolean hasNext() {
            return next <= lastCommand;
        }

        @Override
        public Command next() {
            if (!hasNext()) {
                throw new NoSuchElementException("a batch of " + commands + " commands has no more");
            }
            Command command = new CommittedCommand(next++);
            while (next < lastCommand && !isCommand(next)) {
                next++;
            }
            return command;
        }
    }

    private final class CommittedCommand implements Command {

        private final int position;

        CommittedCommand(int position) {
            this.position = position;
        }

        @Override
        public long index() {
            return entries.get(position).index();
        }

        @Override
        public long timestampMillis() {
            return entries.get(position).timestampMillis();
        }

        @Override
        public Optional<SessionInfo> session() {
            return Optional.ofNullable(freshCommand(position)).map(SessionStep.Fresh::info);
        }

        @Override
        public ByteBuffer payload() {
            SessionStep.Fresh fresh = freshCommand(position);
            return (fresh == null ? entries.get(position).payload() : fresh.payload()).duplicate();
        }

        @Override
        public void reply(ByteBuffer result) {
            CommittedBatch.this.reply(position, result);
        }
    }
}
