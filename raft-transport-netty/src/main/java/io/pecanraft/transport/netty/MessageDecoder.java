package io.pecanraft.transport.netty;

import io.pecanraft.model.Acknowledged;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Formation;
import io.pecanraft.model.RaftMessage.FormationStage;
import io.pecanraft.model.RaftMessage.ForwardOutcome;
import io.pecanraft.model.RaftMessage.ForwardProposal;
import io.pecanraft.model.RaftMessage.ForwardProposalResponse;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.InstallSnapshot;
import io.pecanraft.model.RaftMessage.InstallSnapshotResponse;
import io.pecanraft.model.RaftMessage.Introduction;
import io.pecanraft.model.RaftMessage.IntroductionResponse;
import io.pecanraft.model.RaftMessage.PreVote;
import io.pecanraft.model.RaftMessage.PreVoteResponse;
import io.pecanraft.model.RaftMessage.ReadIndex;
import io.pecanraft.model.RaftMessage.ReadIndexResponse;
import io.pecanraft.model.RaftMessage.Refill;
import io.pecanraft.model.RaftMessage.RefillResponse;
import io.pecanraft.model.RaftMessage.RequestVote;
import io.pecanraft.model.RaftMessage.RequestVoteResponse;
import io.pecanraft.model.RaftMessage.TimeoutNow;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.transport.netty.wire.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * From headers and raw payloads to the records of the model, which no peer can make inconsistent: every number is checked here
 * or by the record's constructor, and whatever fails a check is malformed.
 */
final class MessageDecoder {

    /**
     * The most entries of one message. An empty entry is four bytes on the wire and ten times that as an object, so the length of
     * a frame alone would not bound the memory that it takes. As large as {@link io.pecanraft.RaftConfig#maxAppendEntries()} may
     * be.
     */
    static final int MAX_ENTRIES = 65_536;

    private MessageDecoder() {}

    /**
     * The message in a frame.
     *
     * @return null when it is of a kind that only newer versions know
     */
    static @Nullable RaftMessage decode(Wire.Header header, Frame frame) throws MalformedFrameException {
        try {
            return switch (header.getMessageCase()) {
                case HEARTBEAT -> heartbeat(header.getHeartbeat(), frame);
                case HEARTBEAT_RESPONSE -> heartbeatResponse(header.getHeartbeatResponse(), frame);
                case APPEND_ENTRIES -> appendEntries(header.getAppendEntries(), frame);
                case APPEND_ENTRIES_RESPONSE -> appendEntriesResponse(header.getAppendEntriesResponse(), frame);
                case TIMEOUT_NOW -> timeoutNow(header.getTimeoutNow(), frame);
                case REQUEST_VOTE -> requestVote(header.getRequestVote(), frame);
                case REQUEST_VOTE_RESPONSE -> requestVoteResponse(header.getRequestVoteResponse(), frame);
                case PRE_VOTE -> preVote(header.getPreVote(), frame);
                case PRE_VOTE_RESPONSE -> preVoteResponse(header.getPreVoteResponse(), frame);
                case INSTALL_SNAPSHOT -> installSnapshot(header.getInstallSnapshot(), frame);
                case INSTALL_SNAPSHOT_RESPONSE -> installSnapshotResponse(header.getInstallSnapshotResponse(), frame);
                case READ_INDEX -> readIndex(header.getReadIndex(), frame);
                case READ_INDEX_RESPONSE -> readIndexResponse(header.getReadIndexResponse(), frame);
                case FORWARD_PROPOSAL -> forwardProposal(header.getForwardProposal(), frame);
                case FORWARD_PROPOSAL_RESPONSE -> forwardProposalResponse(header.getForwardProposalResponse(), frame);
                case FORMATION -> formation(header.getFormation(), frame);
                case INTRODUCTION -> introduction(header.getIntroduction(), frame);
                case INTRODUCTION_RESPONSE -> introductionResponse(header.getIntroductionResponse(), frame);
                case REFILL -> refill(header.getRefill(), frame);
                case REFILL_RESPONSE -> refillResponse(header.getRefillResponse(), frame);
                // Pings never come here; what is not set is set by a newer version, in a field unknown to this one.
                case PING, PONG, MESSAGE_NOT_SET -> null;
            };
        } catch (IllegalArgumentException e) {
            throw new MalformedFrameException(header.getMessageCase() + " is not valid", e);
        }
    }

