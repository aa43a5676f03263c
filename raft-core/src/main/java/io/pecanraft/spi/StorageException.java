package io.pecanraft.spi;

/**
 * Storage cannot be opened or can no longer be trusted. The message names the file, the numbers, and what to do.
 */
public class StorageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What is wrong with the storage. */
    public enum Reason {
        /** Another process, or another node of this process, has it open. */
        LOCKED,
        /** It belongs to another cluster, group or server. */
        FOREIGN,
        /** Acknowledged data is damaged. */
        CORRUPT,
        /** It was put back to an older state, and lacks what it has acknowledged since. */
        ROLLED_BACK,
        /** The directory cannot be created, read or written. */
        INACCESSIBLE,
        /** There is less free space than the configured reserve. */
        DISK_FULL,
        /** A write or a flush failed; this storage accepts nothing more in this process. */
        FAILED,
        /** The environment lacks what the storage needs, such as JVM flags. */
        ENVIRONMENT,
        /** Written by a version that this one cannot read. */
        UNKNOWN_FORMAT
    }

    private final Reason reason;

    /** A failure of one kind. */
    public StorageException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    /** A failure of one kind, with its cause. */
    public StorageException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    /** The kind of failure. */
    public Reason reason() {
        return reason;
    }
}
