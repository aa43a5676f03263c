package io.pecanraft.testkit.contract;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.statemachine.Command;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A08: the contract lets a good state machine pass and finds each kind of bad one. */
class StateMachineContractTest {

    /** A few sums. A command adds to one of them; the reply and the answer to a query are a sum. */
    static class Sums implements StateMachine {

        final Map<Integer, Long> sums = new TreeMap<>();

        @Override
        public void apply(CommandBatch batch) {
            for (Command command : batch) {
                command.reply(number(sums.merge((int) command.payload().get(0), value(command), Long::sum)));
            }
        }

        long value(Command command) {
            return command.payload().get(1);
        }

        @Override
        public ByteBuffer query(ByteBuffer query) {
            return number(sums.getOrDefault((int) query.get(0), 0L));
        }

        @Override
        public SnapshotView captureSnapshot() {
            Map<Integer, Long> frozen = new TreeMap<>(sums);
            return out -> {
                DataOutputStream data = new DataOutputStream(out);
                data.writeInt(frozen.size());
                for (Map.Entry<Integer, Long> sum : frozen.entrySet()) {
                    data.writeInt(sum.getKey());
                    data.writeLong(sum.getValue());
                }
            };
        }

        @Override
        public void restore(SnapshotSource source) throws IOException {
            sums.clear();
            DataInputStream data = new DataInputStream(source.stream());
            for (int left = data.readInt(); left > 0; left--) {
                sums.put(data.readInt(), data.readLong());
            }
        }

        static ByteBuffer number(long number) {
            return ByteBuffer.allocate(Long.BYTES).putLong(0, number);
        }
    }

    /** The contract on a given state machine. */
    private static class On extends StateMachineContract {

        private final Supplier<StateMachine> machines;

        On(Supplier<StateMachine> machines) {
            this.machines = machines;
        }

        @Override
        protected StateMachine newStateMachine() {
            return machines.get();
        }

        @Override
        protected ByteBuffer randomCommand(RandomGenerator random) {
            return ByteBuffer.wrap(new byte[] {(byte) random.nextInt(5), (byte) random.nextInt(100)});
        }

        @Override
        protected Optional<ByteBuffer> randomQuery(RandomGenerator random) {
            return Optional.of(ByteBuffer.wrap(new byte[] {(byte) random.nextInt(5)}));
        }
    }

    @Nested
    class AGoodOne extends On {
        AGoodOne() {
            super(Sums::new);
        }
    }

    @Test
    void findsAClock() {
        On contract = new On(() -> new Sums() {
            @Override
            long value(Command command) {
                return System.currentTimeMillis();
            }
        });
        found(contract::twoInstancesReplyAlikeAndEndAlike, "two instances");
    }

    @Test
    void findsRandomNumbers() {
        On contract = new On(() -> new Sums() {
            @Override
            long value(Command command) {
                return ThreadLocalRandom.current().nextLong();
            }
        });
        found(contract::twoInstancesReplyAlikeAndEndAlike, "seed 1, 300 commands: the reply to command 1");
    }

    @Test
    void findsTheOrderOfIdentityHashes() {
        On contract = new On(() -> new Sums() {
            private final Map<Object, Long> seen = new HashMap<>();

            @Override
            long value(Command command) {
                seen.put(new Object(), (long) command.payload().get(1));
                return seen.values().iterator().next();
            }
        });
        found(contract::twoInstancesReplyAlikeAndEndAlike, "two instances");
    }

    @Test
    void findsBatchesThatShow() {
        On contract = new On(() -> new Sums() {
            @Override
            public void apply(CommandBatch batch) {
                super.apply(batch);
                sums.merge(0, 1L, Long::sum);
            }
        });
        found(contract::batchCutsDoNotShow, "one command a batch");
    }

    @Test
    void findsStateThatTheSnapshotForgets() {
        On contract = new On(() -> new Sums() {
            private long count;

            @Override
            long value(Command command) {
                return ++count;
            }
        });
        found(contract::aSnapshotAtAnyPointIsTheWholeState, "restored into a new instance");
        found(contract::restoringReplacesWhateverWasThere, "the instance that had gone on");
    }

    @Test
    void findsStateThatOutlivesARestore() {
        On contract = new On(() -> new Sums() {
            @Override
            public void restore(SnapshotSource source) throws IOException {
                Map<Integer, Long> before = Map.copyOf(sums);
                super.restore(source);
                before.forEach(sums::putIfAbsent);
            }
        });
        found(contract::restoringReplacesWhateverWasThere, "after command 0");
    }

    @Test
    void findsASnapshotThatGoesOnChanging() {
        On contract = new On(() -> new Sums() {
            @Override
            public SnapshotView captureSnapshot() {
                return out -> super.captureSnapshot().writeTo(out);
            }
        });
        found(contract::aSnapshotIsFrozenWhenItIsCaptured, "captured after command 0");
    }

    @Test
    void findsAQueryThatChangesState() {
        On contract = new On(() -> new Sums() {
            @Override
            public ByteBuffer query(ByteBuffer query) {
                return number(sums.merge((int) query.get(0), 1L, Long::sum));
            }
        });
        found(contract::queriesChangeNothing, "after command 1");
    }

    @Test
    void findsAReplyThatIsReused() {
        On contract = new On(() -> new Sums() {
            private final ByteBuffer reused = ByteBuffer.allocate(Long.BYTES);

            @Override
            public void apply(CommandBatch batch) {
                for (Command command : batch) {
                    reused.putLong(0, sums.merge((int) command.payload().get(0), value(command), Long::sum));
                    command.reply(reused);
                }
            }
        });
        found(contract::aReplyBelongsToTheLibrary, "after all that came later");
    }

    private static void found(ThrowingCallable test, String how) {
        assertThatThrownBy(test).isInstanceOf(AssertionError.class).hasMessageContaining(how);
    }
}
