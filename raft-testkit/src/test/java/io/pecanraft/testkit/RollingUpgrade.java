package io.pecanraft.testkit;

import static io.pecanraft.testkit.Tally.get;
import static io.pecanraft.testkit.Tally.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.NodeStatus;
import io.pecanraft.RaftNode;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.Outcome;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/**
 * K19: a rolling upgrade. Servers are restarted with the next application version, one by one, while servers die, lose power, stop,
 * cannot hear each other, hand over leadership, and leave and join. Clients propose commands of the newest format that the server
 * they ask believes all can read; a program that cannot stops.
 */
public final class RollingUpgrade {

    static final int UPGRADES = 3;

    private static final int FOUNDERS = 3;
    private static final int SERVERS = 5;
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Map<String, Long> totals = new TreeMap<>();
    private final SimRandom random;
    private final int[] versions = new int[SERVERS];
    private final SimCluster cluster;
    private CompletableFuture<?> change = CompletableFuture.completedFuture(null);
    private Optional<RaftNode> changedBy = Optional.empty();
    private String leadership = "";
    private long proposed;
    private long acknowledged;

    private RollingUpgrade(long seed, String replay) {
        random = SimRandom.stream(seed, "rolling upgrade");
        Arrays.fill(versions, 1);
        cluster = SimCluster.builder()
                .nodes(FOUNDERS)
                .spares(SERVERS - FOUNDERS)
                .seed(seed)
                .replay(replay)
                .nodeConfig((node, config) ->
                        config.toBuilder().applicationVersion(versions[node]).build())
                .stateMachine(node -> new FormattedTally(versions[numberOf(node)]))
                .build();
    }

    /**
     * Upgrades a cluster {@value #UPGRADES} times.
     *
     * @return what happened
     * @throws SimulationFailure when a rule was broken
     */
    public static Outcome run(long seed, String replay) {
        RollingUpgrade upgrade = new RollingUpgrade(seed, replay);
        upgrade.run();
        return Outcome.of(seed, upgrade.cluster, upgrade.totals);
    }

    private void run() {
        cluster.start();
        cluster.awaitLeader();
        for (int version = 2; version <= 1 + UPGRADES; version++) {
            upgradeTo(version);
            heal();
            awaitMinimum(version);
            cluster.runUntil("the last change of membership to end", PATIENCE, this::noChangeIsUnderWay);
        }
        cluster.awaitConvergence();
        for (SimNode node : cluster.nodes()) {
            if (cluster.isMember(node)) {
                assertThat(number(cluster.await(node.read(get()))))
                        .as("at %s", node)
                        .isBetween(acknowledged, proposed);
            }
        }
    }

    private void upgradeTo(int version) {
        while (Arrays.stream(versions).anyMatch(each -> each < version)) {
            disturb(cluster.node(random.nextInt(SERVERS)), version);
            SimNode next = cluster.node(random.nextInt(SERVERS));
            if (random.nextInt(4) == 0 && versions[next.number()] < version) {
                next.crash(random.nextInt(2) == 0 ? SimNode.Crash.PROCESS : SimNode.Crash.POWER);
                cluster.run(Duration.ofMillis(random.between(1, 3_000)));
                versions[next.number()] = version;
                next.start();
            }
            for (int i = 0; i < 10; i++) {
                propose(cluster.node(random.nextInt(SERVERS)));
                cluster.run(Duration.ofMillis(random.between(1, 150)));
            }
            count();
        }
    }

    /** A client that looks before each proposal: whatever this server believes that all can read. */
    private void propose(SimNode server) {
        int format = Math.max(
                1,
                server.status().map(status -> status.minimumVersion().orElse(1)).orElse(1));
        proposed++;
        server.propose(FormattedTally.addOne(format), result -> {
                    acknowledged++;
                    totals.merge("commands of format " + format, 1L, Long::sum);
                })
                .exceptionally(failure -> null);
    }

    private void disturb(SimNode server, int version) {
        switch (random.nextInt(9)) {
            case 0 -> server.crash(SimNode.Crash.PROCESS);
            case 1 -> server.crash(SimNode.Crash.POWER);
            case 2 -> server.pause(Duration.ofMillis(random.between(10, 3_000)));
            case 3 -> cluster.isolate(server);
            case 4 -> cluster.leader().ifPresent(leader -> leader.transferLeadership(Optional.empty()));
            case 5, 6 -> cluster.leader().ifPresent(leader -> changeMembership(leader, server, version));
            default -> heal();
        }
    }

    /** Founders stay; the others come and go, as voters and learners. Whoever joins has been upgraded first (docs/upgrades.md). */
    private void changeMembership(SimNode leader, SimNode server, int version) {
        if (server.number() < FOUNDERS || !noChangeIsUnderWay()) {
            return;
        }
        boolean isMember = leader.status()
                .flatMap(NodeStatus::membership)
                .filter(membership -> membership.member(server.id()).isPresent())
                .isPresent();
        if (isMember) {
            change(leader, MembershipChange.remove(server.id()), "members removed");
        } else if (versions[server.number()] == version) {
            MemberAddress address = SimCluster.address(server.id());
            boolean asVoter = random.nextInt(2) == 0;
            change(
                    leader,
                    asVoter ? MembershipChange.add(address) : MembershipChange.addLearner(address),
                    "members added");
        }
    }

    private void change(SimNode leader, MembershipChange what, String counted) {
        changedBy = leader.raftNode();
        change = leader.changeMembership(what)
                .thenAccept(done -> totals.merge(counted, 1L, Long::sum))
                .exceptionally(failure -> null);
    }

    /** It has ended, or whoever was asked has died with it. */
    private boolean noChangeIsUnderWay() {
        return change.isDone()
                || cluster.nodes().stream().noneMatch(node -> node.raftNode().equals(changedBy));
    }

    private void heal() {
        cluster.heal();
        cluster.nodes().forEach(SimNode::start);
    }

    private void awaitMinimum(int version) {
        List<SimNode> nodes = cluster.nodes();
        cluster.runUntil(
                "all members to know the minimum version " + version,
                PATIENCE,
                () -> nodes.stream()
                        .filter(cluster::isMember)
                        .allMatch(node -> node.status()
                                .filter(status -> status.minimumVersion().equals(OptionalInt.of(version)))
                                .isPresent()));
    }

    private void count() {
        for (SimNode node : cluster.nodes()) {
            node.status()
                    .filter(status -> status.state() == NodeStatus.State.RUNNING && cluster.isMember(node))
                    .ifPresent(status -> totals.merge(
                            status.minimumVersion().isPresent()
                                    ? "knew a minimum during the faults"
                                    : "knew none during the faults",
                            1L,
                            Long::sum));
        }
        cluster.leader()
                .flatMap(SimNode::status)
                .flatMap(NodeStatus::membership)
                .filter(membership -> membership.isJoint() || hasLearners(membership))
                .ifPresent(membership -> totals.merge("joint or with learners", 1L, Long::sum));
        if (!cluster.leadership().equals(leadership)) {
            leadership = cluster.leadership();
            totals.merge("leaders changed", 1L, Long::sum);
        }
    }

    private static int numberOf(NodeId node) {
        return Integer.parseInt(node.value().substring(1)) - 1;
    }

    private static boolean hasLearners(Membership membership) {
        return !membership.learners().isEmpty();
    }
}
