package io.pecanraft.transport.netty;

/** The transport cannot do what it was asked to. The message names the address or setting, and what to do. */
public final class TransportException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    TransportException(String message) {
        super(message);
    }

    TransportException(String message, Throwable cause) {
        super(message, cause);
    }
}
