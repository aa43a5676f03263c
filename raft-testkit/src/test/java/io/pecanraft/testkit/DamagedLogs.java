package io.pecanraft.testkit;

import static io.pecanraft.testkit.Tally.add;
import static io.pecanraft.testkit.Tally.get;
import static io.pecanraft.testkit.Tally.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.NodeStatus;
import io.pecanraft.model.EntryId;
import io.pecanraft.testkit.sim.LogImage;
import io.pecanraft.testkit.sim.SimNetwork;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * K21, ADR 12: logs that have lost what they had acknowledged get it from others than a leader where there is none, and nothing else comes of
 * it: what was acknowledged since the loss stays, and nobody vouches for what no leader has verified.
 */
public final class DamagedLogs {

    /** Two damaged logs of three between which there is no electable one, until one of them is refilled. */
    static final String TWO_OF_THREE = "two of three";

    /** A server whose log is whole again, has acknowledged an entry since, and crashes before it has written down that it is whole. */
    static final String CRASH_BEFORE_THE_END = "crash before the end";

    /** A server that is refilled with what a leader of its term has not. */
    static final String BRANCH_THAT_LOST = "branch that lost";

    /** Many logs at a time, at any time: a halt may be right. */
    static final String MANY_AT_ONCE = "many at once";

    static final String HALTS = "halts for good";
    static final String DAMAGED = "logs damaged of many";

    private static final int THINGS_THAT_HAPPEN = 40;
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final String ENTRIES = "AppendEntries";

    private static final List<String> KINDS =
            List.of(TWO_OF_THREE, CRASH_BEFORE_THE_END, BRANCH_THAT_LOST, MANY_AT_ONCE);

    private final Map<String, Long> totals = new TreeMap<>();
    private final SimRandom random;
    private final String kind;
    private final SimCluster cluster;
    private long proposed;
    private long acknowledged;

    private DamagedLogs(long seed, String replay) {
        random = SimRandom.stream(seed, "damaged logs");
        kind = KINDS.get(random.nextInt(KINDS.size()));
        cluster = SimCluster.builder()
                .nodes(kind.equals(TWO_OF_THREE) || (kind.equals(MANY_AT_ONCE) && random.nextInt(2) == 0) ? 3 : 5)
                .seed(seed)
                .replay(replay)
                .stateMachine(node -> new Tally())
                .build();
    }

    /**
     * Damages logs.
     *
     * @return what happened
     */
    public static Outcome run(long seed, String replay) {
        DamagedLogs story = new DamagedLogs(seed, replay);
        story.tell();
        return Outcome.of(seed, story.cluster, story.totals);
    }

    private void tell() {
        cluster.start();
        SimNode leader = cluster.awaitLeader();
        work(leader, 1 + random.nextInt(20));
        cluster.awaitConvergence();
        List<SimNode> others = new ArrayList<>(cluster.nodes());
        others.remove(leader);
        Collections.rotate(others, random.nextInt(others.size()));
        switch (kind) {
            case TWO_OF_THREE -> twoOfThree(leader, others.get(0), others.get(1));
            case CRASH_BEFORE_THE_END -> crashBeforeTheEnd(new Branches(leader, others));
            case BRANCH_THAT_LOST -> branchThatLost(new Branches(leader, others));
            default -> manyAtOnce();
        }
        cluster.heal();
        cluster.start();
        totals.merge(kind, 1L, Long::sum);
        if (kind.equals(MANY_AT_ONCE) && halts()) {
            totals.merge(HALTS, 1L, Long::sum);
            return;
        }
        cluster.awaitLeader();
        await(
                "the end of all repairs",
                () -> cluster.nodes().stream().allMatch(node -> node.disk().keepsItsPromises()));
        cluster.awaitConvergence();
        assertThat(number(cluster.await(cluster.awaitLeader().read(get())))).isBetween(acknowledged, proposed);
    }

