package io.pecanraft.runtime;

import io.pecanraft.OverloadedException;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.ReplyLostException;
import io.pecanraft.SequenceOutOfWindowException;
import io.pecanraft.SessionExpiredException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What became of a SESSION entry when it was applied, for whoever proposed it here or on another server. A refusal is as much a
 * result of the log as a reply is: what it means for the caller only the caller knows, who knows whether it was a resend.
 *
 * @param status what became of it
 * @param number the index of the one application; for a refusal the limit or the first sequence that it names
 * @param payload the reply
 */
record SessionReply(Status status, long number, ByteBuffer payload) {

    /** The codes are on the wire and never change their meaning. */
    enum Status {
        /** Done, now or before. */
        DONE(0),
        /** There is no such session. */
        EXPIRED(1),
        /** The sequence is below the first outstanding one, or too far above it. */
        OUT_OF_WINDOW(2),
        /** Done before, but the reply is not kept. */
        REPLY_LOST(3),
        /** There are as many sessions as there may be. */
        TOO_MANY_SESSIONS(4);

        private final byte code;

        Status(int code) {
            this.code = (byte) code;
        }

        private static Status of(byte code) {
            for (Status status : values()) {
                if (status.code == code) {
                    return status;
                }
            }
            throw new IllegalArgumentException("session result of unknown status " + code);
        }
    }

    private static final ByteBuffer NO_PAYLOAD = ByteBuffer.allocate(0).asReadOnlyBuffer();

    static SessionReply refusal(Status status, long number) {
        return new SessionReply(status, number, NO_PAYLOAD);
    }

    static SessionReply done(long index, @Nullable ByteBuffer payload) {
        return new SessionReply(Status.DONE, index, payload == null ? NO_PAYLOAD : payload);
    }

    ByteBuffer encode() {
        return ByteBuffer.allocate(1 + Long.BYTES + payload.remaining())
                .put(status.code)
                .putLong(number)
                .put(payload.duplicate())
                .flip();
    }

    /**
     * The result with these bytes.
     *
     * @throws IllegalArgumentException when this version knows no such result
     */
    static SessionReply decode(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate();
        try {
            return new SessionReply(Status.of(in.get()), in.getLong(), in.slice());
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("session result ends too early", e);
        }
    }

    /** Why the caller gets no reply; null when it gets one. */
    @Nullable
    RaftException failure(long sessionId, long sequence, boolean resend) {
        return switch (status) {
            case DONE -> null;
            case EXPIRED ->
                new SessionExpiredException(sessionId, sequence, resend ? Outcome.UNKNOWN : Outcome.NOT_DONE);
            case OUT_OF_WINDOW -> new SequenceOutOfWindowException(sessionId, sequence, number);
            case REPLY_LOST -> new ReplyLostException(sessionId, sequence, number);
            case TOO_MANY_SESSIONS -> new OverloadedException("maxSessions", number);
        };
    }
}
