package io.pecanraft.log.chronicle;

import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** A thread for what is done now and then, which ends when it has had nothing to do for a while: a process with many idle logs has few threads. */
final class OccasionalThread {

    private static final Duration IDLE = Duration.ofSeconds(10);

    private OccasionalThread() {}

    /** Runs tasks in order, on one thread of this name. */
    static ScheduledThreadPoolExecutor named(String name) {
        return named(name, IDLE);
    }

    static ScheduledThreadPoolExecutor named(String name, Duration idle) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setKeepAliveTime(idle.toNanos(), TimeUnit.NANOSECONDS);
        executor.allowCoreThreadTimeOut(true);
        executor.setRemoveOnCancelPolicy(true);
        return executor;
    }
}