    private static Heartbeat heartbeat(Wire.Heartbeat m, Frame frame) {
        requireNoPayload(frame);
        return new Heartbeat(
                term(m.getTerm()),
                index(m.getCommit()),
                m.getRound(),
                m.hasMinimumVersion() ? OptionalInt.of(m.getMinimumVersion()) : OptionalInt.empty(),
                epoch(m.getKnownEpoch()),
                m.hasAcknowledged() ? Optional.of(acknowledged(m.getAcknowledged())) : Optional.empty());
    }

    private static Acknowledged acknowledged(Wire.Acknowledged m) {
        return new Acknowledged(
                new Incarnation(m.getStorageHigh(), m.getStorageLow()), epoch(m.getEpoch()), entryId(m.getEntry()));
    }

    private static HeartbeatResponse heartbeatResponse(Wire.HeartbeatResponse m, Frame frame) {
        requireNoPayload(frame);
        return new HeartbeatResponse(
                term(m.getTerm()),
                m.getRound(),
                index(m.getMatchIndex()),
                m.getPromiseNanos(),
                m.getPriority(),
                m.getApplicationVersion(),
                epoch(m.getEpoch()));
    }

    private static TimeoutNow timeoutNow(Wire.TimeoutNow m, Frame frame) {
        requireNoPayload(frame);
        return new TimeoutNow(term(m.getTerm()));
    }

    private static AppendEntries appendEntries(Wire.AppendEntries m, Frame frame) {
        return new AppendEntries(
                term(m.getTerm()),
                entryId(m.getPrev()),
                index(m.getLeaderCommit()),
                entries(m, frame),
                epoch(m.getKnownEpoch()));
    }

    private static List<LogEntry> entries(Wire.AppendEntries m, Frame frame) {
        int count = m.getPayloadBytesCount();
        if (m.getTermDeltasCount() != count || m.getTimestampDeltasCount() != count || m.getTypesCount() != count) {
            throw new IllegalArgumentException("columns of " + m.getTermDeltasCount() + " terms, "
                    + m.getTimestampDeltasCount() + " timestamps, " + m.getTypesCount() + " types and " + count
                    + " lengths");
        }
        if (count > MAX_ENTRIES) {
            throw new IllegalArgumentException(count + " entries where at most " + MAX_ENTRIES + " are allowed");
        }
        EntryId prev = entryId(m.getPrev());
        List<LogEntry> entries = new ArrayList<>(count);
        long term = prev.term();
        long timestampMillis = 0;
        int offset = 0;
        for (int i = 0; i < count; i++) {
            term += m.getTermDeltas(i);
            timestampMillis += m.getTimestampDeltas(i);
            int length = m.getPayloadBytes(i);
            if (length < 0 || length > frame.payloadBytes() - offset) {
                throw new IllegalArgumentException("entry " + i + " of " + Integer.toUnsignedString(length)
                        + " bytes where " + (frame.payloadBytes() - offset) + " are left");
            }
            EntryType type = EntryType.fromCode(m.getTypes(i));
            long index = index(prev.index() + 1 + i);
            entries.add(new LogEntry(index, term(term), timestampMillis, type, frame.payload(offset, length)));
            offset += length;
        }
        if (offset != frame.payloadBytes()) {
            throw new IllegalArgumentException((frame.payloadBytes() - offset) + " bytes belong to no entry");
        }
        return entries;
    }

    private static AppendEntriesResponse appendEntriesResponse(Wire.AppendEntriesResponse m, Frame frame) {
        requireNoPayload(frame);
        return new AppendEntriesResponse(
                term(m.getTerm()), m.getSuccess(), index(m.getIndex()), entryId(m.getHint()), epoch(m.getEpoch()));
    }

