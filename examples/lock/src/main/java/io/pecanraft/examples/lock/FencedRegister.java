package io.pecanraft.examples.lock;

/**
 * Something that only the holder of a lock may change. A lock alone cannot see to that: a holder may stand still just before it
 * writes, for longer than its lease, and go on when another one holds the lock. So what is protected looks at the token that comes
 * with each write, and refuses what is older than what it has seen.
 */
public final class FencedRegister {

    private long greatestToken;
    private String text = "";

    // tag::quickstart
    /** Writes, unless a later holder has been here. Returns whether it has. */
    public synchronized boolean write(long token, String newText) {
        if (token < greatestToken) {
            return false;
        }
        greatestToken = token;
        text = newText;
        return true;
    }
    // end::quickstart

    /** What was written last. */
    public synchronized String read() {
        return text;
    }
}
