package io.pecanraft.log.chronicle;

import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.file.Path;

/** The sentences in which this storage reports trouble: which file, which numbers, what to do. */
final class Damage {

    private static final String WHAT_TO_DO = " Acknowledged data may be lost, so this node must not take part as it is:"
            + " keep the directory for examination, check the disk, and bring the node back with an empty directory, as a"
            + " new member.";

    private Damage() {}

    /** Something that was reported durable is not what it was. */
    static StorageException corrupt(Path file, String what) {
        return new DamagedFileException(file + " is damaged: " + what + "." + WHAT_TO_DO, file);
    }

    /** Damage at a place in a file. */
    static StorageException corrupt(Path file, long offset, String what) {
        return new DamagedFileException(at(file, offset, what), file, offset);
    }

    /**
     * Damage to the log.
     *
     * @param index the first entry that can no longer be read
     */
    static StorageException corrupt(Path file, long offset, long index, String what) {
        return new DamagedFileException(at(file, offset, what), file, offset, index);
    }

    private static String at(Path file, long offset, String what) {
        return file + " is damaged at offset " + offset + ": " + what + "." + WHAT_TO_DO;
    }

    /** The finding alone, for where something else is to be done about it. */
    static String finding(StorageException damage) {
        return String.valueOf(damage.getMessage()).replace(WHAT_TO_DO, "");
    }

    /** The operating system refused something before anything was promised. */
    static StorageException inaccessible(Path path, String what, IOException cause) {
        return new StorageException(
                Reason.INACCESSIBLE,
                "cannot " + what + " " + path + " (" + cause
                        + "); check that the directory exists on a local file system,"
                        + " that this user may read and write it, and that the disk is sound",
                cause);
    }

    /** Written by a version of this library that came later. */
    static StorageException unknownFormat(Path file, int version, int known) {
        return new StorageException(
                Reason.UNKNOWN_FORMAT,
                file + " has format version " + version + ", this version of the library reads up to " + known
                        + "; start it with the version that wrote it, or a later one");
    }

    /** An entry of a kind that came later. */
    static StorageException unknownEntry(Path file, long index, IllegalArgumentException cause) {
        return new StorageException(
                Reason.UNKNOWN_FORMAT,
                "entry " + index + " in " + file + " cannot be read: " + cause.getMessage()
                        + " Start it with the version that wrote it, or a later one",
                cause);
    }
}
