package io.pecanraft.model;

/**
 * One Raft group of a cluster. Several groups may live in one process and share a transport.
 *
 * @param value any number; 0 for the only group of a process
 */
public record GroupId(long value) {

    /** The group of a process that has only one. */
    public static final GroupId DEFAULT = new GroupId(0);

    @Override
    public String toString() {
        return Long.toString(value);
    }
}
