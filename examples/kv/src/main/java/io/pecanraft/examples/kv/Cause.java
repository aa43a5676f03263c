package io.pecanraft.examples.kv;

/** What kept a program from something, for whoever has started it. */
final class Cause {

    private Cause() {}

    /** The message, where that is a sentence; of a host that is not known, say, it is the name of the host alone. */
    static String of(Exception e) {
        String message = e.getMessage();
        if (message != null && message.indexOf(' ') > 0) {
            return message;
        }
        return e.getClass().getSimpleName() + (message == null ? "" : " " + message);
    }
}
