package io.pecanraft.examples.lock;

import io.pecanraft.RaftException;
import io.pecanraft.RaftSession;
import io.pecanraft.SessionExpiredException;
import io.pecanraft.SessionOptions;
import io.pecanraft.spi.RaftExecutor;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.sim.SimScheduler;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One that wants the lock again and again. While it holds it, it writes, renews, gives the lock back; and sometimes it stands still
 * between looking at its clock and writing, for longer than any lease.
 */
final class Contender {

    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final long MAX_DRIFT_PPM = 1_000;

    private final SimCluster cluster;
    private final Contention contention;
    private final String name;
    private final SimRandom random;
    private final RaftExecutor executor;

    private @Nullable RaftSession session;
    private @Nullable LockClient client;
    private @Nullable Lease lease;
    private int acquisitions;
    private boolean left;

    Contender(SimCluster cluster, Contention contention, String name) {
        this.cluster = cluster;
        this.contention = contention;
        this.name = name;
        this.random = cluster.chance(name);
        this.executor = cluster.newClientExecutor(name, random.between(-MAX_DRIFT_PPM, MAX_DRIFT_PPM));
        contention.join(this);
    }

    int acquisitions() {
        return acquisitions;
    }

    void forgetAcquisitions() {
        acquisitions = 0;
    }

    void leave() {
        left = true;
    }

    boolean believesToHold(Lease some) {
        return !some.isOver(executor.nanoTime());
    }

    boolean believesToHoldIt() {
        return lease != null && believesToHold(lease);
    }

    // ---- what it does, one thing after the other

    void begin() {
        SessionOptions options =
                SessionOptions.of(executor, random.nextLong()).withCommandTimeout(Duration.ofSeconds(10));
        cluster.openSession(options).whenComplete((opened, failure) -> {
            if (opened == null) {
                after(Duration.ofSeconds(1), this::begin);
                return;
            }
            session = opened;
            client = new LockClient(opened, executor::nanoTime);
            acquire();
        });
    }

    private void acquire() {
        if (left) {
            session.close();
            return;
        }
        client.acquire(Contention.LOCK, name, LEASE).whenComplete((granted, failure) -> {
            if (granted == null) {
                failed(failure, "found it held");
                return;
            }
            contention.count("acquired");
            acquisitions++;
            hold(granted);
        });
    }

    private void hold(Lease granted) {
        contention.granted(this, granted);
        lease = granted;
        after(Duration.ofMillis(random.between(1, 300)), this::work);
    }

    private void work() {
        if (lease.isOver(executor.nanoTime())) {
            lease = null;
            after(Duration.ofMillis(random.between(1, 500)), this::acquire);
        } else if (random.chance(0.3)) {
            renew();
        } else if (random.chance(0.2)) {
            release();
        } else {
            long token = lease.token();
            Duration standsStill = Duration.ofMillis(random.chance(0.2) ? random.between(500, 3_000) : 1);
            after(standsStill, () -> {
                contention.write(this, token);
                after(Duration.ofMillis(random.between(1, 300)), this::work);
            });
        }
    }

    private void renew() {
        client.renew(lease, LEASE).whenComplete((renewed, failure) -> {
            if (renewed == null) {
                lease = null;
                failed(failure, "lost it");
                return;
            }
            contention.count("renewed");
            hold(renewed);
        });
    }

    private void release() {
        Lease held = lease;
        lease = null;
        client.release(held).whenComplete((wasHeld, failure) -> {
            if (wasHeld == null) {
                failed(failure, "");
                return;
            }
            contention.count(wasHeld ? "released" : "released too late");
            after(Duration.ofMillis(random.between(1, 500)), this::acquire);
        });
    }

    private void failed(Throwable failure, String refusal) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof LockRefusedException) {
            contention.count(refusal);
            after(Duration.ofMillis(random.between(1, LEASE.toMillis())), this::acquire);
        } else if (cause instanceof SessionExpiredException) {
            begin();
        } else if (cause instanceof RaftException) {
            contention.count(cause.getClass().getSimpleName());
            after(Duration.ofMillis(random.between(1, 500)), this::acquire);
        } else {
            cluster.verdict().fail("typed-errors", this + " failed with " + cause, cause);
        }
    }

    private void after(Duration delay, Runnable what) {
        cluster.scheduler().after(delay.toNanos(), SimScheduler.NO_NODE, what);
    }

    @Override
    public String toString() {
        return name;
    }
}
