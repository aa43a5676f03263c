package io.pecanraft.testkit;

/** A simulation found a broken rule, or did not get where it had to. The message says all there is to know. */
public final class SimulationFailure extends AssertionError {

    private static final long serialVersionUID = 1L;

    /** Begins the line of a message that names the rule; the trace is above it. */
    static final String BROKEN = "--- broken: ";

    private final String rule;

    SimulationFailure(String rule, String message, Throwable cause) {
        super(message, cause);
        this.rule = rule;
    }

    SimulationFailure(String rule, String message) {
        super(message);
        this.rule = rule;
    }

    /** The same failure with more to say, such as where it was drawn. */
    public SimulationFailure with(String more) {
        return new SimulationFailure(rule, getMessage() + "\n--- " + more, this);
    }

    /** The message without the trace before it. */
    public String summary() {
        String message = String.valueOf(getMessage());
        return message.substring(Math.max(0, message.indexOf(BROKEN)));
    }

    /** The short name of the rule that was broken. */
    public String rule() {
        return rule;
    }
}
