package io.pecanraft.examples.kv.store;

/**
 * Limits that decide about results. They are part of what the commands in the log mean: a server with another value
 * would compute another state, so they are constants and change only together with the version of the command encoding.
 */
public final class Limits {

    /** The longest key, in bytes. Longer ones are refused before they reach the log. */
    public static final int MAX_KEY_BYTES = 64 * 1024;

    /** The longest value, in bytes. APPEND that would exceed it changes nothing and says so. */
    public static final int MAX_VALUE_BYTES = 1024 * 1024;

    /**
     * When the results of one command would exceed this many bytes, the rest of its operations is not executed, and the
     * server that proposed the command proposes them again. The first operation is always executed. So no reply
     * outgrows a message between servers.
     */
    public static final int MAX_RESULT_BYTES = 1024 * 1024;

    /** The largest answer of one MGET or KEYS, in bytes. A larger one is refused. Reads stay on one server, so this may be more. */
    public static final int MAX_READ_BYTES = 64 * 1024 * 1024;

    /** The most operations of a transaction. More are refused before they reach the log. */
    public static final int MAX_TRANSACTION_OPERATIONS = 1_024;

    /** The most bytes of a transaction's operations. More are refused before they reach the log. */
    public static final int MAX_TRANSACTION_BYTES = 1024 * 1024;

    /** A transaction whose results could take more bytes is refused as a whole. With MAX_RESULT_BYTES it fits into a message. */
    public static final int MAX_TRANSACTION_RESULT_BYTES = 4 * 1024 * 1024;

    /** The longest time to live, in milliseconds: some 146 million years, so that no sum with a time of the log overflows. */
    public static final long MAX_TTL_MILLIS = Long.MAX_VALUE / 2;

    /** The most keys that one step of SCAN looks at, whatever COUNT says; keys of one hash code, which belong together, more. */
    public static final int MAX_SCAN_COUNT = 10_000;

    /** The longest pattern of KEYS and SCAN, in bytes. */
    public static final int MAX_PATTERN_BYTES = 1024;

    /** The most servers that can say where they are. */
    static final int MAX_SERVERS = 64;

    /** The longest name or address of a server, in bytes. */
    static final int MAX_ADDRESS_BYTES = 512;

    /** How many keys whose time is over each command removes. They are gone for everybody before that. */
    static final int SWEEP = 16;

    /** How many a command removes that was made for the purpose: a few milliseconds' work. */
    static final int TICK_SWEEP = 10_000;

    private Limits() {}
}
