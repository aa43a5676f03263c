package io.pecanraft;

import java.time.Duration;
import java.util.Optional;

/**
 * How to propose one command.
 *
 * @param timeout how long to wait for the result before the outcome is called unknown; empty for {@link
 *     RaftConfig#proposalTimeout()}
 */
public record ProposalOptions(Optional<Duration> timeout) {

    private static final ProposalOptions DEFAULTS = new ProposalOptions(Optional.empty());

    /** Checks that a timeout is positive. */
    public ProposalOptions {
        if (timeout.isPresent() && (timeout.get().isNegative() || timeout.get().isZero())) {
            throw new IllegalArgumentException("timeout must be positive, got " + timeout.get());
        }
    }

    /** What the configuration says. */
    public static ProposalOptions defaults() {
        return DEFAULTS;
    }

    /** With a timeout of its own. */
    public static ProposalOptions withTimeout(Duration timeout) {
        return new ProposalOptions(Optional.of(timeout));
    }
}
