package io.pecanraft.transport.netty;

/** A peer sent bytes that are no frame, or a frame that is no message. The connection they came on is closed. */
final class MalformedFrameException extends Exception {

    private static final long serialVersionUID = 1L;

    // No stack trace: whoever sends garbage decides how often this is made, and it says nothing about our own code.
    MalformedFrameException(String message) {
        super(message, null, false, false);
    }

    MalformedFrameException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause, false, false);
    }
}
