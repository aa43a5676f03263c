package io.pecanraft.transport.netty;

import com.google.protobuf.UnsafeByteOperations;
import io.pecanraft.model.Acknowledged;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Formation;
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
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.transport.netty.wire.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** From the records of the model to headers and raw payloads. {@link MessageDecoder} is the way back. */
final class MessageEncoder {

    /** What a message weighs in a queue besides its payload: the objects it is made of. An estimate. */
    private static final int MESSAGE_OVERHEAD_BYTES = 128;

    private static final int ENTRY_OVERHEAD_BYTES = 64;

    private MessageEncoder() {}

    /** The header of a message in the name of a node. */
    static Wire.Header header(StorageIdentity from, RaftMessage message) {
        Wire.Header.Builder header = Wire.Header.newBuilder()
                .setGroup(from.group().value())
                .setIncarnationHigh(from.incarnation().high())
                .setIncarnationLow(from.incarnation().low());
        setMessage(header, message);
        return header.build();
    }

    /** What follows the header, shared with the message. */
    static List<ByteBuffer> payloads(RaftMessage message) {
        if (message instanceof AppendEntries append) {
            return payloads(append.entries());
        } else if (message instanceof RefillResponse response) {
            return payloads(response.entries());
        } else if (message instanceof InstallSnapshot install) {
            return List.of(install.data());
        } else if (message instanceof ForwardProposal forward) {
            return List.of(forward.command());
        } else if (message instanceof ForwardProposalResponse response) {
            return List.of(response.reply());
        }
        return List.of();
    }

    private static List<ByteBuffer> payloads(List<LogEntry> entries) {
        List<ByteBuffer> payloads = new ArrayList<>(entries.size());
        for (LogEntry entry : entries) {
            payloads.add(entry.payload());
        }
        return payloads;
    }

    /** About how much memory a message holds while it waits to be sent. Cheap, since the sender's thread asks. */
    static long heldBytes(RaftMessage message) {
        long bytes = MESSAGE_OVERHEAD_BYTES;
        if (message instanceof AppendEntries append) {
            bytes += heldBytes(append.entries());
        } else if (message instanceof RefillResponse response) {
            bytes += heldBytes(response.entries());
        } else if (message instanceof InstallSnapshot install) {
            bytes += install.data().remaining();
        } else if (message instanceof ForwardProposal forward) {
            bytes += forward.command().remaining();
        } else if (message instanceof ForwardProposalResponse response) {
            bytes += response.reply().remaining() + response.reason().length();
        } else if (message instanceof Formation formation) {
            bytes += (long) MESSAGE_OVERHEAD_BYTES
                    * (formation.bootstrap().size() + formation.members().size());
        } else if (message instanceof Introduction introduction) {
            bytes += (long) MESSAGE_OVERHEAD_BYTES
                    * introduction.membership().members().size();
        }
        return bytes;
    }

    private static long heldBytes(List<LogEntry> entries) {
        long bytes = 0;
        for (LogEntry entry : entries) {
            bytes += ENTRY_OVERHEAD_BYTES + entry.payloadBytes();
        }
        return bytes;
    }