    /** Whether nobody can lead because logs lack what nobody has, or what nobody may send. */
    private boolean halts() {
        cluster.run(cluster.config().electionTimeout().multipliedBy(40));
        if (cluster.leader().isPresent()) {
            return false;
        }
        List<SimNode> repairing = cluster.nodes().stream()
                .filter(node -> node.disk().durable().repair().repairing())
                .toList();
        repairing.forEach(this::requireThatNobodyCanRefill);
        return !repairing.isEmpty();
    }

    /** Who holds what a damaged log had ended with, and how it ends now, sends what lies between. */
    private void requireThatNobodyCanRefill(SimNode damaged) {
        LogImage log = damaged.disk().durable();
        EntryId end = log.lastId();
        Optional<EntryId> had = log.repair()
                .lastPosition()
                .filter(held -> held.index() > end.index()
                        && held.term() >= end.term()
                        && held.term() <= log.hardState().currentTerm());
        had.ifPresent(held -> assertThat(cluster.nodes())
                .as("%s waits with a log that ends at %s and ended at %s", damaged, end, held)
                .noneMatch(other -> other != damaged
                        && other.disk().durable().holds(held)
                        && other.disk().durable().holds(end)));
    }

    private void manyAtOnce() {
        for (int i = 0; i < THINGS_THAT_HAPPEN; i++) {
            SimNode node = cluster.node(random.nextInt(cluster.nodes().size()));
            switch (random.nextInt(8)) {
                case 0 -> node.crash(random.nextInt(2) == 0 ? SimNode.Crash.POWER : SimNode.Crash.PROCESS);
                case 1 -> damage(node);
                case 2, 3, 4 -> node.start();
                case 5 -> cluster.isolate(node);
                case 6 -> cluster.network().heal();
                default -> cluster.nodes().forEach(each -> propose(each, 1 + random.nextInt(4)));
            }
            cluster.run(Duration.ofMillis(random.between(0, 500)));
        }
    }

    private void damage(SimNode node) {
        node.crash(SimNode.Crash.POWER);
        if (node.disk().keepsItsPromises()) {
            node.disk().damage(true);
            totals.merge(DAMAGED, 1L, Long::sum);
        }
    }

    /**
     * The third server lags; the second has more, some of it committed; the first has more yet, which nobody else has. Both damaged logs refuse
     * the third, rightly, and lack a part of their own, but the first still holds all that the second had.
     */
    private void twoOfThree(SimNode first, SimNode second, SimNode third) {
        third.crash(SimNode.Crash.POWER_LOSES_ALL);
        work(first, 1 + random.nextInt(20));
        await("the second to have it all", () -> lastIndex(second) == lastIndex(first));
        second.crash(SimNode.Crash.POWER_LOSES_ALL);
        long shared = lastIndex(second);
        propose(first, 1 + random.nextInt(10));
        await("the first to have more", () -> lastIndex(first) > shared);
        first.crash(SimNode.Crash.POWER_LOSES_ALL);
        assertThat(lastIndex(third)).isLessThan(shared);

        first.disk().damageFrom(random.between(shared + 1, lastIndex(first)));
        second.disk().damageFrom(random.between(1, shared));
        List<SimNode> all = new ArrayList<>(cluster.nodes());
        Collections.rotate(all, random.nextInt(all.size()));
        for (SimNode node : all) {
            node.start();
            cluster.run(Duration.ofMillis(random.between(0, 400)));
        }
        cluster.awaitLeader();
    }

