package io.pecanraft;

import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.runtime.DefaultRaftNodeBuilder;
import io.pecanraft.spi.RaftExecutor;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.Transport;
import io.pecanraft.statemachine.StateMachine;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/**
 * One server of a Raft group.
 *
 * <p>Thread-safe; nothing blocks but {@link #close()}. Futures complete on the apply executor, or on the callback executor
 * if one was configured, in commit order; what is attached to them must not block. Every future completes: with a result,
 * or with a {@link RaftException} whose {@link RaftException#outcome()} says whether the operation may have taken effect.
 *
 * <p>The node owns its {@link Storage} and {@link StateMachine} and closes them; a {@link Transport} and executors that were
 * given belong to the giver.
 */
public interface RaftNode extends AutoCloseable {

    /**
     * Begins to assemble a node.
     *
     * <p>The only place where the API knows its implementation, as {@code java.net.http.HttpClient.newBuilder()} does: a
     * service loader would turn a compile-time fact into a run-time failure.
     */
    static Builder builder() {
        return new DefaultRaftNodeBuilder();
    }

    /**
     * Recovers what storage holds and begins to take part. Completes when recovery is done, which says nothing about whether
     * there is a leader; fails with {@link NodeFailedException} when storage cannot be trusted. A second call returns the
     * same future.
     */
    CompletableFuture<Void> start();

    /**
     * Proposes a command with the defaults of the configuration and completes with the state machine's reply; see {@link
     * #propose(ByteBuffer, ProposalOptions)}.
     */
    CompletableFuture<ByteBuffer> propose(ByteBuffer command);

    /**
     * Appends a command to the replicated log and applies it once committed.
     *
     * <p>At most once per call, wherever it is called: a follower forwards to the leader unless forwarding is switched off.
     * After an exception whose outcome is {@code UNKNOWN} the command may still be applied later.
     *
     * @param command the remaining bytes are copied; at most {@link RaftConfig#maxCommandBytes()}
     * @param options deadline
     * @return the reply of the state machine and the log index; or exceptionally {@link NotLeaderException}, {@link
     *     OverloadedException}, {@link CommandTooLargeException} (all certainly not done), {@link LeadershipLostException},
     *     {@link OperationTimeoutException}, {@link NodeStoppedException}, {@link NodeFailedException}
     */
    CompletableFuture<ProposalResult> propose(ByteBuffer command, ProposalOptions options);

    /**
     * Asks the state machine a question, on this server, with the consistency asked for.
     *
     * @param query the remaining bytes are copied
     * @param consistency {@link ReadConsistency#linearizable()} unless you know better
     * @return the answer; or exceptionally {@link NotLeaderException} when there is no leader to confirm the read, {@link
     *     OperationTimeoutException}, {@link OverloadedException}, or what {@link StateMachine#query} threw as the cause of
     *     a {@link QueryFailedException}. A read never changes anything, so it may always be tried again
     */
    CompletableFuture<ByteBuffer> read(ByteBuffer query, ReadConsistency consistency);

    /**
     * Takes a snapshot of what is applied and compacts the log. Joins one that is being taken.
     *
     * @return what the snapshot stands for; or exceptionally {@link SnapshotFailedException}
     */
    CompletableFuture<SnapshotMeta> takeSnapshot();

    /** A picture of the node, at most one turn old. One volatile read. */
    NodeStatus status();

    /**
     * Listens to events, which are delivered one at a time, in order, on an executor of their own. A listener that falls
     * behind by more than {@link RaftConfig#maxQueuedEvents()} loses the oldest ones and is told how many.
     */
    Subscription subscribe(Consumer<RaftEvent> listener);

    /**
     * Stops: refuses new work, completes pending work with {@link NodeStoppedException}, and releases what the node owns.
     * Blocks until done, at most {@link RaftConfig#closeTimeout()}. Idempotent.
     */
    @Override
    void close();

    /** An end to listening. */
    interface Subscription extends AutoCloseable {

        /** No event is delivered after this returns, except one that is being delivered. */
        @Override
        void close();
    }

    /** Assembles a {@link RaftNode}. What is not called optional must be given. */
    interface Builder {

        /** The state machine to replicate. The node closes it. */
        Builder stateMachine(StateMachine stateMachine);

        /** Where the node remembers; also says who the node is. The node closes it. */
        Builder storage(Storage storage);

        /** How the node reaches its peers. Not closed by the node. */
        Builder transport(Transport transport);

        /**
         * The members that found the cluster, the same list on each of them, this node included. Used until the cluster is
         * formed, and only compared afterwards.
         */
        Builder bootstrapMembers(Collection<MemberAddress> members);

        /** Optional; default {@link RaftConfig#defaults()}. */
        Builder config(RaftConfig config);

        /** Optional; default {@link RaftMetrics#NONE}. */
        Builder metrics(RaftMetrics metrics);

        /** Optional: the thread of consensus; default one thread of the node's own. */
        Builder raftExecutor(RaftExecutor executor);

        /** Optional: runs the state machine, in order, one task at a time; default one thread of the node's own. */
        Builder applyExecutor(Executor executor);

        /** Optional: writes, reads and transfers snapshots, one task at a time; default one thread of the node's own. */
        Builder snapshotExecutor(Executor executor);

        /** Optional: completes futures and delivers events, in order; default the apply executor. */
        Builder callbackExecutor(Executor executor);

        /** Optional: seeds election timeouts and nonces; default drawn from the system. For reproducible tests. */
        Builder randomSeed(long seed);

        /**
         * Checks all parts and assembles the node, which does nothing yet.
         *
         * @throws IllegalArgumentException naming everything that is missing or does not fit together
         */
        RaftNode build();
    }
}
