package io.pecanraft.runtime;

import io.pecanraft.statemachine.SessionInfo;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one entry does to sessions, decided before its batch is applied: whether the state machine is to see it, and what the
 * kept replies are to forget before its own is kept.
 *
 * @param command the command that the state machine is to see; null when there is none, or not again
 * @param answer what the proposer gets; null when that is known only after the batch: the reply of {@code command}, or the kept
 *     one of {@code original}
 * @param original the index at which this command was applied before; 0 for none
 * @param forgotten indexes whose replies nobody will ask for again
 * @param totalReplyBytes the limit for all sessions from here on; -1 when unchanged
 */
record SessionStep(
        @Nullable Fresh command,
        @Nullable SessionReply answer,
        long original,
        List<Long> forgotten,
        long totalReplyBytes) {

    /**
     * A command that is to be applied.
     *
     * @param info its identity, for the state machine
     * @param payload what its client proposed
     * @param maxReplyBytes how much the session may keep
     */
    record Fresh(SessionInfo info, ByteBuffer payload, long maxReplyBytes) {}

    static SessionStep apply(Fresh command, List<Long> forgotten) {
        return new SessionStep(command, null, 0, forgotten, -1);
    }

    static SessionStep repeat(long original, List<Long> forgotten) {
        return new SessionStep(null, null, original, forgotten, -1);
    }

    static SessionStep answer(SessionReply answer, List<Long> forgotten) {
        return new SessionStep(null, answer, 0, forgotten, -1);
    }

    static SessionStep forget(List<Long> forgotten) {
        return new SessionStep(null, null, 0, forgotten, -1);
    }

    static SessionStep opened(SessionReply answer, List<Long> forgotten, long totalReplyBytes) {
        return new SessionStep(null, answer, 0, forgotten, totalReplyBytes);
    }
}
