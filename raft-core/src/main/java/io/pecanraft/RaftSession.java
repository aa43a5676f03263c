package io.pecanraft;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A client session (thesis §6.3): each command is applied exactly once, however often it has to be sent.
 *
 * <p>A command is tried again, at the same server or the next, after an election, a lost message or a full queue, under one
 * identity, until it is known what became of it or its deadline has passed. So a future that completes normally means: applied
 * once. One that fails says {@link RaftException.Outcome#NOT_DONE} only when no attempt can have been, or can still be, applied;
 * an unknown outcome is never reported as a failure.
 *
 * <p>Commands that are outstanding together may be applied in any order; wait for one where the next depends on it. The session
 * keeps itself alive until it is closed. It expires when its servers hear nothing of it for {@link RaftConfig#sessionTimeout()};
 * then every command fails with {@link SessionExpiredException}, and another session has to be opened, because what an expired
 * one has done is forgotten.
 *
 * <p>Thread-safe; nothing blocks. Futures complete on the session's executor, and what is attached to them must not block.
 */
public interface RaftSession extends AutoCloseable {

    /**
     * Opens a session over several servers, of which any that is up and connected will do.
     *
     * @param servers ways to them, tried in turn; at least one
     * @return the session; or exceptionally {@link OverloadedException} when too many are open, or {@link
     *     OperationTimeoutException} when none could be opened in time
     */
    static CompletableFuture<RaftSession> open(List<? extends SessionCalls> servers, SessionOptions options) {
        return RetryingSession.open(servers, options);
    }

    /** Unique in the cluster's lifetime. */
    long id();

    /** Proposes a command, with the session's own timeout; see {@link #propose(ByteBuffer, Duration)}. */
    CompletableFuture<ProposalResult> propose(ByteBuffer command);

    /**
     * Proposes a command, to be applied exactly once.
     *
     * @param command the remaining bytes are copied
     * @param timeout how long to try
     * @return the reply and the index of the one time it was applied; or exceptionally {@link OverloadedException} when as many
     *     commands as the session may have are outstanding, {@link CommandTooLargeException}, {@link NodeStoppedException} once
     *     the session or its last server is closed, {@link SessionExpiredException}, {@link ReplyLostException}, {@link
     *     OperationTimeoutException}
     */
    CompletableFuture<ProposalResult> propose(ByteBuffer command, Duration timeout);

    /** How many commands are not answered. At most {@link RaftConfig#maxSessionOutstanding()}. */
    int outstanding();

    /**
     * Takes no further commands; those that are outstanding go on. Once they have ended the servers are told, in one attempt;
     * where that fails the session expires by itself. Returns at once.
     */
    @Override
    void close();
}
