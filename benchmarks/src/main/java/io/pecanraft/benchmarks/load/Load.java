package io.pecanraft.benchmarks.load;

import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.Put;
import java.io.IOException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends operations on random keys at a {@link Pace} and records how long each takes. {@link #onReply} and {@link #onTurn} are for the
 * thread of the connection.
 *
 * <p>Operations under way have slots, whose numbers travel as their ids. There are {@value #MAX_IN_FLIGHT}: when a system falls that
 * far behind an open load, further operations are sent late, and their latency is counted from when they were due all the same.
 */
public final class Load {

    /** The most operations without an answer. Below what any system holds by default before it refuses. */
    public static final int MAX_IN_FLIGHT = 32_768;

    private static final int FILL_OUTSTANDING = 1024;

    /** How often a load that waits looks whether it is to do something else. */
    private static final long IDLE_TURN_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final long[] since = new long[MAX_IN_FLIGHT];
    private final int[] free = new int[MAX_IN_FLIGHT];
    private int freeSlots = MAX_IN_FLIGHT;
    private final SplittableRandom random;
    private final Operation operation;
    private final AtomicReference<@Nullable Change> change = new AtomicReference<>();
    private volatile Work work;
    private int keysInOrder;
    private final AtomicLong done = new AtomicLong();
    private @Nullable Recording recording;

    /** A load that sends nothing yet, and will send such operations. */
    public Load(long seed, Operation operation) {
        random = new SplittableRandom(seed);
        this.operation = operation;
        work = new Work(operation, Pace.closed(0), false);
        for (int i = 0; i < MAX_IN_FLIGHT; i++) {
            free[i] = i;
        }
    }

    /**
     * Puts so many and a few more, one key after the other, with many under way, and then nothing.
     *
     * @throws IOException when no answer comes for so long
     */
    public void fill(long puts, Duration patience) throws IOException, InterruptedException {
        work = new Work(Operation.WRITE, Pace.closed(FILL_OUTSTANDING), true);
        long before = done.get();
        long seen = before;
        long since = System.nanoTime();
        while (seen - before < puts) {
            if (System.nanoTime() - since > patience.toNanos()) {
                throw new IOException(
                        "no answer for " + patience.toSeconds() + " s after " + (seen - before) + " puts");
            }
            TimeUnit.NANOSECONDS.sleep(IDLE_TURN_NANOS);
            long now = done.get();
            if (now > seen) {
                seen = now;
                since = System.nanoTime();
            }
        }
        setPace(Pace.closed(0));
    }

    /** Keeps so many operations under way from the next turn on, until it is told something else. Any thread. */
    public void keep(int outstanding) {
        setPace(Pace.closed(outstanding));
    }

    /** How many were done. Any thread. */
    public long done() {
        return done.get();
    }

    /** Changes what is sent, from the next turn on. Any thread. */
    void setPace(Pace next) {
        work = new Work(operation, next, false);
    }

    /** Records from the next turn on, until this is called again. Any thread. Completes when it has begun. */
    CompletableFuture<Void> record(@Nullable Recording next) {
        Change asked = new Change(next, new CompletableFuture<>());
        change.set(asked);
        return asked.made;
    }

    /** An operation was answered: it was done, or it failed. */
    public void onReply(int slot, boolean wasDone) {
        free[freeSlots++] = slot;
        if (wasDone) {
            done.lazySet(done.get() + 1); // nobody else writes it
        }
        if (recording == null) {
            return;
        }
        if (wasDone) {
            recording.done(System.nanoTime() - since[slot]);
        } else {
            recording.failed();
        }
    }

    /**
     * Sends what is due.
     *
     * @return after how many nanoseconds the next turn is wanted at the latest
     */
    public long onTurn(Connection connection) {
        long now = System.nanoTime();
        if (change.get() != null) {
            makeChange(now);
        }
        Work current = work;
        Pace pace = current.pace;
        boolean sent = false;
        long wait = pace.nanosUntilDue(now, MAX_IN_FLIGHT - freeSlots);
        while (wait <= 0 && freeSlots > 0) {
            int slot = free[--freeSlots];
            since[slot] = pace.take(now);
            int key = current.inOrder ? keysInOrder++ % Put.KEYS : random.nextInt(Put.KEYS);
            connection.send(current.operation, slot, Put.key(key));
            sent = true;
            wait = pace.nanosUntilDue(now, MAX_IN_FLIGHT - freeSlots);
        }
        if (sent) {
            connection.flush();
        }
        return Math.min(Math.max(wait, 0), IDLE_TURN_NANOS);
    }

    private void makeChange(long now) {
        Change asked = change.getAndSet(null);
        if (asked == null) {
            return;
        }
        if (recording != null) {
            recording.end(now);
        }
        recording = asked.next;
        if (recording != null) {
            recording.start(now);
        }
        asked.made.complete(null);
    }

    /** What is sent, and when; of random keys, or of one after the other. */
    private record Work(Operation operation, Pace pace, boolean inOrder) {}

    private record Change(@Nullable Recording next, CompletableFuture<Void> made) {}
}
