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

    /** The largest answer of one MGET, in bytes. A larger one is refused. Reads stay on one server, so this may be more. */
    public static final int MAX_READ_BYTES = 64 * 1024 * 1024;

    private Limits() {}
}