    private static RequestVote requestVote(Wire.RequestVote m, Frame frame) {
        requireNoPayload(frame);
        return new RequestVote(term(m.getTerm()), entryId(m.getLastEntry()), m.getTransfer());
    }

    private static RequestVoteResponse requestVoteResponse(Wire.RequestVoteResponse m, Frame frame) {
        requireNoPayload(frame);
        return new RequestVoteResponse(
                term(m.getTerm()), m.getGranted(), new Incarnation(m.getCandidateHigh(), m.getCandidateLow()));
    }

    private static PreVote preVote(Wire.PreVote m, Frame frame) {
        requireNoPayload(frame);
        return new PreVote(term(m.getNextTerm()), entryId(m.getLastEntry()), m.getRound());
    }

    private static PreVoteResponse preVoteResponse(Wire.PreVoteResponse m, Frame frame) {
        requireNoPayload(frame);
        return new PreVoteResponse(term(m.getTerm()), m.getGranted(), m.getRound());
    }

    private static InstallSnapshot installSnapshot(Wire.InstallSnapshot m, Frame frame) {
        Wire.SnapshotMeta wire = m.getMeta();
        SnapshotMeta meta = new SnapshotMeta(
                entryId(wire.getLastIncluded()),
                MembershipCodec.decode(wire.getMembership().asReadOnlyByteBuffer()),
                wire.getLastTimestampMillis(),
                wire.getSizeBytes(),
                wire.getChecksum());
        long offset = m.getOffset();
        // Compared by difference: offset plus length may exceed what a long holds.
        if (offset < 0 || offset > meta.sizeBytes() - frame.payloadBytes()) {
            throw new IllegalArgumentException("chunk of " + frame.payloadBytes() + " bytes at "
                    + Long.toUnsignedString(offset) + " of a snapshot of " + meta.sizeBytes());
        }
        return new InstallSnapshot(term(m.getTerm()), meta, offset, frame.payload(0, frame.payloadBytes()));
    }

    private static InstallSnapshotResponse installSnapshotResponse(Wire.InstallSnapshotResponse m, Frame frame) {
        requireNoPayload(frame);
        return new InstallSnapshotResponse(
                term(m.getTerm()),
                index(m.getLastIncludedIndex()),
                index(m.getNextOffset()),
                m.getInstalled(),
                epoch(m.getEpoch()));
    }

    private static ReadIndex readIndex(Wire.ReadIndex m, Frame frame) {
        requireNoPayload(frame);
        return new ReadIndex(m.getNonce(), m.getRequestId());
    }

    private static ReadIndexResponse readIndexResponse(Wire.ReadIndexResponse m, Frame frame) {
        requireNoPayload(frame);
        return new ReadIndexResponse(m.getNonce(), m.getRequestId(), m.getConfirmed(), index(m.getReadIndex()));
    }

    private static ForwardProposal forwardProposal(Wire.ForwardProposal m, Frame frame) {
        if (m.getTimeoutMillis() < 0) {
            throw new IllegalArgumentException("timeout of " + Long.toUnsignedString(m.getTimeoutMillis()) + " ms");
        }
        return new ForwardProposal(
                term(m.getLeaderTerm()),
                new Incarnation(m.getLeaderHigh(), m.getLeaderLow()),
                m.getNonce(),
                m.getRequestId(),
                m.getTimeoutMillis(),
                m.getType() == 0 ? EntryType.COMMAND : EntryType.fromCode(m.getType()),
                frame.payload(0, frame.payloadBytes()));
    }

