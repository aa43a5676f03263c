package io.pecanraft;

import java.util.List;

/** A change of membership does not fit the configuration in force. Certainly not done; trying the same again is no use. */
public final class InvalidMembershipChangeException extends RaftException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> violations;

    /** An error naming every condition that is violated. */
    public InvalidMembershipChangeException(List<String> violations) {
        super("this change of membership is not possible: " + String.join("; ", violations), Outcome.NOT_DONE);
        this.violations = List.copyOf(violations);
    }

    /** Every condition that is violated, each as a sentence. */
    public List<String> violations() {
        return violations;
    }
}
