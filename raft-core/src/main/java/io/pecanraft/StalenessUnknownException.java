package io.pecanraft;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * This server cannot tell whether its state is as fresh as a read with bounded staleness demands, and there is no leader to ask.
 * The read was not answered; it may be tried again, here or elsewhere.
 */
public final class StalenessUnknownException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final Duration bound;
    private final transient @Nullable Duration age;

    /** An error with the bound, and the age that can be vouched for, if any. */
    public StalenessUnknownException(String message, Duration bound, Optional<Duration> age) {
        super(message, Outcome.NOT_DONE, false);
        this.bound = bound;
        this.age = age.orElse(null);
    }

    /** The greatest age that the read allowed. */
    public Duration bound() {
        return bound;
    }

    /** How old the state may be at the most, as far as this server knows; empty when it never knew. */
    public Optional<Duration> age() {
        return Optional.ofNullable(age);
    }
}
