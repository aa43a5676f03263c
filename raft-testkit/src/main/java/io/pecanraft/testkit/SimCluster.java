package io.pecanraft.testkit;

import io.pecanraft.NodeStatus;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftNode;
import io.pecanraft.RaftSession;
import io.pecanraft.SessionOptions;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.spi.RaftExecutor;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.check.CommitTimes;
import io.pecanraft.testkit.check.LogTime;
import io.pecanraft.testkit.check.SafetyInvariants;
import io.pecanraft.testkit.sim.DiskProfile;
import io.pecanraft.testkit.sim.LogMatching;
import io.pecanraft.testkit.sim.MessageCodec;
import io.pecanraft.testkit.sim.NetworkProfile;
import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.sim.SimNetwork;
import io.pecanraft.testkit.sim.SimProcess;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.sim.SimScheduler;
import io.pecanraft.testkit.sim.Trace;
import io.pecanraft.testkit.sim.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A cluster of real {@link RaftNode}s in a simulated world.
 *
 * <pre>{@code
 * SimCluster cluster = SimCluster.builder().seed(7).stateMachine(node -> new Counter()).build();
 * cluster.start();
 * SimNode leader = cluster.awaitLeader();
 * cluster.await(leader.propose(increment()));
 * leader.crash(SimNode.Crash.POWER);
 * SimNode next = cluster.awaitLeader();
 * assertThat(cluster.await(next.read(get()))).isEqualTo(one());
 * }</pre>
 *
 * <p>Time passes only inside {@link #run} and the {@code await} methods, as many virtual seconds as it takes and no real
 * ones. After every event the invariants are checked; what breaks one is thrown as {@link SimulationFailure} with the seed
 * and the last things that happened. One thread; nothing to close.
 */
public final class SimCluster {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TRACE_LINES = 200;
    private static final long EPOCH_MILLIS = 1_767_225_600_000L;

    private final long seed;
    private final RaftConfig config;
    private final SimNode.StateMachineFactory stateMachines;
    private final DiskProfile diskProfile;
    private final long maxDriftPpm;
    private final String replay;
    private final Verdict verdict = new Verdict();
    private final List<SimCluster> groups;
    private final GroupId group;
    private final SimScheduler scheduler;
    private final Trace trace;
    private final LogMatching matching;
    private final SafetyInvariants invariants;
    private final SimNetwork network;
    private final SimMetrics metrics = new SimMetrics();
    private final CommitTimes commitTimes;
    private final LogTime logTime;
    private final NodeConfig nodeConfig;
    private final SimRandom diskRandom;
    private final SimRandom processRandom;
    private final List<SimNode> nodes = new ArrayList<>();
    private final List<MemberAddress> bootstrap;
    private final int founders;
    private final ClusterId clusterId;

    private SimCluster(Builder builder) {
        this.seed = builder.seed;
        this.config = builder.config;
        this.stateMachines = builder.stateMachines;
        this.diskProfile = builder.disk;
        this.maxDriftPpm = builder.maxDriftPpm;
        this.replay = builder.replay;
        SimCluster first = builder.sharing;
        this.group = builder.group;
        this.groups = first == null ? new ArrayList<>() : first.groups;
        this.scheduler = first == null ? new SimScheduler(SimRandom.stream(seed, "scheduler")) : first.scheduler;
        this.trace = new Trace(scheduler);
        this.matching = new LogMatching(verdict);
        int servers = builder.nodes + builder.spares;
        this.founders = builder.nodes;
        this.invariants = new SafetyInvariants(verdict, trace, matching, servers);
        this.commitTimes = new CommitTimes(invariants.committed(), scheduler::nowNanos);
        this.logTime = new LogTime(
                verdict,
                invariants.committed(),
                scheduler::nowNanos,
                nanos -> nanos + nanos / 1_000_000 * maxDriftPpm + maxDriftPpm);
        this.nodeConfig = builder.nodeConfig;
        this.diskRandom = SimRandom.stream(seed, "disk");
        this.processRandom = SimRandom.stream(seed, "process");
        List<NodeId> ids = new ArrayList<>();
        for (int i = 0; i < servers; i++) {
            ids.add(NodeId.of("n" + (i + 1)));
        }
        this.bootstrap =
                ids.subList(0, founders).stream().map(SimCluster::address).toList();
        this.clusterId = ClusterId.fromBootstrap(bootstrap);
        this.network =
                new SimNetwork(scheduler, SimRandom.stream(seed, "network"), trace, invariants, ids, builder.network);
        if (builder.codec != null) {
            network.codec(builder.codec);
        }
        for (int i = 0; i < servers; i++) {
            nodes.add(new SimNode(this, i, ids.get(i), newDisk(i, ids.get(i))));
        }
        groups.add(this);
    }

    /** Begins with three nodes, seed 1, a good network and a fast disk. */
    public static Builder builder() {
        return new Builder();
    }

    /** Where a server of a simulated cluster is. */
    public static MemberAddress address(NodeId node) {
        return new MemberAddress(node, "sim:" + node);
    }

    // ---- the parts

    /** All nodes, in the order of their numbers. */
    public List<SimNode> nodes() {
        return List.copyOf(nodes);
    }

    /** The node with this number, from 0. */
    public SimNode node(int number) {
        return nodes.get(number);
    }

    /** The network, to be broken. */
    public SimNetwork network() {
        return network;
    }

    /** The invariants, with the committed log and the calls of clients. */
    public SafetyInvariants invariants() {
        return invariants;
    }

    /** What happened. */
    public Trace trace() {
        return trace;
    }

    /** The scheduler, to make things happen later. */
    public SimScheduler scheduler() {
        return scheduler;
    }

    /** Where broken rules are reported. */
    public Verdict verdict() {
        return verdict;
    }

    /** How often what happened. */
    public Map<String, Long> counts() {
        return new TreeMap<>(metrics.counts());
    }

    /** Virtual nanoseconds since the beginning. */
    public long nowNanos() {
        return scheduler.nowNanos();
    }

    /** The settings of all nodes. */
    public RaftConfig config() {
        return config;
    }

    // ---- time

    /** Starts all nodes that are down. */
    public void start() {
        nodes.forEach(SimNode::start);
    }

    /** Lets time pass. */
    public void run(Duration duration) {
        long until = nowNanos() + duration.toNanos();
        while (step(until)) {
            // one event at a time
        }
    }

    /**
     * Lets time pass until a condition holds, which is looked at after every event.
     *
     * @param what the condition in words, for the failure
     * @param limit how long to wait at most
     */
    public void runUntil(String what, Duration limit, BooleanSupplier condition) {
        long until = nowNanos() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (!step(until) && !condition.getAsBoolean()) {
                throw failure("liveness", "not within " + limit.toMillis() + " ms: " + what + "\n" + describe());
            }
        }
    }

    /** Runs until there is a leader whom a majority of the nodes that are up follows. */
    public SimNode awaitLeader() {
        runUntil("a leader that a majority follows", PATIENCE, () -> leader().isPresent());
        return leader().orElseThrow();
    }

    /** Runs until a future completes, and returns its value or throws what it failed with. */
    public <T> T await(CompletableFuture<T> future) {
        runUntil("an answer", PATIENCE, future::isDone);
        try {
            return future.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Runs until all nodes that are up and counted have applied everything that was committed. */
    public void awaitConvergence() {
        runUntil("all nodes have applied what is committed", PATIENCE, this::converged);
    }

    /** Whether all members that are up have applied everything that was committed. */
    public boolean converged() {
        return converged(nodes);
    }

    /** Whether those of these nodes that are up have applied everything that was committed. */
    public boolean converged(List<SimNode> some) {
        long committed = invariants.committed().lastIndex();
        for (SimNode node : some) {
            Optional<NodeStatus> status = node.status();
            if (isMember(node)
                    && status.isPresent()
                    && (status.get().commitIndex() < committed || status.get().appliedIndex() < committed)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the newest committed configuration names this server with the storage it has; everybody while there is none. */
    public boolean isMember(SimNode node) {
        return invariants
                .membership()
                .map(membership -> membership.contains(node.disk().identity().memberId()))
                .orElse(node.number() < founders);
    }

    /** The leader of the latest term, if a majority of its configuration, or of both, is in its term and knows it. */
    public Optional<SimNode> leader() {
        for (SimNode candidate : nodes) {
            Optional<NodeStatus> status = candidate.status();
            if (status.isPresent()
                    && status.get().role() == RaftRole.LEADER
                    && isFollowed(candidate.id(), status.get())) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /** How many of the nodes found the cluster; the others may be added later. */
    public int founders() {
        return founders;
    }

    /** Who leads in which term, in words; two equal answers mean that there was no election in between. */
    public String leadership() {
        return leader().flatMap(leader -> leader.status().map(status -> leader + " leading term " + status.term()))
                .orElse("no leader");
    }

    private boolean isFollowed(NodeId leader, NodeStatus status) {
        return status.membership()
                .filter(membership -> isFollowed(leader, status.term(), membership.voters())
                        && (!membership.isJoint() || isFollowed(leader, status.term(), membership.outgoingVoters())))
                .isPresent();
    }

    private boolean isFollowed(NodeId leader, long term, List<Member> voters) {
        int count = 0;
        for (SimNode node : nodes) {
            MemberId self = node.disk().identity().memberId();
            Optional<NodeStatus> status = node.status();
            if (status.isPresent()
                    && status.get().term() == term
                    && status.get().leader().equals(Optional.of(leader))
                    && voters.stream().anyMatch(voter -> voter.id().equals(self))) {
                count++;
            }
        }
        return count > voters.size() / 2;
    }

    /** Runs one event, if there is one before the limit, and checks what it did. */
    private boolean step(long limitNanos) {
        groups.forEach(each -> each.check(SimScheduler.NO_NODE));
        boolean ran = scheduler.runNext(limitNanos);
        if (ran) {
            groups.forEach(each -> each.check(scheduler.lastNode()));
        }
        return ran;
    }

    private void check(int number) {
        if (number != SimScheduler.NO_NODE) {
            nodes.get(number).status().ifPresent(status -> invariants.observed(number, status));
        }
        if (verdict.failed()) {
            Verdict.Finding finding = verdict.finding().orElseThrow();
            throw failure(finding.rule(), finding.what(), finding.cause());
        }
    }

    // ---- faults that concern several nodes

    /** Cuts every link between two groups, in both directions. */
    public void partition(List<SimNode> left, List<SimNode> right) {
        for (SimNode a : left) {
            for (SimNode b : right) {
                network.cut(a.number(), b.number());
                network.cut(b.number(), a.number());
            }
        }
    }

    /** Cuts a node off from all others, in both directions. */
    public void isolate(SimNode node) {
        partition(List.of(node), nodes.stream().filter(other -> other != node).toList());
    }

    /** Undoes everything that was done to the network, to disks and to paused processes. Does not start anything. */
    public void heal() {
        network.heal();
        for (SimNode node : nodes) {
            node.disk().heal();
            SimProcess process = node.process();
            if (process != null) {
                if (process.pausedUntilNanos() > nowNanos()) {
                    trace.add(Trace.Kind.RESTORE, node.number(), -1, 0, null);
                }
                process.resume();
                process.speedUp();
            }
        }
    }

    // ---- for SimNode

    SimDisk newDisk(int number, NodeId id) {
        Incarnation incarnation = new Incarnation(diskRandom.nextLong(), diskRandom.nextLong());
        StorageIdentity identity = new StorageIdentity(clusterId, group, id, incarnation);
        return new SimDisk(scheduler, diskRandom, trace, verdict, matching, invariants, number, identity, diskProfile);
    }

    /** The nodes of one server: this cluster's, and those of the groups that share its servers, in the order they were made. */
    List<SimNode> inProcess(int number) {
        return groups.stream().map(each -> each.node(number)).toList();
    }

    /** The process of a server that starts: a new one for the first of its nodes, which the others join. */
    SimProcess processFor(int number) {
        for (SimNode node : inProcess(number)) {
            SimProcess process = node.process();
            if (process != null) {
                return process;
            }
        }
        long drift = processRandom.between(-maxDriftPpm, maxDriftPpm);
        long epoch = EPOCH_MILLIS + processRandom.between(-60_000, 60_000);
        return new SimProcess(scheduler, verdict, number, processRandom, drift, epoch);
    }

    /** Counts something worth telling, for {@link #counts}. */
    public void count(String what) {
        metrics.count(what);
    }

    /** A server's monotonic clock jumped, for the nodes of all groups on it. */
    void clockJumped(long nanos) {
        groups.forEach(each -> each.logTime.jumped(nanos));
    }

    CommitTimes commitTimes() {
        return commitTimes;
    }

    /** How much virtual time may pass while some server's clock advances by this much. */
    long longestNanos(long localNanos) {
        return localNanos + localNanos / (1_000_000 - maxDriftPpm) * maxDriftPpm + maxDriftPpm + 1_000;
    }

    RaftConfig configOf(int number) {
        return nodeConfig.of(number, config);
    }

    StateMachine newStateMachine(int number) {
        return stateMachines.create(nodes.get(number).id());
    }

    RaftNode assemble(SimNode node, SimProcess process, StateMachine stateMachine) {
        RaftNode.Builder builder = RaftNode.builder();
        (node.number() < founders ? builder.bootstrapMembers(bootstrap) : builder.joining())
                .stateMachine(stateMachine)
                .storage(node.disk().open(process))
                .transport(network.transport(process))
                .config(configOf(node.number()))
                .metrics(metrics.ofNode(invariants.gauge(node.number())))
                .raftExecutor(process.raftExecutor(2_000, 20_000))
                .applyExecutor(process.executor(SimProcess.Lane.APPLY, 5_000, 50_000))
                .snapshotExecutor(process.executor(SimProcess.Lane.SNAPSHOT, 50_000, 500_000))
                .callbackExecutor(process.executor(SimProcess.Lane.OTHER, 2_000, 20_000))
                .randomSeed(processRandom.nextLong());
        return builder.build();
    }

    // ---- clients

    /** A stream of chance of this run, by name; drawing from it moves nothing else. */
    public SimRandom chance(String name) {
        return SimRandom.stream(seed, name);
    }

    /**
     * An executor and clock in a process of its own, for a client that outlives servers.
     *
     * @param name names the chance that delays it
     * @param driftPpm how much faster than virtual time its clock runs, in millionths
     */
    public RaftExecutor newClientExecutor(String name, long driftPpm) {
        return new SimProcess(
                        scheduler, verdict, SimScheduler.NO_NODE, chance("delays of " + name), driftPpm, EPOCH_MILLIS)
                .raftExecutor(2_000, 20_000);
    }

    /**
     * Opens a session over all servers, for a client that outlives them, and watches that its commands take effect once.
     *
     * @param options its executor is one of {@link #newClientExecutor}
     */
    public CompletableFuture<RaftSession> openSession(SessionOptions options) {
        return RaftSession.open(nodes.stream().map(SimNode::sessions).toList(), options)
                .thenApply(session -> new CheckedSession(session, invariants.sessions()));
    }

    // ---- failures

    /** One line per node: where it stands. */
    public String describe() {
        StringBuilder out = new StringBuilder();
        for (SimNode node : nodes) {
            out.append("  ").append(node.id()).append(": ");
            out.append(node.status().map(SimCluster::describe).orElse("down"));
            out.append(", disk ").append(node.disk().durable().lastId()).append('\n');
        }
        out.append("  committed: ").append(invariants.committed().lastIndex());
        return out.toString();
    }

    private static String describe(NodeStatus status) {
        return status.state() + " " + status.role() + " of term " + status.term() + ", leader "
                + status.leader().map(NodeId::value).orElse("unknown") + ", commit " + status.commitIndex()
                + ", applied "
                + status.appliedIndex() + ", durable " + status.durableIndex() + ", log " + status.firstIndex() + ".."
                + status.lastIndex() + ", snapshot " + status.snapshotIndex()
                + (status.missingMembers().isEmpty() ? "" : ", missing " + status.missingMembers());
    }

    /** A failure of this run, with its seed and the last things that happened. */
    public SimulationFailure failure(String rule, String what) {
        return failure(rule, what, Optional.empty());
    }

    private SimulationFailure failure(String rule, String what, Optional<Throwable> cause) {
        String message = "\n--- last events\n" + String.join("\n", trace.last(TRACE_LINES)) + "\n"
                + SimulationFailure.BROKEN + rule
                + "\n" + what + "\n--- seed " + seed + ", " + nodes.size() + " nodes, event " + scheduler.executed()
                + ", virtual time " + nowNanos() / 1_000_000 + " ms, trace hash " + Long.toHexString(trace.hash())
                + (replay.isEmpty() ? "" : "\n--- replay: " + replay);
        return cause.map(c -> new SimulationFailure(rule, message, c))
                .orElseGet(() -> new SimulationFailure(rule, message));
    }

    /** Gives a node its settings. */
    public interface NodeConfig {

        /** The settings of the node with this number, from those of all. */
        RaftConfig of(int node, RaftConfig common);
    }

    /** Assembles a {@link SimCluster}. Everything has a default but the state machine. */
    public static final class Builder {

        private int nodes = 3;
        private int spares;
        private @Nullable SimCluster sharing;
        private GroupId group = GroupId.DEFAULT;
        private long seed = 1;
        private RaftConfig config = RaftConfig.defaults();
        private NetworkProfile network = NetworkProfile.LAN;
        private DiskProfile disk = DiskProfile.FAST;
        private @Nullable MessageCodec codec;
        private long maxDriftPpm = 1_000;
        private String replay = "";
        private NodeConfig nodeConfig = (node, config) -> config;
        private SimNode.StateMachineFactory stateMachines = node -> {
            throw new IllegalStateException("a SimCluster needs a stateMachine");
        };

        private Builder() {}

        /** Settings of single nodes, where they differ; default the same for all. */
        public Builder nodeConfig(NodeConfig configs) {
            this.nodeConfig = configs;
            return this;
        }

        /** How many nodes, 1 to 7. */
        public Builder nodes(int count) {
            if (count < 1 || count > 7) {
                throw new IllegalArgumentException("a simulated cluster has 1 to 7 nodes, got " + count);
            }
            this.nodes = count;
            return this;
        }

        /** How many more nodes, up to 7 in all, that found no cluster but wait to be added. None by default. */
        public Builder spares(int count) {
            if (count < 0 || nodes + count > 7) {
                throw new IllegalArgumentException(
                        "a simulated cluster has at most 7 nodes, got " + nodes + " + " + count);
            }
            this.spares = count;
            return this;
        }

        /**
         * Makes the cluster another group of the servers that another cluster of as many nodes has: in their processes, on their raft
         * threads, in the same virtual time. Starts, crashes and pauses of a server are those of all groups; disks, networks,
         * invariants and traces are each group's own.
         */
        public Builder sharing(SimCluster other, GroupId ownGroup) {
            this.sharing = other;
            this.group = ownGroup;
            return this;
        }

        /** From which all chance is drawn. */
        public Builder seed(long newSeed) {
            this.seed = newSeed;
            return this;
        }

        /** The settings of all nodes. */
        public Builder config(RaftConfig newConfig) {
            this.config = newConfig;
            return this;
        }

        /** Makes a state machine whenever a node starts. */
        public Builder stateMachine(SimNode.StateMachineFactory factory) {
            this.stateMachines = factory;
            return this;
        }

        /** How the network behaves. */
        public Builder network(NetworkProfile profile) {
            this.network = profile;
            return this;
        }

        /** How messages travel; by default as the values that they are. */
        public Builder codec(MessageCodec messages) {
            this.codec = messages;
            return this;
        }

        /** How disks behave. */
        public Builder disk(DiskProfile profile) {
            this.disk = profile;
            return this;
        }

        /** How far apart monotonic clocks may drift, in millionths. */
        public Builder maxDriftPpm(long ppm) {
            this.maxDriftPpm = ppm;
            return this;
        }

        /** The command that runs the same again, shown in failures. */
        public Builder replay(String command) {
            this.replay = command;
            return this;
        }

        /** The cluster, with all nodes down. */
        public SimCluster build() {
            if (sharing != null && sharing.nodes.size() != nodes + spares) {
                throw new IllegalArgumentException("groups that share servers have as many nodes: "
                        + sharing.nodes.size() + ", got " + (nodes + spares));
            }
            return new SimCluster(this);
        }
    }
}
