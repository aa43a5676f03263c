package io.pecanraft.model;

/**
 * The library's assertion about its own state: always on, because a consensus node that lost its mind must stop. Never
 * used for input from peers or users, which is validated where it enters.
 */
public final class Invariant {

    private Invariant() {}

    /** Throws {@link InvariantViolation} unless the condition holds. */
    public static void that(boolean condition, String what) {
        if (!condition) {
            throw new InvariantViolation(what);
        }
    }

    /** Throws {@link InvariantViolation} with two numbers in its message unless the condition holds. */
    public static void that(boolean condition, String what, long actual, long bound) {
        if (!condition) {
            throw new InvariantViolation(what + ": " + actual + " against " + bound);
        }
    }
}
