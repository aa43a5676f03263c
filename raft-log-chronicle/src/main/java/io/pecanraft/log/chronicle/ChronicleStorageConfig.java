package io.pecanraft.log.chronicle;

import io.pecanraft.model.Durability;
import java.util.ArrayList;
import java.util.List;

/**
 * How a {@link ChronicleStorage} keeps its data.
 *
 * @param durability what "durable" means; {@link Durability#POWER_LOSS} unless asked otherwise
 * @param segmentBytes the length of one file of the log. A record may be about a quarter of it; whole files are what compaction
 *     removes. A power of two from 64 KiB to 1 GiB; 64 MiB by default. Each running log holds two, laid out in full
 * @param freeSpaceReserveBytes a full segment is not followed by another when less than this would be left on the disk; the
 *     log fails with reason DISK_FULL instead. Snapshots and a restart, which make room again, may use the reserve. 256 MiB by
 *     default
 */
public record ChronicleStorageConfig(Durability durability, long segmentBytes, long freeSpaceReserveBytes) {

    /** The greatest length of a segment. */
    public static final long MAX_SEGMENT_BYTES = 1L << 30;

    /** Checks all limits and names every violation at once. */
    public ChronicleStorageConfig {
        List<String> violations = new ArrayList<>();
        if (segmentBytes < SegmentWriter.MIN_BLOCK_BYTES
                || segmentBytes > MAX_SEGMENT_BYTES
                || Long.bitCount(segmentBytes) != 1) {
            violations.add("segmentBytes (" + segmentBytes + ") must be a power of two from "
                    + SegmentWriter.MIN_BLOCK_BYTES + " to " + MAX_SEGMENT_BYTES);
        }
        if (freeSpaceReserveBytes < 0) {
            violations.add("freeSpaceReserveBytes (" + freeSpaceReserveBytes + ") must not be negative");
        }
        if (!violations.isEmpty()) {
            throw new IllegalArgumentException(String.join("; ", violations));
        }
    }

    /** The defaults. */
    public static ChronicleStorageConfig defaults() {
        return builder().build();
    }

    /** A builder that begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Collects settings. */
    public static final class Builder {
        private Durability durability = Durability.POWER_LOSS;
        private long segmentBytes = 64L << 20;
        private long freeSpaceReserveBytes = 256L << 20;

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

        /** The space on the disk that the log leaves alone. */
        public Builder freeSpaceReserveBytes(long value) {
            freeSpaceReserveBytes = value;
            return this;
        }

        /**
         * The configuration.
         *
         * @throws IllegalArgumentException naming every violation
         */
        public ChronicleStorageConfig build() {
            return new ChronicleStorageConfig(durability, segmentBytes, freeSpaceReserveBytes);
        }
    }
}
