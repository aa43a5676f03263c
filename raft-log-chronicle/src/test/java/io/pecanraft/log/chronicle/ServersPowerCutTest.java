package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.RaftConfig;
import io.pecanraft.RaftNode;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.testkit.InMemoryNetwork;
import io.pecanraft.testkit.disk.PowerCutDisk;
import io.pecanraft.testkit.disk.PowerCutDisk.Crash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three whole servers under load lose first their processes and then their power, all at once, and nothing acknowledged is lost
 * (rule K3: what a process that died had written, but not flushed, is in the page cache, and must be flushed before anything
 * is built on it).
 *
 * <p>Shown: real nodes with their threads, on real directories of this storage, of which {@link PowerCutDisk} knows what was
 * flushed. After the death of the processes it hands on everything that was written, and which of it is still unflushed; after
 * the power cut only what was flushed, with any part of the rest, page by page. So a server that trusts an entry because its
 * predecessor's file holds it loses it here. Segments are small, and so are snapshots in the lives that take them.
 *
 * <p>Not shown: the death of a real process (see the integration tests of the key-value example, which kill with -9, where the
 * page cache is the kernel's own), sockets, and a drive that lies about flushing.
 *
 * <p>{@code -Dpower.seed=N} repeats the images of a run; the threads' timing is the machine's.
 */
class ServersPowerCutTest {

    private static final int SERVERS = 3;
    private static final int CLIENTS = 4;
    /** Together more than a page of the log between two flushes, so that a crash finds much that is not flushed. */
    private static final int OUTSTANDING_OF_A_CLIENT = 16;

    private static final int ROUNDS = 6;
    private static final int ACKNOWLEDGED_IN_A_LIFE = 150;
    private static final long SNAPSHOT_LOG_BYTES = 20_000;
    private static final long BACK_OFF_NANOS = 10_000_000;

    @TempDir(factory = InMemory.class)
    Path directory;

    private final long seed =
            Long.getLong("power.seed", ThreadLocalRandom.current().nextLong());
    private final Random random = new Random(seed);
    private final Queue<Integer> acknowledged = new ConcurrentLinkedQueue<>();
    private final AtomicInteger nextCommand = new AtomicInteger();
    private int lives;

    @Test
    void nothingAcknowledgedIsLostWhenAllDieAreRestartedAndLosePower() throws Exception {
        System.out.println("[seed] -Dpower.seed=" + seed);
        List<PowerCutDisk> disks = new ArrayList<>();
        for (int i = 0; i < SERVERS; i++) {
            disks.add(PowerCutBarrier.disk(directory.resolve("0").resolve(name(i))));
        }
        for (int round = 0; round < ROUNDS; round++) {
            disks = live(disks, Crash.PROCESS_DIES);
            disks = live(disks, Crash.POWER_FAILS);
        }
        try (Servers servers = new Servers(disks, 0)) {
            servers.verify(List.copyOf(acknowledged));
        }
        System.out.println("[measured] " + acknowledged.size() + " acknowledged commands of " + nextCommand
                + " survived " + ROUNDS + " deaths of all processes, each followed by a power cut");
    }

    /** Runs all servers under load from a start to a crash of all; returns what is left of their disks. */
    private List<PowerCutDisk> live(List<PowerCutDisk> disks, Crash crash) throws Exception {
        lives++;
        List<PowerCutDisk> left;
        // Without snapshots the segments of the life before stay, and what of them was never flushed is put to the
        // test.
        try (Servers servers = new Servers(disks, random.nextBoolean() ? SNAPSHOT_LOG_BYTES : 0);
                Clients clients = new Clients(servers)) {
            servers.verify(List.copyOf(acknowledged));
            clients.awaitAcknowledged(acknowledged.size() + ACKNOWLEDGED_IN_A_LIFE);
            // What is acknowledged from here on may be missing in the images, and is no longer counted.
            clients.stopCounting();
            left = images(servers, disks, crash).get(60, TimeUnit.SECONDS);
        }
        for (PowerCutDisk disk : disks) {
            disk.close();
        }
        return left;
    }

    /**
     * Images of all disks, taken at a flush of one of them. First all servers fall silent: a message sent after the sender's image
     * would tell others of what that image does not hold. While a disk is copied its flushes wait, and so does all that is
     * only done after them.
     */
    private CompletableFuture<List<PowerCutDisk>> images(Servers servers, List<PowerCutDisk> disks, Crash crash) {
        CompletableFuture<List<PowerCutDisk>> taken = new CompletableFuture<>();
        Random tearing = new Random(random.nextLong());
        AtomicInteger flushes = new AtomicInteger(random.nextInt(12));
        Path target = directory.resolve(Integer.toString(lives));
        disks.get(random.nextInt(SERVERS)).observe((disk, flushing) -> {
            if (flushes.getAndDecrement() != 0) {
                return;
            }
            servers.fallSilent();
            try {
                List<PowerCutDisk> images = new ArrayList<>();
                for (int i = 0; i < SERVERS; i++) {
                    images.add(disks.get(i).crash(crash, target.resolve(name(i)), tearing));
                }
                taken.complete(images);
            } catch (IOException | RuntimeException e) {
                taken.completeExceptionally(e);
            }
        });
        return taken;
    }

    private static String name(int i) {
        return "n" + (i + 1);
    }

    private static ByteBuffer number(int value) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(0, value);
    }

    /** Three nodes on three disks. */
    private static final class Servers implements AutoCloseable {

        private final InMemoryNetwork network = new InMemoryNetwork();
        private final List<RaftNode> nodes = new ArrayList<>();

        Servers(List<PowerCutDisk> disks, long snapshotLogBytes) {
            List<MemberAddress> members = new ArrayList<>();
            for (int i = 0; i < SERVERS; i++) {
                members.add(new MemberAddress(NodeId.of(name(i)), "in-memory:" + i));
            }
            for (int i = 0; i < SERVERS; i++) {
                nodes.add(RaftNode.builder()
                        .stateMachine(new SeenNumbers())
                        .storage(ChronicleStorage.open(
                                disks.get(i).root(),
                                TestLog.CLUSTER,
                                GroupId.DEFAULT,
                                NodeId.of(name(i)),
                                TestLog.smallSegments(),
                                new PowerCutBarrier(disks.get(i))))
                        .transport(network.transport())
                        .bootstrapMembers(members)
                        .config(RaftConfig.builder()
                                .snapshotLogBytes(snapshotLogBytes)
                                .retainedLogEntries(50)
                                .proposalTimeout(Duration.ofSeconds(2))
                                .build())
                        .build());
            }
            for (RaftNode node : nodes) {
                node.start().join();
            }
        }

        void fallSilent() {
            for (int i = 0; i < SERVERS; i++) {
                network.disconnect(NodeId.of(name(i)));
            }
        }

        RaftNode node(int i) {
            return nodes.get(i % nodes.size());
        }

        /** Every server, asked for itself, has seen these numbers. */
        void verify(List<Integer> numbers) {
            ByteBuffer query = ByteBuffer.allocate(Integer.BYTES * numbers.size());
            numbers.forEach(query::putInt);
            query.flip();
            for (RaftNode node : nodes) {
                List<Integer> missing = new ArrayList<>();
                ByteBuffer answer = read(node, query);
                while (answer.hasRemaining()) {
                    missing.add(answer.getInt());
                }
                assertThat(missing)
                        .as("acknowledged and lost on %s", node.status().identity())
                        .isEmpty();
            }
        }

        /** Reads change nothing, so they may be asked again until there is a leader. */
        private static ByteBuffer read(RaftNode node, ByteBuffer query) {
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (true) {
                try {
                    return node.read(query.duplicate(), ReadConsistency.linearizable())
                            .join();
                } catch (CompletionException e) {
                    if (System.nanoTime() - deadline > 0) {
                        throw e;
                    }
                    LockSupport.parkNanos(BACK_OFF_NANOS);
                }
            }
        }

        @Override
        public void close() {
            nodes.forEach(RaftNode::close);
        }
    }

    /** Propose numbers, some at a time, at all servers. */
    private final class Clients implements AutoCloseable {

        private final AtomicBoolean stopping = new AtomicBoolean();
        private final AtomicBoolean counting = new AtomicBoolean(true);
        private final List<Thread> threads = new ArrayList<>();

        Clients(Servers servers) {
            for (int i = 0; i < CLIENTS; i++) {
                RaftNode node = servers.node(i);
                Thread thread = new Thread(() -> propose(node), "client-" + i);
                threads.add(thread);
                thread.start();
            }
        }

        private void propose(RaftNode node) {
            while (!stopping.get()) {
                List<CompletableFuture<Void>> outstanding = new ArrayList<>();
                for (int i = 0; i < OUTSTANDING_OF_A_CLIENT; i++) {
                    int command = nextCommand.getAndIncrement();
                    outstanding.add(node.propose(number(command)).thenAccept(result -> acknowledge(command)));
                }
                try {
                    CompletableFuture.allOf(outstanding.toArray(CompletableFuture[]::new))
                            .join();
                } catch (CompletionException e) {
                    // Refused or unknown: nothing was promised, and the next ones are other numbers.
                    LockSupport.parkNanos(BACK_OFF_NANOS);
                }
            }
        }

        private synchronized void acknowledge(int command) {
            if (counting.get()) {
                acknowledged.add(command);
                notifyAll();
            }
        }

        synchronized void stopCounting() {
            counting.set(false);
        }

        synchronized void awaitAcknowledged(int count) throws InterruptedException {
            long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (acknowledged.size() < count) {
                if (System.nanoTime() - deadline > 0) {
                    throw new AssertionError(acknowledged.size() + " of " + count + " were acknowledged in 60 s");
                }
                wait(1_000);
            }
        }

        @Override
        public void close() {
            stopping.set(true);
            for (Thread thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException(e);
                }
            }
        }
    }
}
