package io.pecanraft.testkit.sim;

import io.pecanraft.spi.RaftExecutor;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One life of one server: its executors and its clocks, from start to crash. A restart is another process. After {@link
 * #kill} nothing of it ever runs again, as if the memory were gone.
 */
public final class SimProcess {

    private final SimScheduler scheduler;
    private final Verdict verdict;
    private final int node;
    private final SimRandom random;
    private final long clockOriginNanos;
    private final long driftPpm;
    private final long bornNanos;
    private long epochOffsetMillis;
    private long jumpedNanos;
    private boolean alive = true;
    private long pausedUntilNanos;
    private final Map<Lane, Slowness> slow = new EnumMap<>(Lane.class);
    private final List<SimExecutor> executors = new ArrayList<>();
    private @Nullable SimExecutor raft;

    private record Slowness(long untilNanos, long byNanos) {}

    /** What a thread of a process is for. */
    public enum Lane {
        /** Consensus. */
        RAFT,
        /** The state machine. */
        APPLY,
        /** Snapshots. */
        SNAPSHOT,
        /** Anything else. */
        OTHER
    }

    /**
     * A process that starts now.
     *
     * @param node the number of the server
     * @param driftPpm how much faster than virtual time its monotonic clock runs, in millionths
     * @param epochOffsetMillis what its wall clock shows at virtual time 0
     */
    public SimProcess(
            SimScheduler scheduler,
            Verdict verdict,
            int node,
            SimRandom random,
            long driftPpm,
            long epochOffsetMillis) {
        this.scheduler = scheduler;
        this.verdict = verdict;
        this.node = node;
        this.random = random;
        this.driftPpm = driftPpm;
        this.epochOffsetMillis = epochOffsetMillis;
        this.bornNanos = scheduler.nowNanos();
        // A monotonic clock has an arbitrary origin, which may be negative, and a new one after each start.
        this.clockOriginNanos = random.between(-1_000_000_000_000L, 1_000_000_000_000L);
    }

    /** The number of the server. */
    public int node() {
        return node;
    }

    /** Whether it lives. */
    public boolean alive() {
        return alive;
    }

    /** Ends it at once. What its executors had to do is forgotten. */
    public void kill() {
        alive = false;
        executors.forEach(SimExecutor::clear);
    }

    /** Stops it for a while, as SIGSTOP or a long garbage collection does; clocks go on. */
    public void pause(long untilNanos) {
        pausedUntilNanos = Math.max(pausedUntilNanos, untilNanos);
    }

    /** Ends a pause. */
    public void resume() {
        pausedUntilNanos = 0;
        executors.forEach(SimExecutor::resume);
    }

    /** When it goes on; in the past when it is not paused. */
    public long pausedUntilNanos() {
        return pausedUntilNanos;
    }

    /** Moves its monotonic clock forward, as the resumption of a virtual machine may. */
    public void jumpMonotonicClock(long nanos) {
        if (nanos < 0) {
            throw new IllegalArgumentException("a monotonic clock does not go back, got " + nanos + " ns");
        }
        jumpedNanos += nanos;
        executors.forEach(SimExecutor::clockJumped);
    }

    /** Makes every task of a lane late until a time. */
    public void slowDown(Lane lane, long untilNanos, long byNanos) {
        slow.put(lane, new Slowness(untilNanos, byNanos));
    }

    /** Ends all slowness. */
    public void speedUp() {
        slow.clear();
    }

    long slownessNanos(Lane lane) {
        Slowness slowness = slow.isEmpty() ? null : slow.get(lane);
        return slowness != null && scheduler.nowNanos() < slowness.untilNanos() ? slowness.byNanos() : 0;
    }

    /** Moves its wall clock. */
    public void jumpWallClock(long millis) {
        epochOffsetMillis += millis;
    }

    /** A serial executor of this process whose tasks each wait for a random time before they run. */
    public Executor executor(Lane lane, long minDelayNanos, long meanExtraDelayNanos) {
        return newExecutor(lane, minDelayNanos, meanExtraDelayNanos);
    }

    /** The executor for consensus, which all nodes of the process share; the first caller says how late its tasks are. */
    public RaftExecutor raftExecutor(long minDelayNanos, long meanExtraDelayNanos) {
        SimExecutor shared = raft;
        if (shared == null) {
            shared = newExecutor(Lane.RAFT, minDelayNanos, meanExtraDelayNanos);
            raft = shared;
        }
        return shared;
    }

    private SimExecutor newExecutor(Lane lane, long minDelayNanos, long meanExtraDelayNanos) {
        SimExecutor executor = new SimExecutor(this, lane, scheduler, random, minDelayNanos, meanExtraDelayNanos);
        executors.add(executor);
        return executor;
    }

    long localNanos() {
        long elapsed = scheduler.nowNanos() - bornNanos;
        return clockOriginNanos + jumpedNanos + elapsed + elapsed / 1_000 * driftPpm / 1_000;
    }

    /** How much virtual time passes while the local clock advances by this much, rounded up. */
    long virtualNanos(long localNanos) {
        long millionths = 1_000_000 + driftPpm;
        return localNanos / millionths * 1_000_000
                + (localNanos % millionths * 1_000_000 + millionths - 1) / millionths;
    }

    long epochMillis() {
        return epochOffsetMillis + scheduler.nowNanos() / 1_000_000;
    }

    /** Runs code of this process. Whatever it throws, a correct library would have handled. */
    public void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            verdict.fail("no-unexpected-throwable", "n" + (node + 1) + " threw " + e, e);
        }
    }
}
