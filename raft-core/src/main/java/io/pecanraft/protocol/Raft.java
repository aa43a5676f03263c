package io.pecanraft.protocol;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** One Raft server. Not thread-safe: every method is called by one thread at a time. */
public final class Raft {

    public Raft(
            MemberId self,
            List<MemberAddress> bootstrap,
            ProtocolSettings settings,
            RandomGenerator random,
            Recovered recovered,
            long nowNanos,
            long epochMillis) {
        throw new UnsupportedOperationException();
    }

    // ---- inputs; each may change state, none performs I/O

    /** Time passed. Call when {@link #nextDeadlineNanos} has come, after what else was waiting. */
    public void tick(long nowNanos) {}

    /** A message arrived. */
    public void step(MemberId from, RaftMessage message, long nowNanos) {}

    /** Appends to the log if this server leads; {@code payload} is shared, never copied. */
    public Admission propose(EntryType type, ByteBuffer payload, long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** Asks for a linearizable read index; answered by ServeReads or FailReads with this id. */
    public void requestRead(long requestId, long nowNanos) {}

    /** The write with this ticket and all before it are durable. */
    public void persisted(long ticket, long nowNanos) {}

    /** The state machine has applied everything up to this index. */
    public void applied(long index) {}

    /** Answers {@link Effect.ReadLog}. */
    public void logRead(long token, List<LogEntry> entries) {}

    /** A snapshot of the own state is durable. */
    public void snapshotTaken(SnapshotMeta meta) {}

    /**
     * Answers {@link Effect.AcceptSnapshotChunk}.
     *
     * @param nextOffset everything below it is stored; {@code meta.sizeBytes()} only once the whole snapshot was verified, and
     *     is durable and the newest of the store
     */
    public void snapshotChunkStored(MemberId from, long term, SnapshotMeta meta, long nextOffset, long nowNanos) {}

    /** Answers {@link Effect.RestoreSnapshot}. */
    public void snapshotRestored(SnapshotMeta meta) {}

    /** Answers {@link Effect.SendSnapshotChunk} when the snapshot is gone. */
    public void snapshotUnavailable(NodeId to, SnapshotMeta meta) {}

    /** Messages to this peer may have been lost. */
    public void unreachable(NodeId peer) {}

    // ---- outputs

    /** Everything there is to do since the last call. Call once per turn, after its inputs. */
    public List<Effect> flush(long nowNanos) {
        throw new UnsupportedOperationException();
    }

    /** When {@link #tick} is next useful, on the driver's clock. */
    public long nextDeadlineNanos() {
        throw new UnsupportedOperationException();
    }

    // ---- what the driver shows to others

    public RaftRole role() {
        throw new UnsupportedOperationException();
    }

    public long currentTerm() {
        throw new UnsupportedOperationException();
    }

    public Optional<MemberId> votedFor() {
        throw new UnsupportedOperationException();
    }

    public Optional<NodeId> leader() {
        throw new UnsupportedOperationException();
    }

    public long commitIndex() {
        throw new UnsupportedOperationException();
    }

    public long appliedIndex() {
        throw new UnsupportedOperationException();
    }

    public long durableIndex() {
        throw new UnsupportedOperationException();
    }

    public long lastIndex() {
        throw new UnsupportedOperationException();
    }

    public long firstIndex() {
        throw new UnsupportedOperationException();
    }

    public Optional<SnapshotMeta> snapshot() {
        throw new UnsupportedOperationException();
    }

    /** The configuration in force; empty until formed. */
    public Optional<Membership> membership() {
        throw new UnsupportedOperationException();
    }

    /** While forming: who has not been heard of or has not agreed. */
    public List<NodeId> missingMembers() {
        throw new UnsupportedOperationException();
    }

    /** The leader's view of the others; empty elsewhere. */
    public List<FollowerView> followers() {
        throw new UnsupportedOperationException();
    }
}
