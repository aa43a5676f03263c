package io.pecanraft.log.chronicle;

import io.pecanraft.model.Durability;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * How a {@link ChronicleStorage} keeps its data.
 *
 * @param durability what "durable" means; {@link Durability#POWER_LOSS} unless asked otherwise
 * @param segmentBytes the length of one file of the log. A record may be about a quarter of it; whole files are what compaction
 *     removes. A power of two from 64 KiB to 1 GiB; 64 MiB by default. Each running log holds two, laid out in full
 * @param spareSegments how many files that compaction has removed are kept at most, to be written again, which saves writing each byte twice
 *     where {@link Durability#POWER_LOSS} is promised, and unused otherwise; 2 by default, 0 for none. When there is
 *     no room for the next segment above the reserve, or for a snapshot, they are deleted
 * @param freeSpaceReserveBytes when less than this would be left on the disk after the next segment, the log says that space is
 *     low and the node takes no new commands, until there is room again. What is under way already, snapshots and a restart may
 *     use the reserve. When that is used up as well, writes wait. 256 MiB by default
 * @param spaceCheckInterval how often a log that lacks room looks for it; 1 s by default
 * @param scrubBytesPerSecond how fast old segments and the newest snapshot are read again in the background, to find what has rotted while
 *     others still have copies; 0 for never. 1 MiB/s by default: a GiB in 17 minutes, and a hundredth of what a slow disk reads. Logs
 *     that share a {@link LogWriterThread} are read one after the other
 * @param scrubPause how long the background reading pauses before each round; 1 h by default
 * @param allowedFileSystems types of file systems, as the operating system names them, that are used although nothing can be promised
 *     on them; none by default, and then those on a network and those in memory are refused where {@link Durability#POWER_LOSS} is
 *     promised
 */
public record ChronicleStorageConfig(
        Durability durability,
        long segmentBytes,
        int spareSegments,
        long freeSpaceReserveBytes,
        Duration spaceCheckInterval,
        long scrubBytesPerSecond,
        Duration scrubPause,
        Set<String> allowedFileSystems) {

    /** The greatest length of a segment. */
    public static final long MAX_SEGMENT_BYTES = 1L << 30;

    /** Checks all limits and names every violation at once. */
    public ChronicleStorageConfig {
        allowedFileSystems = Set.copyOf(allowedFileSystems);
        List<String> violations = new ArrayList<>();
        if (segmentBytes < SegmentQueue.MIN_BLOCK_BYTES
                || segmentBytes > MAX_SEGMENT_BYTES
                || Long.bitCount(segmentBytes) != 1) {
            violations.add("segmentBytes (" + segmentBytes + ") must be a power of two from "
                    + SegmentQueue.MIN_BLOCK_BYTES + " to " + MAX_SEGMENT_BYTES);
        }
        if (spareSegments < 0) {
            violations.add("spareSegments (" + spareSegments + ") must not be negative");
        }
        if (freeSpaceReserveBytes < 0) {
            violations.add("freeSpaceReserveBytes (" + freeSpaceReserveBytes + ") must not be negative");
        }
        if (spaceCheckInterval.isNegative() || spaceCheckInterval.isZero()) {
            violations.add("spaceCheckInterval (" + spaceCheckInterval.toMillis() + " ms) must be positive");
        }
        if (scrubBytesPerSecond < 0) {
            violations.add("scrubBytesPerSecond (" + scrubBytesPerSecond + ") must not be negative");
        }
        if (scrubPause.isNegative() || scrubPause.isZero()) {
            violations.add("scrubPause (" + scrubPause.toMillis() + " ms) must be positive");
        }
        if (!violations.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", violations));
        }
    }

    /** For tools that change a directory where it lies: whoever is to promise something there will be asked for its place. */
    ChronicleStorageConfig wherever(Path directory) throws IOException {
        Path existing = directory;
        while (!Files.exists(existing)) {
            existing = FileTree.parent(existing);
        }
        Set<String> allowed = new HashSet<>(allowedFileSystems);
        allowed.add(Files.getFileStore(existing).type());
        return toBuilder().allowedFileSystems(allowed).build();
    }

    /** The defaults. */
    public static ChronicleStorageConfig defaults() {
        return builder().build();
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that begins with these settings. */
    public Builder toBuilder() {
        return builder()
                .durability(durability)
                .segmentBytes(segmentBytes)
                .spareSegments(spareSegments)
                .freeSpaceReserveBytes(freeSpaceReserveBytes)
                .spaceCheckInterval(spaceCheckInterval)
                .scrubBytesPerSecond(scrubBytesPerSecond)
                .scrubPause(scrubPause)
                .allowedFileSystems(allowedFileSystems);
    }

    /** Collects settings. */
    public static final class Builder {
        private Durability durability = Durability.POWER_LOSS;
        private long segmentBytes = 64L << 20;
        private int spareSegments = 2;
        private long freeSpaceReserveBytes = 256L << 20;
        private Duration spaceCheckInterval = Duration.ofSeconds(1);
        private long scrubBytesPerSecond = 1 << 20;
        private Duration scrubPause = Duration.ofHours(1);
        private Set<String> allowedFileSystems = Set.of();

        private Builder() {}

        /** What "durable" means. */
        public Builder durability(Durability value) {
            durability = value;
            return this;
        }

        /** The length of one file of the log. */
        public Builder segmentBytes(long value) {
            segmentBytes = value;
            return this;
        }

        /** How many removed files are kept to be written again. */
        public Builder spareSegments(int value) {
            spareSegments = value;
            return this;
        }

        /** The space on the disk that the log leaves alone. */
        public Builder freeSpaceReserveBytes(long value) {
            freeSpaceReserveBytes = value;
            return this;
        }

        /** How often a log that lacks room looks for it. */
        public Builder spaceCheckInterval(Duration value) {
            spaceCheckInterval = value;
            return this;
        }

        /** How fast old files are read again in the background; 0 for never. */
        public Builder scrubBytesPerSecond(long value) {
            scrubBytesPerSecond = value;
            return this;
        }

        /** How long the background reading pauses before each round. */
        public Builder scrubPause(Duration value) {
            scrubPause = value;
            return this;
        }

        /** File systems that are used although nothing can be promised on them. */
        public Builder allowedFileSystems(Set<String> value) {
            allowedFileSystems = value;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException naming every violation
         */
        public ChronicleStorageConfig build() {
            return new ChronicleStorageConfig(
                    durability,
                    segmentBytes,
                    spareSegments,
                    freeSpaceReserveBytes,
                    spaceCheckInterval,
                    scrubBytesPerSecond,
                    scrubPause,
                    allowedFileSystems);
        }
    }
}
