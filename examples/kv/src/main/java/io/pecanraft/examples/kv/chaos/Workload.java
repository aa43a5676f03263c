package io.pecanraft.examples.kv.chaos;

import io.pecanraft.examples.kv.chaos.ConditionalKeys.Answer;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Get;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Held;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Request;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Set;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.SetIfAbsent;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Take;
import io.pecanraft.testkit.linearizability.HistoryRecorder;
import io.pecanraft.testkit.linearizability.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;

/**
 * {@value #CLIENTS} clients that read, write and conditionally write {@value #KEYS} keys, at most {@value #PER_SECOND} commands a second
 * together, in windows of {@value #WINDOW_MILLIS} ms, or up to {@value #MORE_MILLIS} ms more while one of them waits for a node that does not
 * answer. At the end of each they wait for each other, read each key once more, and have the window judged. So a window
 * has some 1,400 commands at most.
 */
final class Workload implements AutoCloseable {

    static final int CLIENTS = 4;
    static final int KEYS = 5;
    static final int PER_SECOND = 200;
    static final int WINDOW_MILLIS = 2_000;
    static final int MORE_MILLIS = 5_000;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long PERIOD_NANOS = NANOS_PER_SECOND * CLIENTS / PER_SECOND;
    private static final long NANOS_PER_MILLI = 1_000_000;
    private static final long NOBODY_MILLIS = 200;
    private static final long LONG_NANOS = 100 * NANOS_PER_MILLI;

    /** Longer than a call takes, or the judge. */
    private static final long END_SECONDS = 10;

    private final Judge judge;
    private final Registers registers;
    private final List<Caller> callers = new ArrayList<>();
    private final List<Random> choices = new ArrayList<>();
    private final AtomicLong values = new AtomicLong();
    private final AtomicLongArray askedAt = new AtomicLongArray(CLIENTS); // 0: no question is open
    private final ExecutorService threads = Executors.newFixedThreadPool(CLIENTS + 1, task -> {
        Thread thread = new Thread(task, "kv-chaos-client");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * Not started yet.
     *
     * @param run of which no other run has used the name
     * @param seed by which clients choose what to ask for
     */
    Workload(Nodes nodes, Judge judge, Meter meter, Healing healing, String run, long seed) {
        this.judge = judge;
        this.registers = new Registers("chaos:" + run + ":", KEYS);
        for (int i = 0; i < CLIENTS; i++) {
            callers.add(new Caller(nodes, i % nodes.names().size(), meter, healing));
            choices.add(new Random(seed + i));
        }
    }

    void start() {
        threads.execute(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    window();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // closed
            } catch (RuntimeException e) {
                judge.gaveUp(e); // or the page would show for ever what was true until now
            }
        });
    }

    private void window() throws InterruptedException {
        HistoryRecorder<Request, Answer> history = HistoryRecorder.monotonic();
        List<Operation<Request, Answer>> known = registers.known();
        List<String> keys = registers.names();
        long end = System.nanoTime() + WINDOW_MILLIS * NANOS_PER_MILLI;
        List<Future<?>> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            int client = i;
            clients.add(threads.submit(() -> work(client, history, keys, end)));
        }
        for (Future<?> client : clients) {
            try {
                client.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a client failed", e.getCause());
            }
        }
        registers.forget();
        keys.forEach(key -> readOnceMore(history, key));
        List<Operation<Request, Answer>> happened = history.operations();
        if (!happened.isEmpty()) {
            judge.judge(known, happened);
        }
    }

    private void work(int client, HistoryRecorder<Request, Answer> history, List<String> keys, long end) {
        Caller caller = callers.get(client);
        try {
            for (long next = System.nanoTime();
                    goesOn(next, end);
                    next = Math.max(next + PERIOD_NANOS, System.nanoTime())) {
                TimeUnit.NANOSECONDS.sleep(next - System.nanoTime());
                if (caller.ready()) {
                    askedAt.set(client, System.nanoTime());
                    caller.ask(history, "client " + (client + 1), draw(choices.get(client), keys));
                    askedAt.set(client, 0);
                } else {
                    TimeUnit.MILLISECONDS.sleep(NOBODY_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // closed
        }
    }

    /** One who waits for a node that is paused or cut off must not keep the others from showing that the cluster goes on. */
    private boolean goesOn(long now, long end) {
        boolean someoneWaits = IntStream.range(0, CLIENTS)
                .mapToLong(askedAt::get)
                .anyMatch(asked -> asked != 0 && now - asked > LONG_NANOS);
        return now - end < 0 || someoneWaits && now - end < MORE_MILLIS * NANOS_PER_MILLI;
    }

    /** Values are unique, so that a read shows which write it has seen. */
    private Request draw(Random random, List<String> keys) {
        String key = keys.get(random.nextInt(keys.size()));
        String value = "v" + values.incrementAndGet();
        return switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> new Get(key);
            case 4, 5, 6 -> new Set(key, value);
            case 7, 8 -> new SetIfAbsent(key, value);
            default -> new Take(key);
        };
    }

    private void readOnceMore(HistoryRecorder<Request, Answer> history, String key) {
        Caller caller = callers.get(0);
        boolean uncertain = history.operations().stream()
                .anyMatch(
                        each -> each.input().key().equals(key) && !each.isAnswered() && !(each.input() instanceof Get));
        long calledAt = System.nanoTime();
        Optional<Answer> answer = caller.ready() ? caller.ask(history, "last read", new Get(key)) : Optional.empty();
        if (!uncertain && answer.isPresent() && answer.get() instanceof Held held) {
            registers.holds(key, held.value(), calledAt);
        } else {
            registers.giveUp(key);
        }
    }

    /** Waits for what is being answered or judged, so that no page is written any more when this has returned. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
