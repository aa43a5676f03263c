package io.pecanraft.testkit.linearizability;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes down what clients ask for and are told, from any number of threads. The times of a call and of its answer are taken
 * around the operation, so it lies between them.
 *
 * @param <I> what is asked
 * @param <O> what is answered
 */
public final class HistoryRecorder<I, O> {

    /** How many operations a recorder takes; one more is refused with an exception. */
    public static final int MAX_OPERATIONS = 1_000_000;

    private final LongSupplier clock;
    private final Queue<Call<I, O>> calls = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    private HistoryRecorder(LongSupplier clock) {
        this.clock = clock;
    }

    /** A recorder by the monotonic clock of this process, which all its threads share. */
    public static <I, O> HistoryRecorder<I, O> monotonic() {
        return new HistoryRecorder<>(System::nanoTime);
    }

    /** A recorder by another clock, such as the virtual one of a simulation. */
    public static <I, O> HistoryRecorder<I, O> withClock(LongSupplier clock) {
        return new HistoryRecorder<>(clock);
    }

    /** A client is about to ask for something. */
    public Call<I, O> call(String client, I input) {
        if (count.incrementAndGet() > MAX_OPERATIONS) {
            throw new IllegalStateException("a history holds at most " + MAX_OPERATIONS + " operations");
        }
        Call<I, O> call = new Call<>(clock, client, input, clock.getAsLong());
        calls.add(call);
        return call;
    }

    /** What was recorded so far. Operations without an answer are of unknown outcome. */
    public List<Operation<I, O>> operations() {
        List<Operation<I, O>> operations = new ArrayList<>();
        for (Call<I, O> call : calls) {
            call.operation().ifPresent(operations::add);
        }
        return operations;
    }

    /** A call that was made. While nothing more is said of it its outcome is unknown. */
    public static final class Call<I, O> {

        private final LongSupplier clock;
        private final String client;
        private final I input;
        private final long calledAt;
        private final AtomicReference<@Nullable End<O>> end = new AtomicReference<>();

        private record End<O>(@Nullable O output, long at) {}

        private Call(LongSupplier clock, String client, I input, long calledAt) {
            this.clock = clock;
            this.client = client;
            this.input = input;
            this.calledAt = calledAt;
        }

        /** The answer has arrived. */
        public void returned(O output) {
            end(new End<>(output, clock.getAsLong()));
        }

        /** The operation has certainly not taken effect and never will: it is left out of the history. */
        public void notDone() {
            end(new End<>(null, clock.getAsLong()));
        }

        private void end(End<O> how) {
            if (!end.compareAndSet(null, how)) {
                throw new IllegalStateException(input + " of " + client + " has ended twice");
            }
        }

        private Optional<Operation<I, O>> operation() {
            End<O> how = end.get();
            if (how == null) {
                return Optional.of(Operation.unanswered(client, input, calledAt));
            }
            return Optional.ofNullable(how.output())
                    .map(output -> Operation.answered(client, input, calledAt, output, how.at()));
        }
    }
}
