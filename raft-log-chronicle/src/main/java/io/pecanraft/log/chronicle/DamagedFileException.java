package io.pecanraft.log.chronicle;

import io.pecanraft.spi.StorageException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Damage with its place, for those who report it otherwise than as a sentence. */
final class DamagedFileException extends StorageException {

    private static final long serialVersionUID = 1L;
    private static final long UNKNOWN = -1;

    private final transient @Nullable Path file; // not serialized
    private final long offset;
    private final long index;

    DamagedFileException(String message, Path file) {
        this(message, file, UNKNOWN, UNKNOWN);
    }

    DamagedFileException(String message, Path file, long offset) {
        this(message, file, offset, UNKNOWN);
    }

    /**
     * Damage to the log.
     *
     * @param offset where the first bad record begins
     * @param index the first entry that can no longer be read
     */
    DamagedFileException(String message, Path file, long offset, long index) {
        super(Reason.CORRUPT, message);
        this.file = file;
        this.offset = offset;
        this.index = index;
    }

    /** The damaged file or directory. */
    @Nullable
    Path file() {
        return file;
    }

    OptionalLong offset() {
        return offset == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(offset);
    }

    OptionalLong index() {
        return index == UNKNOWN ? OptionalLong.empty() : OptionalLong.of(index);
    }
}
