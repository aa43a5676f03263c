package io.pecanraft.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Whether a proposal was appended.
 *
 * @param refusal why not; null when it was
 * @param index the index it was given; 0 when refused
 * @param term the term it was given; the current term when refused
 */
public record Admission(@Nullable Refusal refusal, long index, long term) {

    /** Why a proposal was not appended. */
    public enum Refusal {
        /** This server does not lead. */
        NOT_LEADER,
        /** This server hands leadership over. */
        TRANSFERRING,
        /** {@code maxUncommittedEntries} is reached. */
        TOO_MANY_ENTRIES,
        /** {@code maxUncommittedBytes} is reached. */
        TOO_MANY_BYTES
    }
}
