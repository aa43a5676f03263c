package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.LogView.Extent;
import io.pecanraft.log.chronicle.SegmentHeader.Link;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Reads again what nobody reads any more, the segments that are no longer written and the newest snapshot, so that a sector that rots is
 * found while the others still have copies, and not when they have rotted, too (latent sector errors; Schroeder et al., FAST 2010).
 *
 * <p>It only tells. The node goes on: what is damaged here is applied already, reads of the log are checked again when they happen, and if
 * nodes stopped themselves for old damage, one bad batch of disks would stop a majority. A restart repairs it. Reads through the page cache,
 * so what is in memory hides what is on the disk until it is evicted. Each file is told of once.
 */
final class Scrubber {

    private static final int BUFFER_BYTES = 64 << 10;

    private static final String WHAT_TO_DO =
            " It is not in use at the moment, and this server goes on. Check the disk, and restart this"
                    + " server while the others run: it then takes from them what is damaged.";

    private static final String UNREADABLE =
            " It is not in use at the moment, and this server goes on. A restart would refuse, since nobody can know what"
                    + " is there. If it is so again, replace the disk, and have this server re-admitted with an empty"
                    + " directory; started to join, if it had founded its cluster alone.";

    private final Supplier<LogView> log;
    private final SnapshotStore snapshots;
    private final Pace pace;
    private final Consumer<StorageException> damage;
    private final Set<Path> told = new HashSet<>();

    Scrubber(Supplier<LogView> log, SnapshotStore snapshots, Pace pace, Consumer<StorageException> damage) {
        this.log = log;
        this.snapshots = snapshots;
        this.pace = pace;
        this.damage = damage;
    }

    /** How fast it may read. */
    @FunctionalInterface
    interface Pace {
        /**
         * Called for every so many bytes that were read; waits as long as it takes.
         *
         * @throws InterruptedException when it is to end
         */
        void spend(long bytes) throws InterruptedException;
    }

    /** Reads everything once. */
    void round() throws InterruptedException {
        List<Segment> segments = segments();
        for (int i = 0; i + 1 < segments.size(); i++) {
            Segment segment = segments.get(i);
            Link stated = segments.get(i + 1).header().predecessor();
            boolean isStated = stated.segmentId() == segment.id()
                    && stated.incarnation() == segment.header().incarnation();
            if (isStated && segment.acquire()) {
                scrub(segment, stated);
            }
        }
        scrubSnapshot();
    }

    /** Those that hold entries; the last one is being written, or may be. */
    private List<Segment> segments() {
        List<Segment> segments = new ArrayList<>();
        for (Extent extent : log.get().extents()) {
            if (segments.isEmpty() || segments.get(segments.size() - 1) != extent.segment()) {
                segments.add(extent.segment());
            }
        }
        return segments;
    }

    private void scrub(Segment segment, Link stated) throws InterruptedException {
        try {
            SegmentPass pass = new SegmentPass();
            SegmentScan.Result result = SegmentScan.scan(segment, stated.records(), pass);
            if (result.records() < stated.records() || result.crc() != stated.crc()) {
                long index = result.last().index() + 1;
                tell(
                        segment.file(),
                        Damage.corrupt(
                                segment.file(),
                                result.endPosition(),
                                index,
                                "record " + result.records() + ", of entry " + index + ", is not what was written"),
                        WHAT_TO_DO);
            }
        } catch (Ended e) {
            throw e.interruption();
        } catch (IOException e) {
            tell(segment.file(), cannotBeRead(segment.file(), e), UNREADABLE);
        } finally {
            release(segment);
        }
    }

    private static void release(Segment segment) {
        try {
            segment.release();
        } catch (IOException e) {
            throw new IllegalStateException("closing a file that was only read", e);
        }
    }

    private void scrubSnapshot() throws InterruptedException {
        Optional<SnapshotMeta> newest = snapshots.latest();
        if (newest.isEmpty()) {
            return;
        }
        SnapshotMeta meta = newest.get();
        Path name = Path.of("snapshot at " + meta.lastIncluded());
        SnapshotStore.Reader reader;
        try {
            reader = snapshots.open(meta);
        } catch (IOException e) {
            return; // Replaced by a newer one, or for want of a file descriptor: there is another round.
        }
        try (reader;
                InputStream in = reader.stream()) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                pace.spend(read);
            }
        } catch (NotWholeException e) {
            tell(name, Damage.corrupt(name, String.valueOf(e.getMessage())), WHAT_TO_DO);
        } catch (IOException e) {
            tell(name, cannotBeRead(name, e), UNREADABLE);
        }
    }

    private static StorageException cannotBeRead(Path file, IOException why) {
        return Damage.corrupt(file, "it cannot be read (" + why + ")");
    }

    private void tell(Path file, StorageException found, String whatToDo) {
        if (told.add(file)) {
            damage.accept(new StorageException(found.reason(), Damage.finding(found) + whatToDo));
        }
    }

    /** Keeps the pace while a segment is read. */
    private final class SegmentPass implements SegmentScan.Visitor {
        private long paidThrough;

        @Override
        public void visit(LogRecord record, int ordinal, long position) {
            if (position - paidThrough >= BUFFER_BYTES) {
                try {
                    pace.spend(position - paidThrough);
                } catch (InterruptedException e) {
                    throw new Ended(e);
                }
                paidThrough = position;
            }
        }
    }

    /** Carries the end of the thread through a scan. */
    private static final class Ended extends RuntimeException {
        private final transient InterruptedException interruption;

        Ended(InterruptedException interruption) {
            super(interruption);
            this.interruption = interruption;
        }

        InterruptedException interruption() {
            return interruption;
        }
    }
}