    private static @Nullable ForwardProposalResponse forwardProposalResponse(
            Wire.ForwardProposalResponse m, Frame frame) {
        ForwardOutcome outcome = switch (m.getOutcome()) {
            case APPLIED -> ForwardOutcome.APPLIED;
            case NOT_DONE -> ForwardOutcome.NOT_DONE;
            // An outcome of a newer version is one of which this version knows nothing.
            case UNKNOWN, UNRECOGNIZED -> ForwardOutcome.UNKNOWN;
            case FORWARD_OUTCOME_UNSPECIFIED -> throw new IllegalArgumentException("no outcome");
        };
        Optional<NodeId> leaderHint =
                m.getLeaderHint().isEmpty() ? Optional.empty() : Optional.of(NodeId.of(m.getLeaderHint()));
        return new ForwardProposalResponse(
                m.getNonce(),
                m.getRequestId(),
                outcome,
                index(m.getIndex()),
                frame.payload(0, frame.payloadBytes()),
                m.getReason(),
                leaderHint);
    }

    private static @Nullable Formation formation(Wire.Formation m, Frame frame) {
        requireNoPayload(frame);
        FormationStage stage = switch (m.getStage()) {
            case GATHERING -> FormationStage.GATHERING;
            case AGREED -> FormationStage.AGREED;
            case FORMED -> FormationStage.FORMED;
            case UNRECOGNIZED -> null;
            case FORMATION_STAGE_UNSPECIFIED -> throw new IllegalArgumentException("no stage");
        };
        if (stage == null) {
            return null; // a stage of a newer version; to act on part of an agreement would be worse than to miss it
        }
        requireAtMost(Membership.MAX_MEMBERS, m.getBootstrapCount());
        requireAtMost(Membership.MAX_MEMBERS, m.getMembersCount());
        List<MemberAddress> bootstrap = new ArrayList<>(m.getBootstrapCount());
        for (Wire.MemberAddress member : m.getBootstrapList()) {
            bootstrap.add(new MemberAddress(NodeId.of(member.getNode()), member.getAddress()));
        }
        List<Member> members = new ArrayList<>(m.getMembersCount());
        for (Wire.Member member : m.getMembersList()) {
            Incarnation incarnation = new Incarnation(member.getIncarnationHigh(), member.getIncarnationLow());
            members.add(new Member(new MemberId(NodeId.of(member.getNode()), incarnation), member.getAddress()));
        }
        return new Formation(stage, bootstrap, members);
    }

    private static Introduction introduction(Wire.Introduction m, Frame frame) {
        requireNoPayload(frame);
        return new Introduction(
                m.getNonce(), MembershipCodec.decode(m.getMembership().asReadOnlyByteBuffer()));
    }

    private static IntroductionResponse introductionResponse(Wire.IntroductionResponse m, Frame frame) {
        requireNoPayload(frame);
        return new IntroductionResponse(m.getNonce());
    }

    private static Refill refill(Wire.Refill m, Frame frame) {
        requireNoPayload(frame);
        return new Refill(entryId(m.getLast()), entryId(m.getHeld()));
    }

    private static RefillResponse refillResponse(Wire.RefillResponse m, Frame frame) {
        return new RefillResponse(
                entryId(m.getHeld()), entryId(m.getEntries().getPrev()), entries(m.getEntries(), frame));
    }

    private static EntryId entryId(Wire.EntryId id) {
        return new EntryId(term(id.getTerm()), index(id.getIndex()));
    }

    private static long term(long term) {
        // The highest term has no successor: a server that adopted it could never campaign again.
        if (term < 0 || term == Long.MAX_VALUE) {
            throw new IllegalArgumentException("term " + Long.toUnsignedString(term));
        }
        return term;
    }

    private static long index(long index) {
        if (index < 0 || index == Long.MAX_VALUE) {
            throw new IllegalArgumentException("index or offset " + Long.toUnsignedString(index));
        }
        return index;
    }

    private static long epoch(long epoch) {
        if (epoch < 0) {
            throw new IllegalArgumentException("log epoch " + Long.toUnsignedString(epoch));
        }
        return epoch;
    }

    private static void requireAtMost(int limit, int count) {
        if (count > limit) {
            throw new IllegalArgumentException(count + " members where at most " + limit + " are allowed");
        }
    }

    private static void requireNoPayload(Frame frame) {
        if (frame.payloadBytes() != 0) {
            throw new IllegalArgumentException(frame.payloadBytes() + " bytes follow a message that has no payload");
        }
    }
}
