package io.pecanraft.testkit;

import static io.pecanraft.testkit.Tally.add;
import static io.pecanraft.testkit.Tally.get;
import static io.pecanraft.testkit.Tally.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.NodeStatus;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.Standing;
import io.pecanraft.testkit.sim.DiskImage;
import io.pecanraft.testkit.sim.NetworkProfile;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.Outcome;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * D06: the directory of a follower, log, term and vote together, is put back to an older state, as from a backup of its virtual
 * machine. Its leader contradicts it; it stops before it votes or counts; it comes back with another storage, is re-admitted, and
 * nothing is lost. Messages are lost, doubled and late meanwhile, and a client goes on.
 *
 * <p>The leader stays: where nobody is left whom it has acknowledged anything, nobody can contradict (docs/faults.md).
 */
final class RollBack {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    /** Every message on its own: a tenth is lost, a tenth comes twice, a tenth brings an old one along. */
    private static final NetworkProfile BAD_NETWORK = new NetworkProfile(false, 100_000, 2_000_000, 0.1, 0.1, 0.1, 0.1);

    private final Map<String, Long> totals = new TreeMap<>();
    private final SimRandom random;
    private final SimCluster cluster;
    private long proposed;
    private long acknowledged;

    private RollBack(long seed, String replay) {
        random = SimRandom.stream(seed, "rollback");
        cluster = SimCluster.builder()
                .nodes(random.nextInt(2) == 0 ? 3 : 5)
                .seed(seed)
                .replay(replay)
                .network(BAD_NETWORK)
                .nodeConfig((node, config) ->
                        config.toBuilder().retainedLogEntries(5).build())
                .stateMachine(node -> new Tally())
                .build();
    }

    /**
     * Puts a directory back.
     *
     * @return what happened
     * @throws AssertionError when that is noticed too late, or too much
     */
    static Outcome run(long seed, String replay) {
        RollBack story = new RollBack(seed, replay);
        try {
            story.tell();
        } catch (AssertionError e) {
            throw new AssertionError("seed " + seed + "; replay: " + replay, e);
        }
        return Outcome.of(seed, story.cluster, story.totals);
    }

    private void tell() {
        cluster.start();
        cluster.awaitLeader();
        SimNode follower = aFollower();
        work(random.nextInt(40));
        DiskImage backup = follower.disk().image();
        if (random.nextInt(3) == 0) {
            // An image of an earlier term, with another leader.
            cluster.leader().orElseThrow().restart(SimNode.Crash.POWER);
            cluster.awaitLeader();
        }
        if (follower.equals(cluster.leader().orElse(null))) {
            return; // Nobody holds a leader to what it has acknowledged.
        }
        work(1 + random.nextInt(60));
        if (random.nextInt(3) == 0) {
            cluster.awaitLeader().takeSnapshot();
            work(5);
        }
        cluster.awaitConvergence();
        SimNode leader = cluster.awaitLeader();
        String leadership = cluster.leadership();
        workUntil(
                "the leader to have heard more than the backup holds",
                () -> acknowledgedTo(leader, follower) > backup.log().lastIndex());
        Incarnation before = follower.disk().identity().incarnation();
        follower.crash(SimNode.Crash.POWER);
        count(backup, leader);
        follower.disk().rollBackTo(backup);
        cluster.run(Duration.ofMillis(random.between(0, 400)));
        follower.start();

        workUntil("the contradicted server to stop", () -> hasStopped(follower));
        assertThat(cluster.leadership()).as("who could contradict").isEqualTo(leadership);
        follower.restart(SimNode.Crash.PROCESS);
        assertThat(follower.disk().identity().incarnation()).isNotEqualTo(before);
        workUntil(
                "the new storage to hear that it is another than the member's",
                () -> follower.status().map(NodeStatus::standing).orElseThrow() == Standing.REPLACED);

        cluster.await(cluster.awaitLeader()
                .changeMembership(MembershipChange.replace(follower.id(), SimCluster.address(follower.id()))));
        work(10);
        cluster.awaitConvergence();
        long atLeast = acknowledged;
        assertThat(number(cluster.await(follower.read(get())))).isBetween(atLeast, proposed);
        totals.merge("stories told to the end", 1L, Long::sum);
    }

    private long acknowledgedTo(SimNode leader, SimNode follower) {
        return leader.status().orElseThrow().followers().stream()
                .filter(each -> each.member().equals(follower.disk().identity().memberId()))
                .mapToLong(NodeStatus.FollowerStatus::matchIndex)
                .findFirst()
                .orElse(0);
    }

    private SimNode aFollower() {
        SimNode leader = cluster.leader().orElseThrow();
        return cluster.nodes().stream()
                .filter(node -> node != leader)
                .skip(random.nextInt(cluster.nodes().size() - 1))
                .findFirst()
                .orElseThrow();
    }

    private void count(DiskImage backup, SimNode leader) {
        NodeStatus status = leader.status().orElseThrow();
        long last = backup.log().lastIndex();
        String what = last == 0
                ? "to an empty log"
                : backup.log().hardState().currentTerm() < status.term()
                        ? "to an earlier term"
                        : "to entries of the same term";
        totals.merge(what, 1L, Long::sum);
        if (last + 1 < status.firstIndex()) {
            totals.merge("behind the leader's snapshot", 1L, Long::sum);
        }
    }

    private boolean hasStopped(SimNode node) {
        return node.status().map(NodeStatus::state).orElseThrow() == NodeStatus.State.FAILED;
    }

    private void work(int commands) {
        for (int i = 0; i < commands; i++) {
            propose();
            cluster.run(Duration.ofMillis(random.between(1, 60)));
        }
    }

    private void workUntil(String what, BooleanSupplier condition) {
        for (long end = cluster.nowNanos() + PATIENCE.toNanos(); !condition.getAsBoolean(); work(1)) {
            if (cluster.nowNanos() > end) {
                throw cluster.failure("liveness", "waited in vain for " + what);
            }
        }
    }

    private void propose() {
        proposed++;
        cluster.leader()
                .ifPresent(leader ->
                        leader.propose(add(1), result -> acknowledged++).exceptionally(failure -> null));
    }
}
