package io.pecanraft.examples.kv.chaos;

import io.pecanraft.examples.kv.chaos.ConditionalKeys.Answer;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Get;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Request;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Set;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.SetIfAbsent;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Take;
import io.pecanraft.testkit.linearizability.HistoryRecorder;
import io.pecanraft.testkit.linearizability.Operation;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * {@value #CLIENTS} clients that read, write and conditionally write, at most {@value #PER_SECOND} commands a second together, and one history
 * of all that they were told, which goes on over everything that is injected.
 */
final class RigClients {

    static final int CLIENTS = 8;

    private static final int PER_SECOND = 200;
    private static final long PERIOD_NANOS = 1_000_000_000L * CLIENTS / PER_SECOND;
    private static final long NOBODY_MILLIS = 50;
    private static final int LAST_READ_TRIES = 20;
    private static final long LAST_READ_MILLIS = 500;

    private final Nodes nodes;
    private final Meter meter = new Meter(System::nanoTime);
    private final Healing healing = new Healing(new Story(Clock.systemUTC()), System::nanoTime);
    private final HistoryRecorder<Request, Answer> history = HistoryRecorder.monotonic();
    private final RigKeys keys;
    private final AtomicLong values = new AtomicLong();
    private final AtomicLong lastWrite = new AtomicLong(System.nanoTime() - 1); // when it was asked for
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();

    /** Starts them; they choose by the seed what to ask for. */
    RigClients(Nodes nodes, long seed) {
        this.nodes = nodes;
        this.keys = new RigKeys("rig:");
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            Thread thread = new Thread(() -> work(client, new Random(seed + client)), "rig-client-" + (i + 1));
            thread.setDaemon(true);
            threads.add(thread);
            thread.start();
        }
    }

    private void work(int client, Random random) {
        Caller caller = new Caller(nodes, client % nodes.names().size(), meter, healing);
        try {
            for (long next = System.nanoTime();
                    !stopping.get();
                    next = Math.max(next + PERIOD_NANOS, System.nanoTime())) {
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
                if (caller.ready()) {
                    Request request = draw(random);
                    long calledAt = System.nanoTime();
                    boolean answered = caller.ask(history, "client " + (client + 1), request)
                            .isPresent();
                    if (answered && !(request instanceof Get)) {
                        lastWrite.accumulateAndGet(calledAt, Math::max);
                    }
                } else {
                    TimeUnit.MILLISECONDS.sleep(NOBODY_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Values are unique, so that a read shows which write it has seen. */
    private Request draw(Random random) {
        String key = keys.next(random);
        String value = "v" + values.incrementAndGet();
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> new Get(key);
            case 4, 5, 6, 7 -> new Set(key, value);
            case 8 -> new SetIfAbsent(key, value);
            default -> new Take(key);
        };
    }

    /** Whether a write has been acknowledged that was asked for after this time. */
    boolean hasWrittenSince(long nanos) {
        return lastWrite.get() - nanos >= 0;
    }

    /**
     * Reads every key through one node.
     *
     * @return the keys that could not be read
     */
    List<String> readAll(int node) throws InterruptedException {
        List<String> unread = new ArrayList<>();
        Caller caller = new Caller(nodes, node, meter, healing);
        for (String key : keys.all()) {
            boolean read = false;
            for (int tries = 0; !read && tries < LAST_READ_TRIES; tries++) {
                read = caller.ready()
                        && caller.ask(history, "last read by " + nodes.names().get(node), new Get(key))
                                .isPresent();
                if (!read) {
                    caller.leave();
                    caller = new Caller(nodes, node, meter, healing); // the same node again
                    TimeUnit.MILLISECONDS.sleep(LAST_READ_MILLIS);
                }
            }
            if (!read) {
                unread.add(key);
            }
        }
        caller.leave();
        return unread;
    }

    List<Operation<Request, Answer>> operations() {
        return history.operations();
    }

    /** Ends them, and waits for them. */
    void end() throws InterruptedException {
        stopping.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
