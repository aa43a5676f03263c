package io.pecanraft.runtime;

import io.pecanraft.SnapshotFailedException;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.SnapshotMeta;
import java.util.List;
import java.util.Optional;

/** What the raft thread takes in: calls of clients, messages of peers, and completions of the node's own work. */
sealed interface Input
        permits Proposal,
                Read,
                SnapshotRequest,
                TransferRequest,
                Input.HandOver,
                MembershipRequest,
                Input.PeerMessage,
                Input.PeerUnreachable,
                Input.Persisted,
                Input.StorageSpace,
                Input.StorageDamaged,
                Input.Applied,
                Input.LogRead,
                Input.SnapshotWritten,
                Input.SnapshotCovered,
                Input.SnapshotFailed,
                Input.ChunkStored,
                Input.SnapshotRestored,
                Input.SnapshotUnavailable,
                Input.Broken {

    /** How many bytes of a caller's data wait with it. */
    default int waitingBytes() {
        return 0;
    }

    /** A message arrived. */
    record PeerMessage(MemberId from, RaftMessage message) implements Input {

        /** A forwarded command is a caller's like one that was proposed here. */
        @Override
        public int waitingBytes() {
            return message instanceof RaftMessage.ForwardProposal forward
                    ? forward.command().remaining()
                    : 0;
        }
    }

    /** Messages to this peer may be lost. */
    record PeerUnreachable(NodeId peer) implements Input {}

    /** The log has made this write, and all before it, durable. */
    record Persisted(long ticket, long forceNanos, int writes) implements Input {}

    /** The log lacks room, for this reason, or has it again. */
    record StorageSpace(Optional<String> lack) implements Input {}

    /** A file that is not in use was found damaged. */
    record StorageDamaged(String what) implements Input {}

    /** Everything up to this index is applied; the next client session expires at this log time, or never. */
    record Applied(long index, long nextExpiryMillis) implements Input {}

    /** The log has read what was asked for; nothing when it was compacted meanwhile. */
    record LogRead(long token, List<LogEntry> entries) implements Input {}

    /** A snapshot of the own state is durable. */
    record SnapshotWritten(SnapshotMeta meta, long captureNanos, long totalNanos) implements Input {}

    /** No snapshot had to be written, because this one already covers what is applied. */
    record SnapshotCovered(SnapshotMeta newest) implements Input {}

    /** No snapshot could be written. */
    record SnapshotFailed(SnapshotFailedException why) implements Input {}

    /** So much of a snapshot from a leader is stored. */
    record ChunkStored(MemberId from, long term, SnapshotMeta meta, long nextOffset) implements Input {}

    /** The state machine's state has been replaced by that of a snapshot. */
    record SnapshotRestored(SnapshotMeta meta, long nanos) implements Input {}

    /** A snapshot that was to be sent is gone. */
    record SnapshotUnavailable(NodeId to, SnapshotMeta meta) implements Input {}

    /** The node is about to close: hand leadership over, if it is here, and then go on. */
    record HandOver(long limitNanos, Runnable then) implements Input {}

    /** Something that the node cannot do without has failed. */
    record Broken(Throwable cause) implements Input {}
}
