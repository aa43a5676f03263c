package io.pecanraft.examples.kv.resp;

/** The version of RESP in which a connection wants its replies. A connection starts with 2 and changes by HELLO. */
public enum Protocol {
    /** What every client speaks. */
    RESP2(2),
    /** With maps and a null of its own. */
    RESP3(3);

    private final int version;

    Protocol(int version) {
        this.version = version;
    }

    /** The number in HELLO. */
    public int version() {
        return version;
    }
}
