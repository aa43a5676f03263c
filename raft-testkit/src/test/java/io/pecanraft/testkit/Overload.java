package io.pecanraft.testkit;

import static io.pecanraft.testkit.Tally.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.NodeStatus;
import io.pecanraft.NodeStatus.FollowerStatus;
import io.pecanraft.OverloadedException;
import io.pecanraft.RaftConfig;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.sim.SimProcess;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.Outcome;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * More than a cluster can do: clients propose and read at every server, faster than anything is committed, while disks hang, followers fall
 * silent or are gone, and threads are slow. What does not fit is refused; nobody holds more than its settings name, which {@link
 * io.pecanraft.testkit.check.SafetyInvariants} checks after every event; and when all works again, the cluster does.
 */
public final class Overload {

    private static final int PHASES = 6;
    private static final int STATE_BYTES = 1_000;
    private static final Duration ELECTION_TIMEOUT = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Map<String, Long> totals = new TreeMap<>();
    private final SimRandom random;
    private final SimCluster cluster;
    private long proposed;
    private long acknowledged;

    private Overload(long seed, String replay) {
        random = SimRandom.stream(seed, "overload");
        cluster = SimCluster.builder()
                .nodes((int) random.pick(3, 3, 5))
                .seed(seed)
                .replay(replay)
                .config(config())
                .stateMachine(node -> new HeavyTally())
                .build();
    }

    /**
     * Floods a cluster.
     *
     * @return what happened
     * @throws SimulationFailure when a rule was broken
     */
    public static Outcome run(long seed, String replay) {
        Overload overload = new Overload(seed, replay);
        overload.run();
        return Outcome.of(seed, overload.cluster, overload.totals);
    }

    private RaftConfig config() {
        return RaftConfig.builder()
                .electionTimeout(ELECTION_TIMEOUT)
                .heartbeatInterval(ELECTION_TIMEOUT.dividedBy(5))
                .diskStallTimeout(ELECTION_TIMEOUT.multipliedBy(random.pick(2, 20)))
                .proposalTimeout(ELECTION_TIMEOUT.multipliedBy(random.pick(2, 10)))
                .readTimeout(ELECTION_TIMEOUT.multipliedBy(random.pick(2, 10)))
                .maxUncommittedEntries((int) random.pick(8, 40))
                .maxUncommittedBytes(random.pick(500, 4_000))
                .maxPendingForwards((int) random.pick(3, 20))
                .maxPendingReads((int) random.pick(3, 20))
                .mailboxCapacity((int) random.pick(32, 100))
                .maxAppendEntries((int) random.pick(2, 8))
                .maxAppendBytes((int) random.pick(200, 1_000))
                .maxInFlightEntries((int) random.pick(3, 20))
                .maxInFlightBytes((int) random.pick(300, 2_000))
                .tailCacheBytes(random.pick(0, 500))
                .maxApplyEntries((int) random.pick(1, 4))
                .snapshotLogBytes(random.pick(500, 4_000))
                .retainedLogEntries(random.pick(0, 10))
                .snapshotChunkBytes(64)
                .snapshotWindowChunks((int) random.pick(1, 3))
                .build();
    }

    private void run() {
        cluster.start();
        cluster.awaitLeader();
        for (int phase = 0; phase < PHASES; phase++) {
            disturb(cluster.node(random.nextInt(cluster.nodes().size())));
            flood(ELECTION_TIMEOUT.multipliedBy(random.between(1, 8)));
            if (random.chance(0.5)) {
                cluster.heal();
                cluster.start();
            }
        }
        cluster.heal();
        cluster.start();
        cluster.awaitLeader();
        cluster.runUntil(
                "an answer to every call",
                PATIENCE,
                () -> cluster.invariants().operations().open() == 0);
        cluster.awaitConvergence();
        for (SimNode node : cluster.nodes()) {
            assertThat(numberAt(node)).as("at %s", node).isBetween(acknowledged, proposed);
        }
        totals.put("acknowledged", acknowledged);
    }

