package io.pecanraft.model;

/** The library found its own state impossible. The node that meets it stops. */
public final class InvariantViolation extends IllegalStateException {

    private static final long serialVersionUID = 1L;

    /** A violation with what should have held. */
    public InvariantViolation(String what) {
        super("invariant violated: " + what);
    }
}
