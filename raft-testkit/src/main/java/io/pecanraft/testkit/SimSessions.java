package io.pecanraft.testkit;

import io.pecanraft.ProposalResult;
import io.pecanraft.RaftNode;
import io.pecanraft.SessionCalls;
import io.pecanraft.SessionGrant;
import io.pecanraft.SessionSequence;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** A client's connection to a simulated server: silence while that is down. */
final class SimSessions implements SessionCalls {

    private final SimNode server;

    SimSessions(SimNode server) {
        this.server = server;
    }

    @Override
    public CompletableFuture<SessionGrant> open(Duration timeout) {
        return call(sessions -> sessions.open(timeout));
    }

    @Override
    public CompletableFuture<ProposalResult> propose(SessionSequence identity, ByteBuffer command, Duration timeout) {
        return call(sessions -> sessions.propose(identity, command, timeout));
    }

    @Override
    public CompletableFuture<Void> keepAlive(long sessionId, long firstOutstanding, Duration timeout) {
        return call(sessions -> sessions.keepAlive(sessionId, firstOutstanding, timeout));
    }

    @Override
    public CompletableFuture<Void> close(long sessionId, Duration timeout) {
        return call(sessions -> sessions.close(sessionId, timeout));
    }

    private <T> CompletableFuture<T> call(Function<SessionCalls, CompletableFuture<T>> what) {
        return server.raftNode().map(RaftNode::sessions).map(what).orElseGet(CompletableFuture::new);
    }
}
