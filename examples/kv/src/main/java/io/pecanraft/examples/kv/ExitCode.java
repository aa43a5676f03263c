package io.pecanraft.examples.kv;

/** What the program's exit code says. Together with 128 + n for death by signal n, as everywhere. */
final class ExitCode {

    static final int OK = 0;

    /** Something failed while the program ran: a port in use, a cluster that did not form. */
    static final int FAILURE = 1;

    /** {@code log}: something that was acknowledged is damaged. */
    static final int DAMAGED = 1;

    /** The command line is wrong. Nothing was started or changed. */
    static final int USAGE = 2;

    /** {@code log}: the directory cannot be read: a server uses it, there is none, another version wrote it. */
    static final int UNREADABLE = 2;

    /** The data directory cannot be used: locked, of another cluster, damaged, not writable, full. */
    static final int STORAGE = 3;

    /** A node that ran stopped itself, or all nodes of a local cluster are gone. */
    static final int NODE_FAILED = 4;

    /** No node answered; with --strict, not all of them, or there is no leader. */
    static final int UNREACHABLE = 5;

    /** The doctor found something that somebody should look at. */
    static final int UNWELL = 6;

    /** What was asked for may have been done, or be done later. */
    static final int UNKNOWN = 7;

    private ExitCode() {}
}
