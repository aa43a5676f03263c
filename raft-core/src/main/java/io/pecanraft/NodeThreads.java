package io.pecanraft;

import io.pecanraft.spi.RaftExecutor;
import java.util.concurrent.Executor;

/**
 * Threads that the nodes of several groups in one process share, so that a hundred groups do not need hundreds of threads. Made by
 * {@link RaftNode#sharedThreads}, used by {@link RaftNode.Builder#threads}.
 *
 * <p>Consensus never blocks, so one raft thread serves many groups, until it is busy; each node stays on the one that it was given.
 * The work threads run state machines, snapshots and callbacks, all of which may block: each node's in order, those of different
 * nodes side by side. State machines or callbacks that hang, as many as there are work threads, make all groups wait, so give more
 * threads than you expect to hang. What waits for a thread is bounded by what each node has under way.
 *
 * <p>Thread-safe. Close it after the nodes.
 */
public interface NodeThreads extends AutoCloseable {

    /** The raft thread for the next node. */
    RaftExecutor raft();

    /** A new executor on the work threads that runs its tasks one at a time, in order. */
    Executor inOrder();

    /** Ends the threads, once they have done what they were given. The nodes that use them are to be closed before. */
    @Override
    void close();
}
