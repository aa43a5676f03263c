package io.pecanraft.benchmarks.front;

/** The shape of requests and replies. */
final class Frame {

    static final byte DONE = 0;
    /** For instance because this server does not lead. */
    static final byte FAILED = 1;

    /** What was read follows, after its length. */
    static final byte VALUE = 2;

    // Instead of an operation, what a server is asked beside the load.
    static final byte SNAPSHOT = 64;
    static final byte INSPECT = 65;
    static final byte COLLECT = 66;

    /** Without a value. */
    static final int REPLY_BYTES = Integer.BYTES + Byte.BYTES;

    static final int REQUEST_HEADER_BYTES = 2 * Integer.BYTES + Byte.BYTES + Short.BYTES;

    /** A greater length is not one. */
    static final int MAX_LENGTH = 8 << 20;

    private Frame() {}
}
