package io.pecanraft.benchmarks.microraft;

import io.microraft.RaftEndpoint;
import io.microraft.model.RaftModelFactory;
import io.microraft.model.impl.DefaultRaftModelFactory;
import io.microraft.model.log.LogEntry;
import io.microraft.model.message.AppendEntriesFailureResponse;
import io.microraft.model.message.AppendEntriesRequest;
import io.microraft.model.message.AppendEntriesSuccessResponse;
import io.microraft.model.message.PreVoteRequest;
import io.microraft.model.message.PreVoteResponse;
import io.microraft.model.message.RaftMessage;
import io.microraft.model.message.VoteRequest;
import io.microraft.model.message.VoteResponse;
import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/** MicroRaft's messages as bytes: {@code byte type | byte sender | int term | fields}. All but snapshots. */
final class MessageCodec {

    private static final byte APPEND = 1;
    private static final byte APPENDED = 2;
    private static final byte NOT_APPENDED = 3;
    private static final byte VOTE_REQUEST = 4;
    private static final byte VOTE = 5;
    private static final byte PRE_VOTE_REQUEST = 6;
    private static final byte PRE_VOTE = 7;

    private final RaftModelFactory models = new DefaultRaftModelFactory();

    /** Writes a message; says whether it is of a kind that can be sent. */
    boolean encode(RaftMessage message, ByteBuf out) {
        if (message instanceof AppendEntriesRequest append) {
            header(out, APPEND, message);
            encode(append, out);
        } else if (message instanceof AppendEntriesSuccessResponse done) {
            header(out, APPENDED, message)
                    .writeLong(done.getLastLogIndex())
                    .writeLong(done.getQuerySequenceNumber())
                    .writeLong(done.getFlowControlSequenceNumber());
        } else if (message instanceof AppendEntriesFailureResponse failed) {
            header(out, NOT_APPENDED, message)
                    .writeLong(failed.getExpectedNextIndex())
                    .writeLong(failed.getQuerySequenceNumber())
                    .writeLong(failed.getFlowControlSequenceNumber());
        } else if (message instanceof VoteRequest request) {
            header(out, VOTE_REQUEST, message)
                    .writeInt(request.getLastLogTerm())
                    .writeLong(request.getLastLogIndex())
                    .writeBoolean(request.isSticky());
        } else if (message instanceof VoteResponse vote) {
            header(out, VOTE, message).writeBoolean(vote.isGranted());
        } else if (message instanceof PreVoteRequest request) {
            header(out, PRE_VOTE_REQUEST, message)
                    .writeInt(request.getLastLogTerm())
                    .writeLong(request.getLastLogIndex());
        } else if (message instanceof PreVoteResponse vote) {
            header(out, PRE_VOTE, message).writeBoolean(vote.isGranted());
        } else {
            return false;
        }
        return true;
    }

    private static ByteBuf header(ByteBuf out, byte type, RaftMessage message) {
        int sender = ((MicroRaft.Endpoint) message.getSender()).index();
        return out.writeByte(type).writeByte(sender).writeInt(message.getTerm());
    }

    private static void encode(AppendEntriesRequest append, ByteBuf out) {
        List<LogEntry> entries = append.getLogEntries();
        out.writeInt(append.getPreviousLogTerm())
                .writeLong(append.getPreviousLogIndex())
                .writeLong(append.getCommitIndex())
                .writeLong(append.getQuerySequenceNumber())
                .writeLong(append.getFlowControlSequenceNumber())
                .writeInt(entries.size());
        for (LogEntry entry : entries) {
            byte[] operation = (byte[]) entry.getOperation();
            out.writeLong(entry.getIndex())
                    .writeInt(entry.getTerm())
                    .writeInt(operation.length)
                    .writeBytes(operation);
        }
    }

    /** Reads what {@link #encode(RaftMessage, ByteBuf)} wrote. */
    RaftMessage decode(ByteBuf in) {
        byte type = in.readByte();
        RaftEndpoint sender = new MicroRaft.Endpoint(in.readByte());
        int term = in.readInt();
        return switch (type) {
            case APPEND -> decodeAppend(in, sender, term);
            case APPENDED ->
                models.createAppendEntriesSuccessResponseBuilder()
                        .setGroupId(MicroRaft.GROUP)
                        .setSender(sender)
                        .setTerm(term)
                        .setLastLogIndex(in.readLong())
                        .setQuerySequenceNumber(in.readLong())
                        .setFlowControlSequenceNumber(in.readLong())
                        .build();
            case NOT_APPENDED ->
                models.createAppendEntriesFailureResponseBuilder()
                        .setGroupId(MicroRaft.GROUP)
                        .setSender(sender)
                        .setTerm(term)
                        .setExpectedNextIndex(in.readLong())
                        .setQuerySequenceNumber(in.readLong())
                        .setFlowControlSequenceNumber(in.readLong())
                        .build();
            case VOTE_REQUEST ->
                models.createVoteRequestBuilder()
                        .setGroupId(MicroRaft.GROUP)
                        .setSender(sender)
                        .setTerm(term)
                        .setLastLogTerm(in.readInt())
                        .setLastLogIndex(in.readLong())
                        .setSticky(in.readBoolean())
                        .build();
            case VOTE ->
                models.createVoteResponseBuilder()
                        .setGroupId(MicroRaft.GROUP)
                        .setSender(sender)
                        .setTerm(term)
                        .setGranted(in.readBoolean())
                        .build();
            case PRE_VOTE_REQUEST ->
                models.createPreVoteRequestBuilder()
                        .setGroupId(MicroRaft.GROUP)
                        .setSender(sender)
                        .setTerm(term)
                        .setLastLogTerm(in.readInt())
                        .setLastLogIndex(in.readLong())
                        .build();
            case PRE_VOTE ->
                models.createPreVoteResponseBuilder()
                        .setGroupId(MicroRaft.GROUP)
                        .setSender(sender)
                        .setTerm(term)
                        .setGranted(in.readBoolean())
                        .build();
            default -> throw new IllegalArgumentException("no message of type " + type + " is known");
        };
    }

    private AppendEntriesRequest decodeAppend(ByteBuf in, RaftEndpoint sender, int term) {
        AppendEntriesRequest.AppendEntriesRequestBuilder append = models.createAppendEntriesRequestBuilder()
                .setGroupId(MicroRaft.GROUP)
                .setSender(sender)
                .setTerm(term)
                .setPreviousLogTerm(in.readInt())
                .setPreviousLogIndex(in.readLong())
                .setCommitIndex(in.readLong())
                .setQuerySequenceNumber(in.readLong())
                .setFlowControlSequenceNumber(in.readLong());
        int count = in.readInt();
        List<LogEntry> entries = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            LogEntry.LogEntryBuilder entry =
                    models.createLogEntryBuilder().setIndex(in.readLong()).setTerm(in.readInt());
            byte[] operation = new byte[in.readInt()];
            in.readBytes(operation);
            entries.add(entry.setOperation(operation).build());
        }
        return append.setLogEntries(entries).build();
    }
}
