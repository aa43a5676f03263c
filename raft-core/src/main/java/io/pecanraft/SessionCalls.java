package io.pecanraft;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * What a session is made of: single attempts, each at one server. {@link RaftNode#sessions()} is one of its own node; whoever
 * brings sessions to clients in other processes implements it over his own connections and gives it to {@link
 * RaftSession#open}.
 *
 * <p>Nothing blocks. An attempt that fails with a {@link RaftException} says whether it may have taken effect; anything else
 * that it fails with, and silence, count as unknown.
 */
public interface SessionCalls {

    /**
     * Opens a session. Not exactly once: an attempt whose outcome is unknown may leave a session behind, which expires.
     *
     * @return the session; or exceptionally {@link OverloadedException} when {@link RaftConfig#maxSessions()} are open, or as
     *     {@link RaftNode#propose(ByteBuffer, ProposalOptions)}
     */
    CompletableFuture<SessionGrant> open(Duration timeout);

    /**
     * Proposes a command of a session.
     *
     * @param command the remaining bytes are copied; the same in every attempt
     * @return the reply and the index of the one time that the command was applied, be it by this attempt or an earlier one;
     *     or exceptionally {@link SessionExpiredException}, {@link ReplyLostException}, {@link SequenceOutOfWindowException},
     *     or as {@link RaftNode#propose(ByteBuffer, ProposalOptions)}
     */
    CompletableFuture<ProposalResult> propose(SessionSequence identity, ByteBuffer command, Duration timeout);

    /**
     * Keeps a session alive that proposes nothing.
     *
     * @return normally when it lives; or exceptionally {@link SessionExpiredException}, or as {@link
     *     RaftNode#propose(ByteBuffer, ProposalOptions)}
     */
    CompletableFuture<Void> keepAlive(long sessionId, long firstOutstanding, Duration timeout);

    /** Ends a session, so that the servers forget it now and not when it expires. */
    CompletableFuture<Void> close(long sessionId, Duration timeout);
}
