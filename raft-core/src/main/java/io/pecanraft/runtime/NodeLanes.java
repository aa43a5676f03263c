package io.pecanraft.runtime;

import java.util.function.Consumer;

/** The node's four orders of work; {@code callback} is the same object as {@code apply} unless an executor was given for it. */
record NodeLanes(Lane raft, Lane apply, Lane snapshot, Lane callback) {

    static NodeLanes of(NodeExecutors executors, Consumer<Throwable> onEscape) {
        Lane apply = new Lane(executors.apply(), onEscape);
        return new NodeLanes(
                new Lane(executors.raft()::execute, onEscape),
                apply,
                new Lane(executors.snapshot(), onEscape),
                executors.callback() == executors.apply() ? apply : new Lane(executors.callback(), onEscape));
    }

    /** Whether the current thread is at work for the node, which would wait for itself if it waited for the node. */
    boolean isCurrent() {
        return raft.isCurrent() || apply.isCurrent() || snapshot.isCurrent() || callback.isCurrent();
    }
}
