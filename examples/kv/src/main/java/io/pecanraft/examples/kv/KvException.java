package io.pecanraft.examples.kv;

/** The program cannot go on. The message is for the person at the terminal: what is wrong, and what to do. */
final class KvException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    KvException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    KvException(int exitCode, String message, Throwable cause) {
        super(message, cause);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
