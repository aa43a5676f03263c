package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.WatermarkFile.Watermark;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.Incarnation;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * Whether a directory has forgotten its term and vote: no slot is valid, the file is missing, it is older than the log knows, or the
 * whole of it is older than a leader {@linkplain Condemnation knows}. What it had promised cannot be fetched from anybody, so such a storage can never be the member again that it was.
 *
 * <p>Nor may it be mended with what the others know. B votes for C in term 9 and the grant is delayed; B's hard state is lost; B is
 * brought up to date in term 8, votes for A in term 9; the first grant arrives: two leaders in term 9. Only a new incarnation,
 * whose grants and acknowledgements nobody counts before a committed configuration names it, is safe.
 */
final class LostPromises {

    private final Path data;
    private final Incarnation storage;

    LostPromises(Path data, Incarnation storage) {
        this.data = data;
        this.storage = storage;
    }

    /**
     * What is wrong with term and vote, or nothing. Everything else that may be wrong is left to the recovery, which refuses it.
     *
     * @throws StorageException UNKNOWN_FORMAT when a later version wrote them: that is no damage
     */
    Optional<StorageException> find() throws IOException {
        Optional<StorageException> condemned = Condemnation.of(data);
        if (condemned.isPresent()) {
            return condemned;
        }
        Path path = DirectoryLayout.hardState(data);
        if (Files.notExists(path)) {
            return Optional.of(Damage.corrupt(path, "it is missing"));
        }
        int generation;
        try (HardStateFile file = HardStateFile.openToRead(path, storage)) {
            file.read();
            generation = file.generation();
        } catch (StorageException e) {
            if (e.reason() != Reason.CORRUPT) {
                throw e;
            }
            return Optional.of(e);
        }
        int known = storedAtLeast(generation);
        return generation - known < 0
                ? Optional.of(HardStateRecovery.putBack(path, generation, known))
                : Optional.empty();
    }

    /**
     * Refuses to take a directory for one that has lost its term and vote only, when more than that is amiss, or when nobody would
     * be there to re-admit it. The first looks like a file system that is mounted in part, or a copy that broke off, and the right
     * data may still be found. A storage that is condemned has neither way out.
     */
    void requireNothingElse(Path directory, StorageException lost) throws IOException {
        if (lost.reason() == Reason.ROLLED_BACK) {
            return;
        }
        Optional<FormationRecord> formation;
        try {
            requirePresent(DirectoryLayout.log(data));
            requirePresent(DirectoryLayout.snapshots(data));
            watermark();
            formation = new FormationFile(DirectoryLayout.formation(data), storage, Barrier.READ_ONLY).read();
        } catch (StorageException more) {
            lost.addSuppressed(more);
            throw lost;
        }
        if (formation.isPresent() && formation.get().membership().members().size() == 1) {
            throw new StorageException(
                    Reason.CORRUPT,
                    Damage.finding(lost)
                            + " This server has founded its cluster alone. If it is still its only member, nobody can"
                            + " re-admit it, and its log is the only copy: restore " + DirectoryLayout.hardState(data)
                            + " from a backup that is certainly the newest state. If the cluster has other members by now, move "
                            + directory + " away and start this server so that it joins them");
        }
    }

    private static void requirePresent(Path part) {
        if (!Files.isDirectory(part)) {
            throw Damage.corrupt(part, "it is missing");
        }
    }

    private Watermark watermark() throws IOException {
        Path path = DirectoryLayout.watermark(data);
        try (WatermarkFile file = WatermarkFile.readOrLost(path, storage)) {
            StorageException damage = file.damage();
            if (damage != null) {
                throw damage;
            }
            return file.read();
        }
    }

    /** How often the hard state had been stored, as the log knows; at least what is given when the log cannot be read. */
    private int storedAtLeast(int generation) throws IOException {
        return laterOf(
                orElse(generation, () -> watermark().hardState()),
                orElse(generation, () -> inNewestSegment(generation)));
    }

    private interface Count {
        int read() throws IOException;
    }

    private static int orElse(int otherwise, Count count) throws IOException {
        try {
            return laterOf(otherwise, count.read());
        } catch (StorageException e) {
            // Damage to the log, or a format of a later version: found again when it is recovered.
            return otherwise;
        }
    }

    private int inNewestSegment(int otherwise) throws IOException {
        requirePresent(DirectoryLayout.log(data));
        Map.Entry<Long, Path> last =
                DirectoryLayout.segments(DirectoryLayout.log(data)).lastEntry();
        if (last == null) {
            return otherwise;
        }
        Path newest = last.getValue().resolve(DirectoryLayout.SEGMENT_FILE);
        if (Files.notExists(newest)) {
            return otherwise;
        }
        SegmentHeader header = SegmentScan.readHeader(newest);
        if (!header.storage().equals(storage)) {
            return otherwise;
        }
        try (Segment segment = Segment.open(header, newest, newest)) {
            return SegmentScan.scan(segment, Integer.MAX_VALUE).hardState();
        }
    }

    /** The later of two counts, of which only the low bits are known. */
    static int laterOf(int one, int other) {
        return one - other > 0 ? one : other;
    }
}
