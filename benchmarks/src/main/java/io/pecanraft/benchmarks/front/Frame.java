package io.pecanraft.benchmarks.front;

/** The shape of requests and replies. */
final class Frame {

    static final byte DONE = 0;
    /** For instance because this server does not lead. */
    static final byte FAILED = 1;

    static final int REPLY_BYTES = Integer.BYTES + Byte.BYTES;
    static final int REQUEST_HEADER_BYTES = 2 * Integer.BYTES;

    /** A greater length is not one. */
    static final int MAX_LENGTH = 8 << 20;

    private Frame() {}
}
