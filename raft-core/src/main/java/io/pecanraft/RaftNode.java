package io.pecanraft;

import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
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
 * <p>Thread-safe; nothing blocks but {@link #close()}. Every future completes: with a result, or with a {@link RaftException}
 * whose {@link RaftException#outcome()} says whether the operation may have taken effect.
 *
 * <p>What this node's state machine answers completes on the apply executor, in commit order. Everything else (timeouts and
 * other failures, replies of a leader to what was forwarded) completes on the node's event thread, so that it does not wait for a
 * state machine that hangs. With a {@linkplain Builder#callbackExecutor callback executor} all of it completes there. What is
 * attached to futures must not block.
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
     * Threads that the nodes of several groups in this process share. They are daemons, and begin with the first task.
     *
     * @param name begins the threads' names
     * @param raftThreads for consensus, from 1 to 1,024; the nodes take them in turn
     * @param workThreads for state machines, snapshots and callbacks, from 1 to 1,024
     * @return for {@link Builder#threads}; to be closed after the nodes
     * @throws IllegalArgumentException for other numbers
     */
    static NodeThreads sharedThreads(String name, int raftThreads, int workThreads) {
        return DefaultRaftNodeBuilder.sharedThreads(name, raftThreads, workThreads);
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
     * After an exception whose outcome is {@code UNKNOWN} the command may still be applied later; use a {@link RaftSession}
     * for exactly once.
     *
     * @param command the remaining bytes are copied; at most {@link RaftConfig#maxCommandBytes()}
     * @param options deadline
     * @return the reply of the state machine and the log index; or exceptionally {@link NotLeaderException}, {@link
     *     OverloadedException}, {@link CommandTooLargeException} (all certainly not done), {@link LeadershipLostException},
     *     {@link OperationTimeoutException}, {@link NodeStoppedException}, {@link NodeFailedException}
     */
    CompletableFuture<ProposalResult> propose(ByteBuffer command, ProposalOptions options);

    /**
     * Opens a session, in which commands are applied exactly once however often they are sent, through this node. To go on when
     * this node is gone, open one over several with {@link RaftSession#open}.
     *
     * @return the session; or exceptionally {@link OverloadedException} when {@link RaftConfig#maxSessions()} are open, or {@link
     *     OperationTimeoutException} when none could be opened within {@link RaftConfig#proposalTimeout()}
     */
    CompletableFuture<RaftSession> openSession();

    /** The single attempts that sessions are made of, at this node. */
    SessionCalls sessions();

    /**
     * Asks the state machine a question, on this server, with the consistency asked for.
     *
     * @param query the remaining bytes are copied
     * @param consistency {@link ReadConsistency#linearizable()} unless you know better
     * @return the answer; or exceptionally {@link NotLeaderException} when there is no leader to confirm the read, {@link
     *     StalenessUnknownException} when that was one with bounded staleness, {@link LeaseReadsOffException} where such reads
     *     are not configured, {@link OperationTimeoutException}, {@link OverloadedException}, or what {@link StateMachine#query} threw as the cause of
     *     a {@link QueryFailedException}. A read never changes anything, so it may always be tried again
     */
    CompletableFuture<ByteBuffer> read(ByteBuffer query, ReadConsistency consistency);

    /**
     * Hands leadership to another voter (thesis §3.10). To be asked of the leader.
     *
     * <p>Takes one election timeout at the most; then this server goes on leading as before. Meanwhile proposals wait or are
     * refused, as {@link RaftConfig#holdDuringTransfer()} says, and reads go on, though not by lease for the rest of the term. A
     * second call for the same target joins the transfer that is under way.
     *
     * @return completes with the target once this server follows it, at once when the target is this server and leads; or
     *     exceptionally {@link NotLeaderException}, or {@link LeadershipTransferFailedException} with the reason
     */
    CompletableFuture<NodeId> transferLeadership(NodeId target);

    /**
     * Hands leadership to the best voter there is: of those that are in touch and replicating, the one of highest {@link
     * RaftConfig#leaderPriority()}, and among those the one with the most of the log. See {@link #transferLeadership(NodeId)}.
     */
    CompletableFuture<NodeId> transferLeadership();

    /**
     * Takes a snapshot of what is applied and compacts the log. Joins one that is being taken.
     *
     * @return what the snapshot stands for; or exceptionally {@link SnapshotFailedException}
     */
    CompletableFuture<SnapshotMeta> takeSnapshot();

    /**
     * Changes who the members are (§6). Only at the leader; nothing is passed on, because whoever changes the membership should
     * look at it where it is decided.
     *
     * <p>Servers that are to vote first receive the log as learners, for as long as they make progress ({@link
     * RaftConfig#catchUpStallTimeout()}); then old and new voters decide together for a moment, and then the new ones alone. At
     * every moment a majority of those who decide suffices. A change that leaves everything as it is succeeds at once. When the
     * outcome is {@code UNKNOWN}, look at the configuration, and ask again for what is missing.
     *
     * @return the configuration in force at the end; or exceptionally {@link NotLeaderException}, {@link
     *     MembershipChangeInProgressException}, {@link InvalidMembershipChangeException}, {@link CatchUpFailedException}
     *     (all certainly not done), {@link LeadershipLostException}, {@link OperationTimeoutException} when {@link
     *     RaftConfig#membershipChangeTimeout()} has passed (the change goes on), {@link NodeStoppedException}, {@link
     *     NodeFailedException}
     */
    CompletableFuture<Membership> changeMembership(MembershipChange change);

    /** A picture of the node, at most one turn old. One volatile read. */
    NodeStatus status();

    /**
     * Listens to events, which are delivered one at a time, in order, on an executor of their own. A listener that falls
     * behind by more than {@link RaftConfig#maxQueuedEvents()} loses the oldest ones and is told how many.
     */
    Subscription subscribe(Consumer<RaftEvent> listener);

    /** Learns when this node leads, and when it does no more; see {@link LeadershipListener}. */
    Subscription onLeadership(LeadershipListener listener);

    /**
     * Stops: refuses new work, hands leadership over if it is here, completes pending work with {@link NodeStoppedException},
     * and releases what the node owns. Blocks until done, at most {@link RaftConfig#closeTimeout()}. Handing over takes one
     * election timeout at the most, and is left out when the close timeout is not at least twice that. Idempotent.
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

        /**
         * Instead of {@link #bootstrapMembers}: this node founds no cluster, but waits to be added to one by {@link
         * RaftNode#changeMembership} at its leader, which has to know its name and address only. A node that is a member already
         * goes on as one.
         */
        Builder joining();

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

        /**
         * Optional: completes futures, delivers events and writes log lines, in order; default the apply executor for what the state
         * machine answers, and one thread of the node's own for the rest.
         */
        Builder callbackExecutor(Executor executor);

        /**
         * Optional: works on threads that are shared with the nodes of other groups, instead of its own. Sets all four executors.
         *
         * @param threads closed by whoever made them, after the node
         */
        default Builder threads(NodeThreads threads) {
            return raftExecutor(threads.raft())
                    .applyExecutor(threads.inOrder())
                    .snapshotExecutor(threads.inOrder())
                    .callbackExecutor(threads.inOrder());
        }

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
