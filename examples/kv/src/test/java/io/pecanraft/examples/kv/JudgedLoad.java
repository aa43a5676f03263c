package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.linearizability.HistoryRecorder;
import io.pecanraft.testkit.linearizability.KeyValue;
import io.pecanraft.testkit.linearizability.LinearizabilityChecker;
import io.pecanraft.testkit.linearizability.Operation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.GetExParams;
import redis.clients.jedis.params.SetParams;

/** Clients that read and write the same few keys through all servers, and a record of all that they were told. */
final class JudgedLoad implements AutoCloseable {

    private static final int KEYS = 8;
    private static final int WAYS = 4;
    private static final long FAR_OFF_SECONDS = 100_000;
    private static final long BACK_OFF_NANOS = 20_000_000L;

    private final ProcessCluster cluster;
    private final long seed;
    private final HistoryRecorder<KeyValue.Request, KeyValue.Answer> history = HistoryRecorder.monotonic();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
    private final List<Thread> threads = new ArrayList<>();

    /** Starts this many clients, which choose by the seed what to do. */
    JudgedLoad(ProcessCluster cluster, int clients, long seed) {
        this.cluster = cluster;
        this.seed = seed;
        for (int i = 0; i < clients; i++) {
            int client = i;
            Thread thread = new Thread(() -> run(client), "judged-load-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void run(int client) {
        Random random = new Random(seed + client);
        int node = client % cluster.size();
        int n = 0;
        while (!stopping.get()) {
            try (Jedis jedis = cluster.client(node)) {
                while (!stopping.get()) {
                    one(jedis, "client " + client, draw(random, client + "." + n++ + " "), random.nextInt(WAYS));
                }
            } catch (JedisConnectionException e) {
                // Nothing was heard of the last call: it stays open in the history.
                node = (node + 1) % cluster.size();
                LockSupport.parkNanos(BACK_OFF_NANOS);
            }
        }
    }

    /** Values are unique, so that a read shows what it has seen; a put now and then keeps them short. */
    private static KeyValue.Request draw(Random random, String value) {
        String key = "judged-" + random.nextInt(KEYS);
        int kind = random.nextInt(10);
        if (kind < 5) {
            return new KeyValue.Get(key);
        }
        return kind < 7 ? new KeyValue.Put(key, value) : new KeyValue.Append(key, value);
    }

    private void one(Jedis jedis, String client, KeyValue.Request request, int way) {
        HistoryRecorder.Call<KeyValue.Request, KeyValue.Answer> call = history.call(client, request);
        try {
            call.returned(ask(jedis, request, way));
            answered.incrementAndGet();
        } catch (JedisDataException e) {
            String message = String.valueOf(e.getMessage());
            if (message.startsWith("CLUSTERDOWN")) {
                call.notDone();
            } else if (!message.startsWith("TIMEOUT outcome unknown")) {
                surprises.add(message);
            }
        }
    }

    /** Each request in one of several ways that must come to the same: alone, or in a transaction; with a deadline far off, or without. */
    private static KeyValue.Answer ask(Jedis jedis, KeyValue.Request request, int way) {
        if (request instanceof KeyValue.Put put) {
            switch (way) {
                case 0 -> jedis.set(put.key(), put.value());
                case 1 ->
                    jedis.set(put.key(), put.value(), SetParams.setParams().ex(FAR_OFF_SECONDS));
                case 2 -> jedis.setGet(put.key(), put.value());
                default -> inTransaction(jedis, transaction -> transaction.set(put.key(), put.value()));
            }
            return new KeyValue.Done();
        }
        if (request instanceof KeyValue.Append append) {
            return new KeyValue.Length(
                    way < 2
                            ? jedis.append(append.key(), append.value())
                            : (Long) inTransaction(
                                    jedis, transaction -> transaction.append(append.key(), append.value())));
        }
        String key = request.key();
        Object value = switch (way) {
            case 0 -> jedis.get(key);
            case 1 -> jedis.getEx(key, GetExParams.getExParams().persist());
            case 2 -> jedis.mget(key).get(0);
            default -> inTransaction(jedis, transaction -> transaction.get(key));
        };
        return new KeyValue.Value(value == null ? "" : (String) value);
    }

    private static Object inTransaction(Jedis jedis, Consumer<AbstractTransaction> command) {
        try (AbstractTransaction transaction = jedis.multi()) {
            command.accept(transaction);
            return transaction.exec().get(0);
        }
    }

    /** How many calls were answered so far. */
    long answered() {
        return answered.get();
    }

    /** Ends the clients, waits for them, and demands that what they were told is linearizable. */
    void judge(String name, Path pages) {
        close();
        assertThat(surprises).isEmpty();
        List<Operation<KeyValue.Request, KeyValue.Answer>> operations = history.operations();
        long start = System.nanoTime();
        LinearizabilityChecker.of(new KeyValue()).demand(operations, name, pages);
        Program.report(
                "%s: %d calls of %d clients, %d of unknown outcome, linearizable; judged in %d ms (seed %d)",
                name,
                operations.size(),
                threads.size(),
                operations.stream().filter(operation -> !operation.isAnswered()).count(),
                (System.nanoTime() - start) / 1_000_000,
                seed);
    }

    @Override
    public void close() {
        stopping.set(true);
        for (Thread thread : threads) {
            try {
                thread.join(ProcessCluster.PATIENCE.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
    }
}
