package io.pecanraft.runtime;

import io.pecanraft.spi.RaftExecutor;
import io.pecanraft.spi.StorageIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * Where a node works. What was not given is made here, one daemon thread each, started by the first task and ended with the
 * node; what was given is left alone.
 */
final class NodeExecutors {

    private final RaftExecutor raft;
    private final Executor apply;
    private final Executor snapshot;
    private final Executor results;
    private final Executor events;
    private final List<Runnable> shutdowns = new ArrayList<>();

    NodeExecutors(
            StorageIdentity identity,
            @Nullable RaftExecutor raft,
            @Nullable Executor apply,
            @Nullable Executor snapshot,
            @Nullable Executor callback) {
        String prefix = "pecanraft-" + identity.node() + "-g" + identity.group();
        this.apply = apply != null ? apply : own(prefix + "-apply");
        this.snapshot = snapshot != null ? snapshot : own(prefix + "-snapshot");
        this.results = callback != null ? callback : this.apply;
        this.events = callback != null ? callback : own(prefix + "-events");
        if (raft != null) {
            this.raft = raft;
        } else {
            ThreadRaftExecutor thread = new ThreadRaftExecutor(prefix + "-raft");
            shutdowns.add(thread::shutdown);
            this.raft = thread;
        }
    }

    RaftExecutor raft() {
        return raft;
    }

    Executor apply() {
        return apply;
    }

    Executor snapshot() {
        return snapshot;
    }

    /** Completes what the state machine answers; the same object as {@link #apply} unless another was given. */
    Executor results() {
        return results;
    }

    /** Runs everything else that is not the node's own code; the same object as {@link #results} if one was given. */
    Executor events() {
        return events;
    }

    /** Ends own threads once they have done what they were given. */
    void shutdownOwn() {
        shutdowns.forEach(Runnable::run);
    }

    private Executor own(String threadName) {
        ExecutorService executor = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, threadName);
            thread.setDaemon(true);
            return thread;
        });
        shutdowns.add(executor::shutdown);
        return executor;
    }
}
