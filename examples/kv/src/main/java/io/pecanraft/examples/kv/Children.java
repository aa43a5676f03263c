package io.pecanraft.examples.kv;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.IntFunction;

/** The node processes of a local cluster, one a place, from the first start to the end of all. Thread-safe. */
final class Children {

    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(20);

    private final IntFunction<ChildNode> starter;
    private final Consumer<String> say;
    private final List<ChildNode> children = new ArrayList<>(); // guarded by itself: the shutdown hook reads it too
    private final BlockingQueue<ChildNode> ended = new LinkedBlockingQueue<>(); // one entry per process at most
    private boolean stopping; // guarded by children

    /**
     * No processes yet.
     *
     * @param starter starts the process of a place
     * @param say tells the person at the terminal
     */
    Children(IntFunction<ChildNode> starter, Consumer<String> say) {
        this.starter = starter;
        this.say = say;
    }

    void startAll(int number) {
        for (int i = 0; i < number; i++) {
            start(i);
        }
    }

    /** Starts the process of a place, unless it runs already or all are being stopped. Returns whether it did. */
    boolean start(int i) {
        synchronized (children) {
            if (stopping || i < children.size() && children.get(i).process().isAlive()) {
                return false;
            }
            ChildNode child = starter.apply(i);
            if (i < children.size()) {
                children.set(i, child);
            } else {
                children.add(child);
            }
            child.process().onExit().thenRun(() -> ended.add(child));
            return true;
        }
    }

    /** Those of now. */
    List<ChildNode> all() {
        synchronized (children) {
            return List.copyOf(children);
        }
    }

    /** Processes that have ended, in that order. */
    BlockingQueue<ChildNode> ended() {
        return ended;
    }

    boolean isStopping() {
        synchronized (children) {
            return stopping;
        }
    }

    /** Ends all processes, also paused ones, and waits for them. Idempotent; called by the shutdown hook, and when the start fails. */
    void stop() {
        synchronized (children) {
            stopping = true;
            List<ChildNode> alive =
                    children.stream().filter(child -> child.process().isAlive()).toList();
            if (alive.isEmpty()) {
                return;
            }
            say.accept("Stopping " + alive.size() + " nodes");
            alive.forEach(ChildNode::terminate);
            long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
            for (ChildNode child : alive) {
                stop(child, Math.max(0, deadline - System.nanoTime()));
            }
        }
    }

    private void stop(ChildNode child, long timeoutNanos) {
        try {
            if (!child.awaitEnd(timeoutNanos)) {
                say.accept(child.name() + " did not end within " + STOP_TIMEOUT.toSeconds() + " s and was killed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            child.process().destroyForcibly();
        }
    }
}
