package io.pecanraft.testkit;

import io.pecanraft.NodeStatus;
import io.pecanraft.ProposalOptions;
import io.pecanraft.ProposalResult;
import io.pecanraft.RaftException;
import io.pecanraft.RaftNode;
import io.pecanraft.SessionCalls;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.check.Operations;
import io.pecanraft.testkit.check.ReplicaCheck;
import io.pecanraft.testkit.sim.DiskProfile;
import io.pecanraft.testkit.sim.Hash;
import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.sim.SimProcess;
import io.pecanraft.testkit.sim.Trace;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One server of a {@link SimCluster}, through all its lives. */
public final class SimNode {

    private final SimCluster cluster;
    private final int number;
    private final NodeId id;
    private SimDisk disk;
    private @Nullable Life life;
    private CompletableFuture<Void> starting = new CompletableFuture<>();

    /** From a start to the crash. */
    private record Life(SimProcess process, RaftNode node, CheckedStateMachine stateMachine, List<Long> calls) {}

    /** How a server goes down. */
    public enum Crash {
        /** The process is killed: what it wrote is in the page cache and will be there after a restart. */
        PROCESS,
        /** The power goes: what was not flushed may be lost. */
        POWER,
        /** The power goes, and nothing is left of what was not flushed. */
        POWER_LOSES_ALL
    }

    SimNode(SimCluster cluster, int number, NodeId id, SimDisk disk) {
        this.cluster = cluster;
        this.number = number;
        this.id = id;
        this.disk = disk;
    }

    /** Its number, from 0. */
    public int number() {
        return number;
    }

    /** Its name, from n1. */
    public NodeId id() {
        return id;
    }

    /** Whether it runs. */
    public boolean isUp() {
        return life != null;
    }

    /** Its disk. */
    public SimDisk disk() {
        return disk;
    }

    /** Its status; empty while it is down. */
    public Optional<NodeStatus> status() {
        return life == null ? Optional.empty() : Optional.of(life.node().status());
    }

    /** What its state machine has applied; empty while it is down. */
    public Optional<ReplicaCheck> replica() {
        return life == null ? Optional.empty() : Optional.of(life.stateMachine().check());
    }

    /** The library's node of the present life, for what this class does not offer. Empty while it is down. */
    public Optional<RaftNode> raftNode() {
        return life == null ? Optional.empty() : Optional.of(life.node());
    }

    @Nullable
    SimProcess process() {
        return life == null ? null : life.process();
    }

    // ---- life and death

    /** Starts it, with the disk as it is; and the nodes of other groups in its process. Nothing happens when it is up. */
    public void start() {
        cluster.inProcess(number).forEach(SimNode::startAlone);
    }

    private void startAlone() {
        if (life != null) {
            return;
        }
        if (disk.isCondemned()) {
            disk = disk.successor();
        }
        cluster.trace().add(Trace.Kind.START, number, id + " starts");
        SimProcess process = cluster.processFor(number);
        ReplicaCheck check = cluster.invariants().starts(disk, cluster.configOf(number));
        CheckedStateMachine stateMachine = new CheckedStateMachine(
                cluster.newStateMachine(number), check, cluster.invariants().operations());
        process.run(() -> life =
                new Life(process, cluster.assemble(this, process, stateMachine), stateMachine, new ArrayList<>()));
        Life now = life;
        if (now != null) {
            starting = call(now, () -> now.node().start(), nothing -> {}, failure -> {
                if (!cluster.invariants().excusesFailure(disk)) {
                    cluster.verdict().fail("starts", id + " does not start: " + failure, failure);
                }
            });
        }
    }

    /** Completes when the present life has recovered what its disk holds. */
    public CompletableFuture<Void> starting() {
        return starting;
    }

    /** Takes its process down at once. Its clients will never be answered. Nothing happens when it is down. */
    public void crash(Crash kind) {
        cluster.inProcess(number).forEach(node -> node.crashAlone(kind));
    }

    private void crashAlone(Crash kind) {
        Life ending = life;
        if (ending == null) {
            if (kind != Crash.PROCESS) {
                toDisk(kind);
            }
            return;
        }
        cluster.trace().add(Trace.Kind.CRASH, number, kind.toString());
        life = null;
        ending.process().kill();
        toDisk(kind);
        ending.calls().forEach(cluster.invariants().operations()::abandoned);
    }

