package io.pecanraft.testkit.sim;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a simulation has been found guilty of. Only the first finding counts, since what follows it is often its consequence.
 * Checks run deep inside calls of the code under test, which catches what is thrown there; so they report here, and whoever
 * runs the events looks after each.
 */
public final class Verdict {

    private @Nullable Finding first;

    /**
     * A broken rule.
     *
     * @param rule the rule's short name, such as {@code election-safety}
     * @param what what happened, with numbers
     * @param cause an exception, if that is what happened
     */
    public record Finding(String rule, String what, Optional<Throwable> cause) {}

    /** Reports a broken rule. */
    public void fail(String rule, String what) {
        fail(rule, what, null);
    }

    /** Reports a broken rule with the exception that shows it. */
    public void fail(String rule, String what, @Nullable Throwable cause) {
        if (first == null) {
            first = new Finding(rule, what, Optional.ofNullable(cause));
        }
    }

    /** The first finding; empty while all is well. */
    public Optional<Finding> finding() {
        return Optional.ofNullable(first);
    }

    /** Whether something was found. Cheaper than {@link #finding}, for use after every event. */
    public boolean failed() {
        return first != null;
    }
}
