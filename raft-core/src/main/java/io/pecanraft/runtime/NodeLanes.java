package io.pecanraft.runtime;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * The node's orders of work. Where two of them were given the same executor they are the same lane, and so in one order.
 *
 * @param results tells callers what the state machine answered, in commit order; the apply lane unless a callback executor was given
 * @param events tells callers everything else, delivers events and writes log lines, so that none of it waits for the state machine
 */
record NodeLanes(Lane raft, Lane apply, Lane snapshot, Lane results, Lane events) {

    static NodeLanes of(NodeExecutors executors, Consumer<Throwable> onEscape) {
        Map<Executor, Lane> byExecutor = new HashMap<>();
        Lane apply = lane(byExecutor, executors.apply(), onEscape);
        return new NodeLanes(
                new Lane(executors.raft()::execute, onEscape),
                apply,
                new Lane(executors.snapshot(), onEscape),
                lane(byExecutor, executors.results(), onEscape),
                lane(byExecutor, executors.events(), onEscape));
    }

    private static Lane lane(Map<Executor, Lane> known, Executor executor, Consumer<Throwable> onEscape) {
        return known.computeIfAbsent(executor, each -> new Lane(each, onEscape));
    }

    /** Whether the current thread is at work for the node, which would wait for itself if it waited for the node. */
    boolean isCurrent() {
        return raft.isCurrent()
                || apply.isCurrent()
                || snapshot.isCurrent()
                || results.isCurrent()
                || events.isCurrent();
    }
}
