package io.pecanraft;

import java.time.Duration;

/**
 * The deadline passed. Unknown when the operation had been appended or forwarded, not done when it was still waiting for its
 * turn, and always not done for a read.
 */
public final class OperationTimeoutException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final Duration limit;

    /** An error with the deadline that passed. */
    public OperationTimeoutException(String message, Outcome outcome, Duration limit) {
        super(message, outcome, false);
        this.limit = limit;
    }

    /** How long the operation was allowed to take. */
    public Duration limit() {
        return limit;
    }
}