    private void toDisk(Crash kind) {
        switch (kind) {
            case PROCESS -> disk.processDied();
            case POWER -> disk.powerLost();
            case POWER_LOSES_ALL -> disk.powerLost(DiskProfile.PowerLoss.LOSES_ALL);
        }
    }

    /** Takes it down and up again. */
    public void restart(Crash kind) {
        crash(kind);
        start();
    }

    /** Replaces its disk by an empty one, under the same name. It must be down. */
    public void wipe() {
        if (life != null) {
            throw new IllegalStateException(id + " is up; crash it before wiping its disk");
        }
        cluster.trace().add(Trace.Kind.FAULT, number, "disk wiped");
        disk = cluster.newDisk(number, id);
    }

    /** Stops it for a while as SIGSTOP would. */
    public void pause(Duration duration) {
        SimProcess process = process();
        if (process != null) {
            long until = cluster.nowNanos() + duration.toNanos();
            cluster.trace().add(Trace.Kind.PAUSE, number, -1, until, "for " + duration);
            process.pause(until);
        }
    }

    /** Moves its monotonic clock forward, as the resumption of a virtual machine may. */
    public void jumpMonotonicClock(Duration by) {
        SimProcess process = process();
        if (process != null) {
            process.jumpMonotonicClock(by.toNanos());
            cluster.clockJumped(by.toNanos());
        }
    }

    /** Makes the tasks of one of its threads late for a while. */
    public void slowDown(SimProcess.Lane lane, Duration duration, Duration by) {
        SimProcess process = process();
        if (process != null) {
            process.slowDown(lane, cluster.nowNanos() + duration.toNanos(), by.toNanos());
        }
    }

    /** Moves its wall clock. */
    public void jumpWallClock(Duration by) {
        SimProcess process = process();
        if (process != null) {
            process.jumpWallClock(by.toMillis());
        }
    }

    // ---- calls, as clients of this server would make them

    /** Proposes a command here. While the server is down the future never completes, as for a client of a dead server. */
    public CompletableFuture<ProposalResult> propose(ByteBuffer command) {
        return propose(command, result -> {});
    }

    /** Proposes a command here, and shows the result to an observer in the very event in which it arrives. */
    public CompletableFuture<ProposalResult> propose(ByteBuffer command, Consumer<ProposalResult> observer) {
        Life now = life;
        if (now == null) {
            return new CompletableFuture<>();
        }
        Operations operations = cluster.invariants().operations();
        long call = begin(now, false);
        return call(
                now,
                () -> now.node().propose(Operations.wrap(call, command), ProposalOptions.defaults()),
                result -> {
                    operations.acknowledged(call, result.index());
                    observer.accept(result);
                },
                failure -> operations.failed(call, failure));
    }

    /** Reads here, linearizably. */
    public CompletableFuture<ByteBuffer> read(ByteBuffer query) {
        return read(query, (reflectsIndex, answer) -> {});
    }

    /** Looks at the answer of a read, with the index of the last command that it reflects. */
    public interface ReadObserver {

        /** The read was answered. */
        void answered(long reflectsIndex, ByteBuffer answer);
    }

    /** Reads here, linearizably, and shows the answer to an observer in the very event in which it arrives. */
    public CompletableFuture<ByteBuffer> read(ByteBuffer query, ReadObserver observer) {
        return read(query, ReadConsistency.linearizable(), observer);
    }

    /** Reads here, and holds the answer against what that consistency promises. */
    public CompletableFuture<ByteBuffer> read(ByteBuffer query, ReadConsistency consistency, ReadObserver observer) {
        Life now = life;
        if (now == null) {
            return new CompletableFuture<>();
        }
        Operations operations = cluster.invariants().operations();
        long call = begin(now, true);
        long beganNanos = cluster.nowNanos();
        return call(
                now,
                () -> now.node().read(Operations.wrap(call, query), consistency),
                answer -> {
                    cluster.count("answered reads, " + consistency.getClass().getSimpleName());
                    observer.answered(answered(call, consistency, beganNanos), answer);
                },
                failure -> operations.failed(call, failure));
    }

