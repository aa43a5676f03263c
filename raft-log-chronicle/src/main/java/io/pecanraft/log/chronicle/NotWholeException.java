package io.pecanraft.log.chronicle;

import java.io.IOException;

/** What a snapshot's file holds is not what was written to it, or it is another file: reading it again does not help. */
final class NotWholeException extends IOException {

    private static final long serialVersionUID = 1L;

    NotWholeException(String message) {
        super(message);
    }

    NotWholeException(String message, Throwable cause) {
        super(message, cause);
    }
}
