package io.pecanraft.testkit.swarm;

import io.pecanraft.NodeStatus;
import io.pecanraft.model.Membership;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.check.Operations;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.schedule.Stage;
import io.pecanraft.testkit.swarm.workload.Draft;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a cluster owes when the faults are over. First only a core is healed, perhaps no more than a majority, and everything
 * else stays broken for good, one-way links included; then all. Each time, within a bounded virtual time: a leader, an answer
 * to every call, a write and a read through every healed server, the same state on all of them, and then quiet: no further
 * election.
 */
final class Liveness {

    /** How long a healed cluster may take for each step towards normal, in election timeouts, besides the time to catch up. */
    private static final int PATIENCE_ELECTION_TIMEOUTS = 30;

    /** For how long there must be no election after that. */
    private static final int QUIET_ELECTION_TIMEOUTS = 10;

    /** The longest that a leader waits before it hands over to a preferred server, in delays; and some for doing it. */
    private static final int DELAYS_UNTIL_THE_PREFERRED_LEADS = 40;

    /** A chunk is read by one snapshot thread and stored by another, each of which takes its time. */
    private static final long CHUNK_NANOS = 2 * 550_000;

    /** Of 100 million flushes of a healthy disk hardly one takes longer than so many times the mean. */
    private static final long MEAN_FORCES_OF_THE_LONGEST = 20;

    private final Plan plan;
    private final Stage stage;
    private final SimCluster cluster;
    private final Duration electionTimeout;
    private final Map<String, Long> counts = new TreeMap<>();
    private final List<SimNode> hung = new ArrayList<>();
    private Duration patience;

    Liveness(Plan plan, Stage stage) {
        this.plan = plan;
        this.stage = stage;
        this.cluster = stage.cluster();
        this.electionTimeout = cluster.config().electionTimeout();
        this.patience = patience(cluster.nodes());
    }

    /**
     * The core is healed, the others never: the core gets on without them. Unless the cluster is not formed yet, for which
     * every member is needed. Where servers come and go nobody knows beforehand who is a majority: there all are healed, until it is
     * settled who the members are, and then all but a core of those are broken for good.
     */
    void ofTheCore() {
        if (plan.churns()) {
            ofTheCoreOfTheMembers();
        } else if (!stage.formed()) {
            count("cores without a demand: not formed");
        } else {
            ofTheDrawnCore();
        }
    }

    private void ofTheDrawnCore() {
        heal();
        List<SimNode> core = plan.core().stream().map(cluster::node).toList();
        plan.fates().forEach((node, fate) -> seal(node, fate, core.get(0)));
        List<SimNode> healthy = core.stream()
                .filter(node -> !stage.atlas().isDamaged(node.number()))
                .toList();
        if (healthy.size() > plan.nodes() / 2) {
            // One whose log was damaged, and which has been refilled, may lead like any other.
            demand("cores", healthy, core::contains);
        } else {
            count("cores without a demand: no healthy majority");
        }
    }

    private void ofTheCoreOfTheMembers() {
        heal();
        settleMembership();
        // A majority of the leader's voters is one of everybody's only when the leader has committed something itself.
        cluster.runUntil(
                "the end of all changes of the membership",
                patience,
                () -> cluster.leader()
                        .filter(this::isVoter)
                        .filter(stage.operator()::isSettled)
                        .isPresent());
        List<SimNode> voters = cluster.nodes().stream().filter(this::isVoter).toList();
        Map<Integer, Fate> fates = Plan.fates(SimRandom.stream(plan.seed(), "fates of members"), voters.size());
        List<SimNode> core = IntStream.range(0, voters.size())
                .filter(place -> !fates.containsKey(place))
                .mapToObj(voters::get)
                .toList();
        fates.forEach((place, fate) -> seal(voters.get(place).number(), fate, core.get(0)));
        demand("cores", core, core::contains);
    }

    /** Nothing is broken any more, and no message is lost from now on. */
    private void heal() {
        cluster.heal();
        hung.clear();
        cluster.network().profile(plan.network().reliable());
    }