    /** Asks it to change the membership. */
    public CompletableFuture<Membership> changeMembership(MembershipChange change) {
        Life now = life;
        if (now == null) {
            return new CompletableFuture<>();
        }
        cluster.trace().add(Trace.Kind.CLIENT, number, id + " is asked for " + change);
        return call(
                now,
                () -> now.node().changeMembership(change),
                cluster.invariants()::changed,
                failure -> demandTyped("change members", failure));
    }

    private void demandTyped(String what, Throwable failure) {
        if (!(failure instanceof RaftException)) {
            cluster.verdict().fail("typed-errors", id + " failed to " + what + " with " + failure, failure);
        }
    }

    private long answered(long call, ReadConsistency consistency, long beganNanos) {
        Operations operations = cluster.invariants().operations();
        if (consistency instanceof ReadConsistency.BoundedStaleness bound) {
            // The age is measured on the server's clock, which may be slow.
            long oldestNanos = beganNanos - cluster.longestNanos(bound.maxAge().toNanos());
            return operations.answeredNotBefore(
                    call,
                    bound.toString(),
                    Math.max(0, cluster.commitTimes().indexAt(oldestNanos) - bound.maxEntries()));
        } else if (consistency instanceof ReadConsistency.Local local) {
            return operations.answeredNotBefore(call, local.toString(), local.notBeforeIndex());
        }
        return operations.answeredLinearizably(call);
    }

    /**
     * Asks it to hand leadership over.
     *
     * @param target to whom; empty for the best there is
     */
    public CompletableFuture<NodeId> transferLeadership(Optional<NodeId> target) {
        Life now = life;
        if (now == null) {
            return new CompletableFuture<>();
        }
        return call(
                now,
                () -> target.map(now.node()::transferLeadership).orElseGet(now.node()::transferLeadership),
                leader -> cluster.count("transfers done"),
                failure -> {
                    cluster.count("transfers failed");
                    demandTyped("hand over", failure);
                });
    }

    /** Sessions through this server, whichever life it is in; while it is down nothing is ever answered. */
    public SessionCalls sessions() {
        return new SimSessions(this);
    }

    /** Asks it to take a snapshot. */
    public CompletableFuture<SnapshotMeta> takeSnapshot() {
        Life now = life;
        if (now == null) {
            return new CompletableFuture<>();
        }
        return call(
                now, () -> now.node().takeSnapshot(), meta -> {}, failure -> demandTyped("take a snapshot", failure));
    }

    private long begin(Life now, boolean read) {
        long call = cluster.invariants().operations().begin(number, read);
        now.calls().add(call);
        cluster.trace().add(Trace.Kind.CLIENT, number, -1, call, null);
        return call;
    }

    /** Calls into the library and follows up on the answer, without letting anything that is thrown go unseen. */
    private <T> CompletableFuture<T> call(
            Life now, Supplier<CompletableFuture<T>> what, Consumer<T> onResult, Consumer<Throwable> onFailure) {
        try {
            return what.get()
                    .whenComplete((result, failure) -> now.process().run(() -> {
                        cluster.trace().add(Trace.Kind.CLIENT, number, -1, fingerprint(result, failure), null);
                        if (failure == null) {
                            onResult.accept(result);
                        } else {
                            onFailure.accept(failure);
                        }
                    }));
        } catch (RuntimeException e) {
            cluster.verdict().fail("no-unexpected-throwable", id + " threw " + e + " at its caller", e);
            return new CompletableFuture<>();
        }
    }

    private static long fingerprint(@Nullable Object result, @Nullable Throwable failure) {
        if (failure != null) {
            return Hash.mix(1, failure.getClass().getSimpleName());
        } else if (result instanceof ProposalResult done) {
            return Hash.mix(Hash.mix(2, done.index()), done.reply());
        }
        return result instanceof ByteBuffer answer ? Hash.mix(3, answer) : 4;
    }

    @Override
    public String toString() {
        return id.toString();
    }

    /** Makes a fresh state machine for a server that starts. */
    public interface StateMachineFactory {

        /** A state machine without state. */
        StateMachine create(NodeId node);
    }
}