    /**
     * The log was damaged, and a leader of a later term has put others in the place of what was lost. One of them is committed with this copy, but a
     * crash comes before it is written down that the repair is over; and now nobody is heard but one who has what was lost.
     */
    private void crashBeforeTheEnd(Branches branches) {
        SimNode damaged = branches.damaged;
        SimNode leader = branches.meetsTheLeader();
        branches.with.stream()
                .filter(node -> node != leader)
                .findFirst()
                .orElseThrow()
                .crash(SimNode.Crash.POWER);
        propose(leader, 1 + random.nextInt(3));
        cluster.network().unblock(leader.number(), damaged.number(), ENTRIES);
        long term = leader.status().orElseThrow().term();
        await(
                "an entry of the new leader to be durable",
                () -> damaged.disk().durable().lastId().term() == term);
        damaged.disk().hold();
        cluster.run(Duration.ofMillis(20));
        damaged.crash(SimNode.Crash.POWER_LOSES_ALL);
        damaged.disk().release();
        assertThat(damaged.disk().durable().repair().repairing()).isTrue();

        branches.meetsWhoHasWhatWasLost();
        damaged.start();
        cluster.run(cluster.config().electionTimeout().multipliedBy(10));
    }

    /** It has heard the leader of its term, and is refilled before that has sent anything. */
    private void branchThatLost(Branches branches) {
        SimNode leader = branches.meetsTheLeader();
        branches.meetsWhoHasWhatWasLost();
        await("the end of the repair", () -> branches.damaged.disk().keepsItsPromises());
        branches.hears(leader);
        cluster.run(cluster.config().electionTimeout().multipliedBy(2));
    }

    /** A leader and one follower that were cut off with entries which the others never got; and the leader's log is damaged. */
    private final class Branches {

        private final SimNode damaged;
        private final SimNode companion;
        private final List<SimNode> with;

        Branches(SimNode leader, List<SimNode> others) {
            damaged = leader;
            companion = others.get(0);
            with = List.copyOf(others.subList(1, others.size()));
            cluster.partition(List.of(damaged, companion), with);
            propose(damaged, 1 + random.nextInt(10));
            long last = lastIndex(damaged);
            await(
                    "both to have what nobody else has",
                    () -> lastIndex(damaged) > last && lastIndex(companion) == lastIndex(damaged));
            damaged.crash(SimNode.Crash.POWER_LOSES_ALL);
            damaged.disk().damageFrom(random.between(1, lastIndex(damaged)));
        }

        /** Starts, and hears from the leader of the others, which cannot send it anything. */
        SimNode meetsTheLeader() {
            await(
                    "another leader",
                    () -> cluster.leader().filter(with::contains).isPresent());
            SimNode leader = cluster.leader().orElseThrow();
            work(leader, 1 + random.nextInt(5));
            cluster.network().block(leader.number(), damaged.number(), ENTRIES);
            with.forEach(this::restore);
            cluster.partition(List.of(damaged), List.of(companion));
            damaged.start();
            await(
                    "it to hear the leader",
                    () -> damaged.status()
                            .flatMap(NodeStatus::leader)
                            .filter(leader.id()::equals)
                            .isPresent());
            return leader;
        }

        /** From now on it hears nobody but the one who shared its entries. */
        void meetsWhoHasWhatWasLost() {
            cluster.partition(List.of(damaged), with);
            restore(companion);
        }

        void hears(SimNode leader) {
            restore(leader);
        }

        private void restore(SimNode other) {
            SimNetwork network = cluster.network();
            network.restore(other.number(), damaged.number());
            network.restore(damaged.number(), other.number());
        }
    }

    private static long lastIndex(SimNode node) {
        return node.disk().durable().lastIndex();
    }

    private void work(SimNode leader, int commands) {
        for (int i = 0; i < commands; i++) {
            proposed++;
            cluster.await(leader.propose(add(1), result -> acknowledged++));
        }
    }

    /** Without waiting for an answer, which may never come. */
    private void propose(SimNode leader, int commands) {
        for (int i = 0; i < commands; i++) {
            proposed++;
            leader.propose(add(1), result -> acknowledged++).exceptionally(failure -> null);
        }
    }

    private void await(String what, BooleanSupplier condition) {
        cluster.runUntil(what, PATIENCE, condition);
    }
}