    /** How often what was demanded, and why not. */
    Map<String, Long> counts() {
        return counts;
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    /** Everything is healed that can be. */
    void ofAll() {
        heal();
        if (plan.churns()) {
            settleMembership();
        }
        // Those too whose logs were damaged: they are to be refilled, if there is anybody to do it.
        List<SimNode> sound = cluster.nodes().stream()
                .filter(node -> !stage.atlas().isWiped(node.number()))
                .toList();
        demand("healed clusters", sound, leader -> true);
        if (plan.hasPriorities() && stage.atlas().recoverable()) {
            List<SimNode> electable = sound.stream().filter(this::isVoter).toList();
            thePreferredLeads(electable.get(electable.size() - 1));
        }
    }

    /** Who has lost its disk is re-admitted, and no change is left halfway. */
    private void settleMembership() {
        patience = patience(cluster.nodes());
        cluster.nodes().forEach(this::revive);
        cluster.runUntil("a leader", patience, () -> cluster.leader().isPresent());
        // It is removed and added, each with what was lost meanwhile, and its operator asks now and then only.
        cluster.runUntil("lost disks to be re-admitted", patience.multipliedBy(4), stage.operator()::isDone);
        cluster.runUntil(
                "a configuration that is not joint",
                patience,
                () -> membership().filter(now -> !now.isJoint()).isPresent());
    }

    /** No change is under way any more, and whoever leads is to stay: one that a change has removed hands over first. */
    private boolean isMembershipSettled(List<SimNode> healed) {
        return stage.operator().isIdle(healed::contains)
                && membership().filter(now -> !now.isJoint()).isPresent()
                && cluster.leader().filter(this::isVoter).isPresent();
    }

    private Optional<Membership> membership() {
        return cluster.leader().flatMap(SimNode::status).flatMap(NodeStatus::membership);
    }

    private boolean isVoter(SimNode node) {
        return !plan.churns()
                || membership()
                        .filter(now -> now.isVoter(node.disk().identity().memberId()))
                        .isPresent();
    }

    /** A stranger owes nothing; neither does one that a change, asked for long ago, removes meanwhile. */
    private boolean owes(SimNode node) {
        return !plan.churns() || cluster.isMember(node);
    }

    /** Of servers that are all healthy, and have been for long, the one of the highest priority leads: the last one. */
    private void thePreferredLeads(SimNode preferred) {
        if (!cluster.leader().equals(Optional.of(preferred))) {
            throw cluster.failure(
                    "preferred-leader",
                    preferred + " is preferred and has been healthy for long, but there is " + cluster.leadership());
        }
    }

    private void seal(int node, Fate drawn, SimNode firstOfTheCore) {
        // A leader cannot know that a server which it reaches, and prefers, reaches nobody else, and tries it again and
        // again.
        Fate fate = drawn == Fate.PARTIAL && plan.hasPriorities() ? Fate.ISOLATED : drawn;
        count("servers that stayed " + fate);
        for (int other = 0; other < plan.nodes(); other++) {
            boolean reached = fate == Fate.PARTIAL && other == firstOfTheCore.number();
            if (other != node && !reached) {
                if (fate == Fate.ISOLATED || fate == Fate.PARTIAL || fate == Fate.DEAF) {
                    cluster.network().cut(other, node);
                }
                if (fate == Fate.ISOLATED || fate == Fate.PARTIAL || fate == Fate.MUTE) {
                    cluster.network().cut(node, other);
                }
            }
        }
        SimNode server = cluster.node(node);
        if (fate == Fate.DOWN) {
            server.crash(SimNode.Crash.PROCESS);
        } else {
            revive(server);
        }
        if (fate == Fate.PAUSED) {
            server.pause(Duration.ofDays(1));
        } else if (fate == Fate.DISK_HUNG) {
            hung.add(server);
            server.disk().hold();
            writeThrough(server);
        }
    }

    /** Nobody can know that a disk hangs until something is to be flushed; who leads, or is about to, may refuse at first. */
    private void writeThrough(SimNode server) {
        var unused = stage.clients().write(server, Draft.probe(0)).whenComplete((reply, failure) -> {
            if (failure != null) {
                stage.later(cluster.config().heartbeatInterval(), () -> writeThrough(server));
            }
        });
    }

    private void revive(SimNode node) {
        if (!stage.atlas().isWiped(node.number())) {
            Service.revive(node);
        }
    }

    private void demand(String what, List<SimNode> healed, Predicate<SimNode> mayLead) {
        patience = patience(healed);
        healed.forEach(this::revive);
        if (!stage.atlas().recoverable()) {
            // A halt is right; that nothing wrong is said is checked all the time.
            count(what + " without a demand: nothing can recover");
            cluster.run(patience);
            return;
        }
        cluster.runUntil(
                "a leader for " + healed,
                patience(),
                () -> cluster.leader().filter(mayLead).isPresent());
        Operations operations = cluster.invariants().operations();
        cluster.runUntil(
                "an answer to every call",
                patience.plus(longestCall()),
                () -> healed.stream().allMatch(node -> operations.open(node.number()) == 0));
        // These have deadlines of their own, and servers to try that may never be healed.
        cluster.runUntil(
                "an answer to every command of a session, and to who opens one",
                patience.plus(stage.clients().sessions().longestCall()),
                stage.clients().sessions()::allAnswered);
        // What was answered meanwhile has made the logs longer, and perhaps the snapshots.
        patience = patience(healed);
        healed.forEach(node -> Service.demand(stage, node, mayLead, () -> owes(node), patience));
        cluster.runUntil("the same state everywhere", patience, () -> cluster.converged(healed));
        cluster.runUntil(
                "the end of all repairs",
                patience,
                () -> healed.stream()
                        .noneMatch(node -> node.disk().durable().repair().repairing()));
        if (plan.churns()) {
            // A stopped server outside keeps what it was asked for until it goes on.
            cluster.runUntil("the end of all changes of the membership", patience, () -> isMembershipSettled(healed));
        }
        cluster.runUntil("a leader of the newest term that is heard of", patience, () -> leadsTheNewestTerm(healed));
        quiet();
        count(what + " that did what was demanded");
    }

    /** Whose answer was lost on its way waits until its time is over. */
    private Duration longestCall() {
        Duration proposal = cluster.config().proposalTimeout();
        Duration read = cluster.config().readTimeout();
        return proposal.compareTo(read) > 0 ? proposal : read;
    }

    /** For a step that needs no more than messages, and that a disk is noticed which hangs. */
    private Duration patience() {
        return electionTimeout
                .multipliedBy(plan.churns() ? 2 * PATIENCE_ELECTION_TIMEOUTS : PATIENCE_ELECTION_TIMEOUTS)
                .plus(cluster.config().diskStallTimeout());
    }

    /** For a step for which these servers must first have what they lack. */
    private Duration patience(List<SimNode> healed) {
        return patience().plus(timeToCatchUp(healed));
    }

    /**
     * With batches and windows of one, every entry that a server lacks costs a round trip and a flush; and so does every chunk of
     * a snapshot, where it lacks so much. Where messages overtake each other it costs two: one that fits is sent alone, after it many,
     * which arrive in any order, so that all but one are refused, and the leader goes back to sending one.
     */
    private Duration timeToCatchUp(List<SimNode> healed) {
        long last = 0;
        long least = Long.MAX_VALUE;
        long snapshotBytes = 0;
        for (SimNode node : healed) {
            last = Math.max(last, node.disk().written().lastIndex());
            least = Math.min(least, node.disk().durable().lastIndex());
            snapshotBytes = Math.max(
                    snapshotBytes,
                    node.disk().newestSnapshot().map(SnapshotMeta::sizeBytes).orElse(0L));
        }
        long chunks = snapshotBytes / cluster.config().snapshotChunkBytes();
        long roundTripNanos =
                2 * (plan.network().minDelayNanos() + plan.network().meanExtraDelayNanos())
                        + 2 * (plan.disk().minForceNanos() + plan.disk().meanExtraForceNanos());
        // The snapshot may have grown, or be followed by a newer one, when it has arrived.
        int roundTrips = plan.network().connections() ? 1 : 2;
        return Duration.ofNanos(
                (last - least) * roundTrips * roundTripNanos + 2 * chunks * (roundTripNanos + CHUNK_NANOS));
    }

    private long handovers() {
        return cluster.counts().getOrDefault("handovers to a preferred server", 0L);
    }

    /** Whether a healthy disk may take as long as a stalled one: its flushes take long now and then, ever more rarely. */
    private boolean healthyDisksMayStall() {
        return cluster.config().diskStallTimeout().toNanos()
                < plan.disk().minForceNanos()
                        + MEAN_FORCES_OF_THE_LONGEST * plan.disk().meanExtraForceNanos();
    }

    /**
     * One whose disk hangs still talks, and may be in a later term, of when it was cut off: who hears that for the first time elects
     * once more.
     */
    private boolean leadsTheNewestTerm(List<SimNode> healed) {
        long newest = Stream.concat(healed.stream(), hung.stream())
                .filter(this::owes)
                .flatMap(node -> node.status().stream())
                .filter(status -> status.state() == NodeStatus.State.RUNNING)
                .mapToLong(NodeStatus::term)
                .max()
                .orElse(0);
        return cluster.leader()
                .flatMap(SimNode::status)
                .filter(leader -> leader.term() >= newest)
                .isPresent();
    }

    /** Who has found a leader keeps it, whatever those do that are still broken. */
    private void quiet() {
        if (plan.hasPriorities()) {
            long before = handovers();
            cluster.run(cluster.config().leaderPriorityDelay().multipliedBy(DELAYS_UNTIL_THE_PREFERRED_LEADS));
            long handovers = handovers() - before;
            // From each to the one that it prefers, at most, and once more where the first attempt came to nothing.
            if (handovers > 2L * plan.nodes()) {
                throw cluster.failure(
                        "preferred-leader",
                        "nothing breaks any more, and yet leaders have handed over " + handovers
                                + " times to servers they prefer");
            }
        }
        String before = cluster.leadership();
        cluster.run(electionTimeout.multipliedBy(QUIET_ELECTION_TIMEOUTS));
        if (healthyDisksMayStall()) {
            count("quiet not demanded: healthy disks may stall");
        } else if (cluster.leader().isEmpty()) {
            throw cluster.failure("liveness", "nothing breaks any more, and yet nobody leads any more");
        } else if (!before.equals(cluster.leadership())) {
            throw cluster.failure(
                    "liveness",
                    "nothing breaks any more, and yet " + before + " became " + cluster.leadership() + " within "
                            + QUIET_ELECTION_TIMEOUTS + " election timeouts");
        }
    }
}
