package io.pecanraft.examples.kv.resp;

/** What arrived is not RESP, or not what a client may send. The connection cannot be used further. */
final class ProtocolException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ProtocolException(String message) {
        super(message, null, false, false);
    }
}