    private static void setMessage(Wire.Header.Builder header, RaftMessage message) {
        if (message instanceof Heartbeat m) {
            Wire.Heartbeat.Builder heartbeat = Wire.Heartbeat.newBuilder()
                    .setTerm(m.term())
                    .setCommit(m.commit())
                    .setRound(m.round())
                    .setKnownEpoch(m.knownEpoch());
            m.minimumVersion().ifPresent(heartbeat::setMinimumVersion);
            m.acknowledged().map(MessageEncoder::acknowledged).ifPresent(heartbeat::setAcknowledged);
            header.setHeartbeat(heartbeat);
        } else if (message instanceof HeartbeatResponse m) {
            header.setHeartbeatResponse(Wire.HeartbeatResponse.newBuilder()
                    .setTerm(m.term())
                    .setRound(m.round())
                    .setMatchIndex(m.matchIndex())
                    .setPromiseNanos(m.promiseNanos())
                    .setPriority(m.priority())
                    .setApplicationVersion(m.applicationVersion())
                    .setEpoch(m.epoch()));
        } else if (message instanceof AppendEntries m) {
            header.setAppendEntries(appendEntries(m));
        } else if (message instanceof AppendEntriesResponse m) {
            header.setAppendEntriesResponse(Wire.AppendEntriesResponse.newBuilder()
                    .setTerm(m.term())
                    .setSuccess(m.success())
                    .setIndex(m.index())
                    .setHint(entryId(m.hint()))
                    .setEpoch(m.epoch()));
        } else if (message instanceof InstallSnapshot m) {
            header.setInstallSnapshot(Wire.InstallSnapshot.newBuilder()
                    .setTerm(m.term())
                    .setMeta(snapshotMeta(m.meta()))
                    .setOffset(m.offset()));
        } else if (message instanceof InstallSnapshotResponse m) {
            header.setInstallSnapshotResponse(Wire.InstallSnapshotResponse.newBuilder()
                    .setTerm(m.term())
                    .setLastIncludedIndex(m.lastIncludedIndex())
                    .setNextOffset(m.nextOffset())
                    .setInstalled(m.installed())
                    .setEpoch(m.epoch()));
        } else if (message instanceof ForwardProposal m) {
            header.setForwardProposal(Wire.ForwardProposal.newBuilder()
                    .setNonce(m.nonce())
                    .setRequestId(m.requestId())
                    .setTimeoutMillis(m.timeoutMillis())
                    .setLeaderTerm(m.leaderTerm())
                    .setLeaderHigh(m.leader().high())
                    .setLeaderLow(m.leader().low())
                    .setType(m.type() == EntryType.COMMAND ? 0 : m.type().code()));
        } else if (message instanceof ForwardProposalResponse m) {
            header.setForwardProposalResponse(forwardProposalResponse(m));
        } else if (message instanceof ReadIndex m) {
            header.setReadIndex(Wire.ReadIndex.newBuilder().setNonce(m.nonce()).setRequestId(m.requestId()));
        } else if (message instanceof ReadIndexResponse m) {
            header.setReadIndexResponse(Wire.ReadIndexResponse.newBuilder()
                    .setNonce(m.nonce())
                    .setRequestId(m.requestId())
                    .setConfirmed(m.confirmed())
                    .setReadIndex(m.readIndex()));
        } else {
            setRareMessage(header, message);
        }
    }

    private static void setRareMessage(Wire.Header.Builder header, RaftMessage message) {
        if (message instanceof RequestVote m) {
            header.setRequestVote(Wire.RequestVote.newBuilder()
                    .setTerm(m.term())
                    .setLastEntry(entryId(m.lastEntry()))
                    .setTransfer(m.transfer()));
        } else if (message instanceof RequestVoteResponse m) {
            header.setRequestVoteResponse(Wire.RequestVoteResponse.newBuilder()
                    .setTerm(m.term())
                    .setGranted(m.granted())
                    .setCandidateHigh(m.candidate().high())
                    .setCandidateLow(m.candidate().low()));
        } else if (message instanceof PreVote m) {
            header.setPreVote(Wire.PreVote.newBuilder()
                    .setNextTerm(m.nextTerm())
                    .setLastEntry(entryId(m.lastEntry()))
                    .setRound(m.round()));
        } else if (message instanceof PreVoteResponse m) {
            header.setPreVoteResponse(Wire.PreVoteResponse.newBuilder()
                    .setTerm(m.term())
                    .setGranted(m.granted())
                    .setRound(m.round()));
        } else if (message instanceof TimeoutNow m) {
            header.setTimeoutNow(Wire.TimeoutNow.newBuilder().setTerm(m.term()));
        } else if (message instanceof Formation m) {
            header.setFormation(formation(m));
        } else if (message instanceof Introduction m) {
            header.setIntroduction(Wire.Introduction.newBuilder()
                    .setNonce(m.nonce())
                    .setMembership(UnsafeByteOperations.unsafeWrap(MembershipCodec.encode(m.membership()))));
        } else if (message instanceof IntroductionResponse m) {
            header.setIntroductionResponse(
                    Wire.IntroductionResponse.newBuilder().setNonce(m.nonce()));
        } else if (message instanceof Refill m) {
            header.setRefill(Wire.Refill.newBuilder().setLast(entryId(m.last())).setHeld(entryId(m.held())));
        } else if (message instanceof RefillResponse m) {
            header.setRefillResponse(Wire.RefillResponse.newBuilder()
                    .setHeld(entryId(m.held()))
                    .setEntries(columns(m.prev(), m.entries())));
        } else {
            throw new IllegalArgumentException("no wire format for " + message.getClass());
        }
    }

