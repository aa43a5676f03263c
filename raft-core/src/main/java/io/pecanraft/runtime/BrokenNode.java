package io.pecanraft.runtime;

/** Carries a failure of one of the node's parts to the top of the turn, which stops the node. */
final class BrokenNode extends RuntimeException {

    private static final long serialVersionUID = 1L;

    BrokenNode(Throwable cause) {
        super(cause);
    }

    /** What has failed. */
    static Throwable unwrap(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return thrown instanceof BrokenNode && cause != null ? cause : thrown;
    }
}
