package io.pecanraft;

import io.pecanraft.spi.RaftExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.RejectedExecutionException;

/**
 * What the calls of one session share: which server is asked, how long to pause, and one alarm for all. Confined to the
 * session's executor.
 */
final class Retries {

    private static final Duration LONGEST = Duration.ofDays(36_500);

    /** Doubling stops here, far above any pause. */
    private static final int MAX_DOUBLINGS = 20;

    private final List<SessionCalls> servers;
    private final SessionOptions options;
    private final RaftExecutor executor;
    private final SplittableRandom random;

    /** Those that have begun and not ended, in the order of their beginning. */
    private final Set<RetriedCall<?>> calls = new LinkedHashSet<>();

    private int server;
    private boolean alarmSet;
    private long alarmNanos;

    Retries(List<? extends SessionCalls> servers, SessionOptions options) {
        if (servers.isEmpty()) {
            throw new IllegalArgumentException("a session needs at least one server");
        }
        this.servers = List.copyOf(servers);
        this.options = options;
        this.executor = options.executor();
        this.random = new SplittableRandom(options.seed());
    }

    void begin(RetriedCall<?> call) {
        calls.add(call);
        call.begin();
    }

    void ended(RetriedCall<?> call) {
        calls.remove(call);
    }

    // ---- servers

    int servers() {
        return servers.size();
    }

    /** Whom to ask now. */
    int server() {
        return server;
    }

    SessionCalls at(int number) {
        return servers.get(number);
    }

    /** This one could not help: the next attempt goes to another, unless another call has already moved on. */
    void leave(int number) {
        if (server == number) {
            server = (server + 1) % servers.size();
        }
    }

    // ---- time

    long nanoTime() {
        return executor.nanoTime();
    }

    long deadlineNanos(Duration timeout) {
        return nanoTime() + (timeout.compareTo(LONGEST) < 0 ? timeout : LONGEST).toNanos();
    }

    long attemptNanos() {
        return options.attemptTimeout().toNanos();
    }

    /** Doubles with every failure, and half of it is random, so that those who failed together do not come back together. */
    long backoffNanos(int failures) {
        long full = options.minBackoff().toNanos();
        for (int i = 1;
                i < Math.min(failures, MAX_DOUBLINGS)
                        && full < options.maxBackoff().toNanos();
                i++) {
            full *= 2;
        }
        full = Math.max(2, Math.min(full, options.maxBackoff().toNanos()));
        return full / 2 + random.nextLong(full / 2);
    }

    /** Calls whose time has come will be told at this time or soon after. */
    void wakeAt(long nanos) {
        if (!alarmSet || nanos - alarmNanos < 0) {
            alarmSet = true;
            alarmNanos = nanos;
            executor.schedule(() -> ring(nanos), Math.max(0, nanos - nanoTime()));
        }
    }

    private void ring(long nanos) {
        if (!alarmSet || alarmNanos != nanos) {
            return; // an earlier one was set since, and has done this one's work
        }
        alarmSet = false;
        long now = nanoTime();
        for (RetriedCall<?> call : new ArrayList<>(calls)) {
            if (call.hasEnded()) {
                continue;
            }
            if (call.dueNanos() - now <= 0) {
                call.due();
            } else {
                wakeAt(call.dueNanos());
            }
        }
    }

    /** Runs on the session's executor. */
    void execute(Runnable task) {
        executor.execute(task);
    }

    /** Runs here, because the executor takes nothing any more, and ends everything. */
    void dead(Runnable last) {
        synchronized (this) {
            last.run();
            new ArrayList<>(calls).forEach(RetriedCall::abandon);
        }
    }

    /** Runs a task later, unless the executor is gone by then. */
    void schedule(Runnable task, long delayNanos) {
        try {
            executor.schedule(task, delayNanos);
        } catch (RejectedExecutionException e) {
            dead(() -> {});
        }
    }
}
