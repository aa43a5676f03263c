package io.pecanraft.protocol;

import io.pecanraft.model.Acknowledged;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.SnapshotMeta;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the driver is to do, in the order of the list it gets. Each carries all it needs; none waits for another, since what
 * must wait for the disk is handed out only when the disk has confirmed.
 */
public sealed interface Effect {

    /**
     * Write to the log, and call {@link Raft#persisted} with the ticket once it is durable. At most one in a flush, and always
     * before the {@link Send}s, so that disk and network overlap (thesis §10.2.1). The parts take effect in the order of the
     * components.
     *
     * @param ticket strictly increasing
     * @param hardState null when unchanged
     * @param formation null when unchanged
     * @param resetTo forget the log and go on after this entry; null for no reset
     * @param truncateFromIndex remove this index and all above; 0 for none
     * @param entries to be appended
     * @param repaired whether what the log had lost is there again, which is written together with the hard state
     */
    record Persist(
            long ticket,
            @Nullable HardState hardState,
            @Nullable FormationRecord formation,
            @Nullable EntryId resetTo,
            long truncateFromIndex,
            List<LogEntry> entries,
            boolean repaired)
            implements Effect {}

    /** Send a message, at most once. */
    record Send(NodeId to, RaftMessage message) implements Effect {}

    /**
     * Hand committed entries to the state machine, after all that were handed out before, and call {@link Raft#applied} with
     * the last index. Contains entries of all types.
     */
    record Apply(List<LogEntry> entries) implements Effect {}

    /**
     * Read entries that are durable, and call {@link Raft#logRead} with the token: consecutive entries from {@code fromIndex}
     * on, at least one, or none at all when they were compacted away or replaced meanwhile.
     */
    record ReadLog(long token, long fromIndex, long toIndexExclusive, int maxBytes) implements Effect {}

    /**
     * Read a part of a snapshot and send it as {@link RaftMessage.InstallSnapshot}. When there is no such snapshot any more,
     * call {@link Raft#snapshotUnavailable}.
     */
    record SendSnapshotChunk(NodeId to, long term, SnapshotMeta meta, long offset, int bytes) implements Effect {}

    /**
     * Store a chunk if it is the next one of the snapshot that is being received from this leader in this term; begin anew
     * when it is the first of another. Then call {@link Raft#snapshotChunkStored} with what is now there, in any case.
     */
    record AcceptSnapshotChunk(MemberId from, long term, SnapshotMeta meta, long offset, ByteBuffer data)
            implements Effect {}

    /**
     * Replace the state machine's state by this received snapshot, after everything that was handed to it before, and call
     * {@link Raft#snapshotRestored}.
     */
    record RestoreSnapshot(SnapshotMeta meta) implements Effect {}

    /**
     * The storage has lost what it had acknowledged: it is never to be used again under its incarnation, and the server stops. The last
     * effect of a server.
     *
     * @param leader who says so
     * @param acknowledged what had been acknowledged to it
     * @param held the last entry that is there
     */
    record Condemn(MemberId leader, Acknowledged acknowledged, EntryId held) implements Effect {}

    /** These reads are confirmed: answer each once the index is applied. */
    record ServeReads(long readIndex, List<Long> requestIds) implements Effect {}

    /** These reads could not be confirmed: no leader, or it was lost. They may be tried again. */
    record FailReads(List<Long> requestIds) implements Effect {}

    /**
     * Leadership is lost: what was proposed here and was given a higher index than this, the commit index, has an unknown
     * outcome. What was given this or a lower index is committed and will be applied.
     */
    record FailProposals(long aboveIndex) implements Effect {}

    /** The log may forget everything up to and including this index, which a durable snapshot covers. */
    record Compact(long throughIndex) implements Effect {}

    /**
     * The transport is to reach exactly these servers, at these addresses. Comes before the messages of its flush.
     *
     * @param addresses ordered by name
     */
    record UpdatePeers(Map<NodeId, String> addresses) implements Effect {}

    /** Answers {@link Raft#changeMembership}, once for each request. */
    record EndMembershipChange(long requestId, ChangeOutcome outcome) implements Effect {}

    /** Tell whoever watches. */
    record Observe(Report report) implements Effect {}
}
