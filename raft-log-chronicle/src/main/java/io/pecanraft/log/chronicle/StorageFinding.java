package io.pecanraft.log.chronicle;

import io.pecanraft.spi.StorageException;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One thing that an inspection has found.
 *
 * @param kind what it means
 * @param file the file or directory
 * @param offset where in the file, in bytes; of damage to the log where its first bad record begins
 * @param index of damage to the log the first entry that can no longer be read there
 * @param what a sentence with numbers
 */
public record StorageFinding(Kind kind, Path file, OptionalLong offset, OptionalLong index, String what) {

    /** What a finding means. */
    public enum Kind {
        /** Worth knowing; nothing is amiss. */
        NOTE,
        /**
         * The end of a write that a crash cut off; the next start cuts it. Nothing in it was ever acknowledged, but for what PROCESS_CRASH loses with
         * the power.
         */
        TORN_TAIL,
        /** Something that was acknowledged is not what it was. */
        DAMAGE
    }

    static StorageFinding note(Path file, OptionalLong offset, String what) {
        return new StorageFinding(Kind.NOTE, file, offset, OptionalLong.empty(), what);
    }

    static StorageFinding note(Path file, String what) {
        return note(file, OptionalLong.empty(), what);
    }

    static StorageFinding damage(Path file, String what) {
        return new StorageFinding(Kind.DAMAGE, file, OptionalLong.empty(), OptionalLong.empty(), what);
    }

    /**
     * Damage that was thrown.
     *
     * @param otherwise the file, where the exception does not name one
     */
    static StorageFinding damage(StorageException damage, Path otherwise) {
        if (damage instanceof DamagedFileException known) {
            @Nullable Path file = known.file();
            return new StorageFinding(
                    Kind.DAMAGE,
                    file == null ? otherwise : file,
                    known.offset(),
                    known.index(),
                    Damage.finding(damage));
        }
        return damage(otherwise, Damage.finding(damage));
    }
}
