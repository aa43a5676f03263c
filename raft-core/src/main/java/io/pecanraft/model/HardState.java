package io.pecanraft.model;

import org.jspecify.annotations.Nullable;

/**
 * What a server must not forget besides its log (Figure 2, persistent state).
 *
 * @param currentTerm the latest term this server has seen, from 0
 * @param votedFor whom it voted for in that term; null when it has not voted
 */
public record HardState(long currentTerm, @Nullable MemberId votedFor) {

    /** The state of a server that has never run. */
    public static final HardState INITIAL = new HardState(0, null);

    /** Checks the range. */
    public HardState {
        if (currentTerm < 0) {
            throw new IllegalArgumentException("term must not be negative, got " + currentTerm);
        }
    }
}