    private static Wire.AppendEntries appendEntries(AppendEntries message) {
        return columns(message.prev(), message.entries())
                .setTerm(message.term())
                .setLeaderCommit(message.leaderCommit())
                .setKnownEpoch(message.knownEpoch())
                .build();
    }

    private static Wire.AppendEntries.Builder columns(EntryId prev, List<LogEntry> entries) {
        Wire.AppendEntries.Builder columns = Wire.AppendEntries.newBuilder().setPrev(entryId(prev));
        long term = prev.term();
        long timestampMillis = 0;
        for (LogEntry entry : entries) {
            columns.addTermDeltas(entry.term() - term)
                    .addTimestampDeltas(entry.timestampMillis() - timestampMillis)
                    .addTypes(entry.type().code())
                    .addPayloadBytes(entry.payloadBytes());
            term = entry.term();
            timestampMillis = entry.timestampMillis();
        }
        return columns;
    }

    private static Wire.SnapshotMeta snapshotMeta(SnapshotMeta meta) {
        return Wire.SnapshotMeta.newBuilder()
                .setLastIncluded(entryId(meta.lastIncluded()))
                .setMembership(UnsafeByteOperations.unsafeWrap(MembershipCodec.encode(meta.membership())))
                .setLastTimestampMillis(meta.lastTimestampMillis())
                .setSizeBytes(meta.sizeBytes())
                .setChecksum(meta.checksum())
                .build();
    }

    private static Wire.ForwardProposalResponse forwardProposalResponse(ForwardProposalResponse message) {
        Wire.ForwardProposalResponse.Builder response = Wire.ForwardProposalResponse.newBuilder()
                .setNonce(message.nonce())
                .setRequestId(message.requestId())
                .setOutcome(
                        switch (message.outcome()) {
                            case APPLIED -> Wire.ForwardOutcome.APPLIED;
                            case NOT_DONE -> Wire.ForwardOutcome.NOT_DONE;
                            case UNKNOWN -> Wire.ForwardOutcome.UNKNOWN;
                        })
                .setIndex(message.index())
                .setReason(message.reason());
        message.leaderHint().ifPresent(leader -> response.setLeaderHint(leader.value()));
        return response.build();
    }

    private static Wire.Formation formation(Formation message) {
        Wire.Formation.Builder formation = Wire.Formation.newBuilder()
                .setStage(
                        switch (message.stage()) {
                            case GATHERING -> Wire.FormationStage.GATHERING;
                            case AGREED -> Wire.FormationStage.AGREED;
                            case FORMED -> Wire.FormationStage.FORMED;
                        });
        for (MemberAddress member : message.bootstrap()) {
            formation.addBootstrap(Wire.MemberAddress.newBuilder()
                    .setNode(member.node().value())
                    .setAddress(member.address()));
        }
        for (Member member : message.members()) {
            formation.addMembers(Wire.Member.newBuilder()
                    .setNode(member.node().value())
                    .setIncarnationHigh(member.id().incarnation().high())
                    .setIncarnationLow(member.id().incarnation().low())
                    .setAddress(member.address()));
        }
        return formation.build();
    }

    private static Wire.Acknowledged acknowledged(Acknowledged m) {
        return Wire.Acknowledged.newBuilder()
                .setStorageHigh(m.storage().high())
                .setStorageLow(m.storage().low())
                .setEpoch(m.epoch())
                .setEntry(entryId(m.entry()))
                .build();
    }

    private static Wire.EntryId entryId(EntryId id) {
        return Wire.EntryId.newBuilder().setTerm(id.term()).setIndex(id.index()).build();
    }
}
