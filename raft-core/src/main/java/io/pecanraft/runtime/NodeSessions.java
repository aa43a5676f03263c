package io.pecanraft.runtime;

import io.pecanraft.ProposalResult;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException;
import io.pecanraft.SessionCalls;
import io.pecanraft.SessionGrant;
import io.pecanraft.SessionSequence;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.SessionEntry;
import io.pecanraft.model.SessionLimits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Puts what sessions ask of this node into entries, and reads their results. Any thread. */
final class NodeSessions implements SessionCalls {

    /** Proposes an entry. */
    interface Propose {

        /** {@code headerBytes} of the payload are the library's own and do not count as part of a command. */
        <T> CompletableFuture<T> propose(
                EntryType type, ByteBuffer payload, int headerBytes, Duration timeout, ClientProposal.Shape<T> shape);
    }

    private final RaftConfig config;
    private final Propose node;

    NodeSessions(RaftConfig config, Propose node) {
        this.config = config;
        this.node = node;
    }

    @Override
    public CompletableFuture<SessionGrant> open(Duration timeout) {
        SessionEntry open = new SessionEntry.Open(new SessionLimits(
                config.sessionTimeout().toMillis(),
                config.maxSessionOutstanding(),
                config.maxSessionReplyBytes(),
                config.maxSessions(),
                config.maxTotalReplyBytes()));
        return propose(open, timeout, (index, bytes) -> {
            SessionReply reply = successOf(bytes, 0, 0, false);
            ByteBuffer grant = reply.payload();
            return new SessionGrant(reply.number(), Duration.ofMillis(grant.getLong()), grant.getInt());
        });
    }

    @Override
    public CompletableFuture<ProposalResult> propose(SessionSequence identity, ByteBuffer command, Duration timeout) {
        SessionEntry entry = new SessionEntry.Command(
                identity.sessionId(), identity.sequence(), identity.firstOutstanding(), command);
        return propose(entry, timeout, (index, bytes) -> {
            SessionReply reply = successOf(bytes, identity.sessionId(), identity.sequence(), identity.resend());
            return new ProposalResult(reply.number(), reply.payload());
        });
    }

    @Override
    public CompletableFuture<Void> keepAlive(long sessionId, long firstOutstanding, Duration timeout) {
        return propose(new SessionEntry.KeepAlive(sessionId, firstOutstanding), timeout, (index, bytes) -> {
                    successOf(bytes, sessionId, 0, false);
                    return true;
                })
                .thenAccept(done -> {});
    }

    @Override
    public CompletableFuture<Void> close(long sessionId, Duration timeout) {
        return propose(new SessionEntry.Close(sessionId), timeout, (index, bytes) -> true)
                .thenAccept(done -> {});
    }

    private <T> CompletableFuture<T> propose(SessionEntry entry, Duration timeout, ClientProposal.Shape<T> shape) {
        int headerBytes = entry instanceof SessionEntry.Command ? SessionEntry.COMMAND_HEADER_BYTES : 0;
        return node.propose(EntryType.SESSION, entry.encode(), headerBytes, timeout, shape);
    }

    private static SessionReply successOf(ByteBuffer bytes, long sessionId, long sequence, boolean resend) {
        SessionReply reply = SessionReply.decode(bytes);
        RaftException failure = reply.failure(sessionId, sequence, resend);
        if (failure != null) {
            throw failure;
        }
        return reply;
    }
}
