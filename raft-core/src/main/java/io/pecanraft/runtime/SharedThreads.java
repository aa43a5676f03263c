package io.pecanraft.runtime;

import io.pecanraft.NodeThreads;
import io.pecanraft.spi.RaftExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A few raft threads, which nodes take in turn, and a pool for the rest. */
final class SharedThreads implements NodeThreads {

    private static final int MAX_THREADS = 1_024;

    private final List<ThreadRaftExecutor> raft = new ArrayList<>();
    private final AtomicInteger taken = new AtomicInteger();
    private final ExecutorService work;

    SharedThreads(String name, int raftThreads, int workThreads) {
        check("raftThreads", raftThreads);
        check("workThreads", workThreads);
        for (int i = 0; i < raftThreads; i++) {
            raft.add(new ThreadRaftExecutor(name + "-raft-" + i));
        }
        AtomicInteger number = new AtomicInteger();
        work = Executors.newFixedThreadPool(workThreads, task -> {
            Thread thread = new Thread(task, name + "-work-" + number.getAndIncrement());
            thread.setDaemon(true);
            return thread;
        });
    }

    private static void check(String what, int threads) {
        if (threads < 1 || threads > MAX_THREADS) {
            throw new IllegalArgumentException(what + " must be from 1 to " + MAX_THREADS + ", got " + threads);
        }
    }

    @Override
    public RaftExecutor raft() {
        return raft.get(Math.floorMod(taken.getAndIncrement(), raft.size()));
    }

    @Override
    public Executor inOrder() {
        return new InOrder(work);
    }

    @Override
    public void close() {
        raft.forEach(ThreadRaftExecutor::shutdown);
        work.shutdown();
    }
}
