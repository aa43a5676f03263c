package io.pecanraft.spi;

import io.pecanraft.model.NodeId;

/**
 * Where a node reports what it measures. Every method is empty by default, takes primitives, and is called on a hot path:
 * implementations must be thread-safe, must not block, and should not allocate. Times are in nanoseconds.
 */
public interface RaftMetrics {

    /** Discards everything. */
    RaftMetrics NONE = new RaftMetrics() {};

    /** The type of a message that this version has no name for. */
    String UNKNOWN_TYPE = "unknown";

    /** This node began to campaign. {@code preVote} tells a question from an election proper. */
    default void electionStarted(boolean preVote) {}

    /** This node won an election. */
    default void electionWon(long term) {}

    /** This node learned of another leader, or that there is none. */
    default void leaderChanged(long term) {}

    /** This leader began to hand over: to a server of higher priority by itself, or because it was asked to. */
    default void handoverStarted(boolean preferred) {}

    /** Entries were committed; {@code oldestNanos} is the time since the oldest was proposed here, 0 when unknown. */
    default void committed(int entries, long oldestNanos) {}

    /** The state machine applied a batch. */
    default void applied(int entries, long nanos) {}

    /** The log flushed. {@code writes} writes with {@code entries} entries and {@code bytes} payload bytes shared the flush. */
    default void persisted(int writes, int entries, long bytes, long forceNanos) {}

    /** How far a follower is behind, by this leader's view. {@code bytes} counts what is held in memory, a lower bound. */
    default void replicationLag(NodeId follower, long entries, long bytes) {}

    /** A message was given to the transport. {@code type} is the simple name of the message's class. */
    default void messageSent(NodeId to, String type) {}

    /** A message arrived. */
    default void messageReceived(NodeId from, String type) {}

    /**
     * A message that had arrived was dropped before it reached the protocol, because {@code mailboxCapacity} was used up; {@code
     * type} is {@value #UNKNOWN_TYPE} for one of a kind that only a newer version knows.
     */
    default void messageDropped(NodeId from, String type) {}

    /** A message that was given to the transport did not leave this server, and why. It was counted as sent before. */
    default void messageNotSent(NodeId to, String type, Transport.Loss why) {}

    /** A peer could not be reached. */
    default void peerUnreachable(NodeId peer) {}

    /** A snapshot of the own state was taken. {@code captureNanos} is the part in which commands waited. */
    default void snapshotTaken(long bytes, long captureNanos, long totalNanos) {}

    /** A snapshot from the leader was installed. */
    default void snapshotInstalled(long bytes, long nanos) {}

    /** A turn of the raft executor handled this many inputs; the share of time spent in turns is its saturation. */
    default void turn(int inputs, long nanos) {}

    /** How many inputs wait for a turn, proposals for commit, reads for their index, and entries for the state machine. */
    default void queueDepths(int mailbox, int proposals, int reads, int applying) {}

    /** How many client sessions are open, and the bytes of the replies that are kept for them, after a batch was applied. */
    default void sessions(int open, long replyBytes) {}

    /** A proposal was refused because a limit was reached. */
    default void proposalRejected() {}

    /** A file of the storage that is not in use at the moment was found damaged, by a check in the background. */
    default void storageDamaged() {}

    /** A log line was lost, because the logger was too slow or threw. */
    default void logLineLost() {}
}