    /** The first attempts may meet an election. */
    private long numberAt(SimNode node) {
        long until = cluster.nowNanos() + PATIENCE.toNanos();
        while (true) {
            CompletableFuture<ByteBuffer> read = node.read(Tally.get());
            cluster.runUntil("an answer", PATIENCE, read::isDone);
            if (!read.isCompletedExceptionally()) {
                return number(read.join());
            }
            if (cluster.nowNanos() > until) {
                throw cluster.failure("liveness", "no read through " + node + " succeeds: " + read);
            }
            cluster.run(ELECTION_TIMEOUT);
        }
    }

    private void disturb(SimNode node) {
        List<SimNode> nodes = cluster.nodes();
        Duration slowness = ELECTION_TIMEOUT.dividedBy(random.pick(2, 20));
        switch (random.nextInt(9)) {
            case 0 -> node.disk().hold();
            case 1 -> cluster.leader().ifPresent(leader -> leader.disk().hold());
            case 2 -> nodes.forEach(to -> cluster.network().cut(node.number(), to.number()));
            case 3 -> cluster.isolate(node);
            case 4 -> node.restart(SimNode.Crash.PROCESS);
            case 5 -> node.pause(ELECTION_TIMEOUT.multipliedBy(random.between(1, 5)));
            case 6 -> node.slowDown(SimProcess.Lane.APPLY, Duration.ofSeconds(1), slowness);
            case 7 -> node.slowDown(SimProcess.Lane.RAFT, Duration.ofSeconds(1), slowness.dividedBy(4));
            default ->
                cluster.leader()
                        .ifPresent(leader -> leader.slowDown(SimProcess.Lane.APPLY, Duration.ofSeconds(1), slowness));
        }
    }

    private void flood(Duration length) {
        long end = cluster.nowNanos() + length.toNanos();
        int mostAtOnce = (int) random.pick(2, 10, 60);
        while (cluster.nowNanos() < end) {
            SimNode node = cluster.node(random.nextInt(cluster.nodes().size()));
            int burst = (int) random.between(1, mostAtOnce);
            for (int i = 0; i < burst; i++) {
                if (random.chance(0.8)) {
                    propose(node);
                } else {
                    node.read(Tally.get()).whenComplete(this::count);
                }
            }
            cluster.run(Duration.ofMillis(random.between(1, 10)));
            look();
        }
    }

    private void propose(SimNode node) {
        proposed++;
        node.propose(HeavyTally.addOne((int) random.pick(0, 20, 300)), result -> acknowledged++)
                .whenComplete(this::count);
    }

    private void count(Object answer, @Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof OverloadedException overloaded) {
            totals.merge("refused by " + overloaded.limitName(), 1L, Long::sum);
        } else if (cause != null) {
            totals.merge("failed with " + cause.getClass().getSimpleName(), 1L, Long::sum);
        }
    }

    /** How often a follower's window was seen full. */
    private void look() {
        cluster.leader()
                .flatMap(SimNode::status)
                .map(NodeStatus::followers)
                .orElse(List.of())
                .forEach(this::look);
    }

    private void look(FollowerStatus follower) {
        long inFlight = follower.nextIndex() - 1 - follower.matchIndex();
        if (follower.replication() == NodeStatus.Replication.REPLICATE
                && inFlight >= cluster.config().maxInFlightEntries()) {
            totals.merge("windows seen full", 1L, Long::sum);
        }
    }

    /** A {@link Tally} whose commands are as long as one likes, and whose snapshots take many chunks. */
    private static final class HeavyTally implements StateMachine {

        private final Tally tally = new Tally();

        static ByteBuffer addOne(int ballastBytes) {
            return ByteBuffer.allocate(Long.BYTES + ballastBytes).putLong(0, 1);
        }

        @Override
        public void apply(CommandBatch batch) {
            tally.apply(batch);
        }

        @Override
        public ByteBuffer query(ByteBuffer query) {
            return tally.query(query);
        }

        @Override
        public SnapshotView captureSnapshot() {
            SnapshotView inner = tally.captureSnapshot();
            return out -> {
                inner.writeTo(out);
                new DataOutputStream(out).write(new byte[STATE_BYTES]);
            };
        }

        @Override
        public void restore(SnapshotSource source) throws IOException {
            tally.restore(source);
        }
    }
}
