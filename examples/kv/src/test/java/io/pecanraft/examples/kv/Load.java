package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import redis.clients.jedis.exceptions.JedisDataException;

/**
 * Clients that write without pause and remember what was acknowledged.
 *
 * <p>Every tenth write is an increment of a counter of all clients; its value in the end lies between the acknowledged ones
 * and those plus the ones of unknown outcome, or something was lost or done twice.
 */
final class Load implements AutoCloseable {

    private static final int COUNT_EVERY = 10;
    private static final int READ_AT_ONCE = 1_000;
    private static final long PAUSE_NANOS = 20_000_000L;

    private final ProcessCluster cluster;
    private final String prefix;
    private final int valueBytes;
    private final Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
    private final AtomicLong acknowledgedCount = new AtomicLong();
    private final AtomicLong counted = new AtomicLong();
    private final AtomicLong countedUnknown = new AtomicLong();
    private final AtomicLong unknown = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong disconnected = new AtomicLong();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final List<Thread> threads = new ArrayList<>();

    /** Starts this many clients; their keys begin with the prefix. */
    Load(ProcessCluster cluster, String prefix, int clients, int valueBytes) {
        this.cluster = cluster;
        this.prefix = prefix;
        this.valueBytes = valueBytes;
        for (int i = 0; i < clients; i++) {
            int client = i;
            Thread thread = new Thread(() -> write(client), "load-" + prefix + "-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    private void write(int client) {
        int node = client % cluster.size();
        int n = 0;
        while (!stopping.get()) {
            try (Jedis jedis = cluster.client(node)) {
                while (!stopping.get()) {
                    write(jedis, client, n);
                    n++;
                }
            } catch (JedisConnectionException e) {
                // Nothing was heard of the last write: it may be there or not. The next one is a new key.
                unknownOutcome(n);
                disconnected.incrementAndGet();
                n++;
                node = (node + 1) % cluster.size();
                LockSupport.parkNanos(PAUSE_NANOS); // a client's back-off, not a wait for something
            }
        }
    }

    private void write(Jedis jedis, int client, int n) {
        try {
            if (n % COUNT_EVERY == 0) {
                jedis.incr(prefix + "-counter");
                counted.incrementAndGet();
            } else {
                String key = prefix + "-" + client + "-" + n;
                jedis.set(key, value(key));
                acknowledged.add(key);
            }
            acknowledgedCount.incrementAndGet();
        } catch (JedisDataException e) {
            String message = String.valueOf(e.getMessage());
            if (message.startsWith("TIMEOUT outcome unknown")) {
                unknownOutcome(n);
                unknown.incrementAndGet();
            } else if (message.startsWith("CLUSTERDOWN")) {
                refused.incrementAndGet();
            } else {
                surprises.add(message);
            }
        }
    }

    private void unknownOutcome(int n) {
        if (n % COUNT_EVERY == 0) {
            countedUnknown.incrementAndGet();
        }
    }

    private String value(String key) {
        return valueBytes == 0 ? key : key + "x".repeat(valueBytes);
    }

    /** How many writes were acknowledged so far. */
    long acknowledged() {
        return acknowledgedCount.get();
    }

    @Override
    public void close() {
        stop();
    }

    /** Ends the clients and waits for them. */
    void stop() {
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

    String summary() {
        return acknowledged() + " acknowledged, " + unknown.get() + " of unknown outcome, " + refused.get()
                + " not done, " + disconnected.get() + " connections broken";
    }

    /** Every acknowledged write is on this node. A read is linearizable and answered from the node's own state. */
    void verifyOn(int node) {
        assertThat(surprises).isEmpty();
        try (Jedis jedis = cluster.client(node)) {
            List<String> keys = List.copyOf(acknowledged);
            Map<String, String> wrong = new HashMap<>();
            for (int from = 0; from < keys.size(); from += READ_AT_ONCE) {
                List<String> some = keys.subList(from, Math.min(keys.size(), from + READ_AT_ONCE));
                List<String> values = jedis.mget(some.toArray(String[]::new));
                for (int i = 0; i < some.size(); i++) {
                    if (!value(some.get(i)).equals(values.get(i))) {
                        wrong.put(some.get(i), String.valueOf(values.get(i)));
                    }
                }
            }
            assertThat(wrong)
                    .as("acknowledged writes that are not on %s", ProcessCluster.name(node))
                    .isEmpty();
            String count = jedis.get(prefix + "-counter");
            assertThat(count == null ? 0 : Long.parseLong(count))
                    .as("increments on %s", ProcessCluster.name(node))
                    .isBetween(counted.get(), counted.get() + countedUnknown.get());
        }
    }

    void verifyOnAll() {
        for (int i = 0; i < cluster.size(); i++) {
            verifyOn(i);
        }
    }
}
