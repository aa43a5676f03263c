package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.SegmentHeader.Link;
import io.pecanraft.log.chronicle.WatermarkFile.Watermark;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds what is sound of a log that {@link LogRecovery} has refused: everything before the first damage; and how far the log had gone,
 * where that can still be told (rule K21). Changes nothing.
 *
 * <p>What lies behind the damage is not used. It may be sound, but a log has no gaps, and what is missing comes from the others
 * together with it.
 */
final class LogSalvage {

    private final DirectoryLayout layout;
    private final Incarnation storage;
    private final long group;
    private final SnapshotCoverage snapshots;
    private final Watermark mark;

    private final NavigableMap<Long, SegmentHeader> readable = new TreeMap<>();
    private long highestId;

    /** @param mark the watermark; of segment 0 when it is lost */
    LogSalvage(DirectoryLayout layout, Incarnation storage, long group, SnapshotCoverage snapshots, Watermark mark) {
        this.layout = layout;
        this.storage = storage;
        this.group = group;
        this.snapshots = snapshots;
        this.mark = mark;
    }

    /**
     * What is sound.
     *
     * @param chain the segments, oldest first; none when nothing can be used
     * @param records how many records of the last one
     * @param flushed how many of these are surely on the disk, and not in the page cache only
     * @param membershipEntries the configurations in the sound part
     * @param lastPosition the last entry of the log before the damage, if known
     * @param highestId no segment has a greater id
     * @param hardState how often the hard state had been stored, as far as the newest segment can tell
     */
    record Finding(
            List<SegmentHeader> chain,
            int records,
            int flushed,
            List<LogEntry> membershipEntries,
            Optional<EntryId> lastPosition,
            long highestId,
            int hardState) {}

    Finding find() throws IOException {
        readHeaders();
        End end = readable.isEmpty() ? End.UNREADABLE : end(readable.lastEntry().getValue());
        List<SegmentHeader> chain = new ArrayList<>(usableChain());
        Replay replay = new Replay(
                group,
                new LogState(chain.isEmpty() ? EntryId.ZERO : chain.get(0).start()));
        int records = 0;
        int flushed = 0;
        for (int i = 0; i < chain.size(); i++) {
            Link stated = i + 1 < chain.size() ? chain.get(i + 1).predecessor() : null;
            Sound sound = replay(replay, chain.get(i), stated);
            records = sound.records();
            flushed = sound.flushed();
            if (stated != null && !sound.isWhole()) {
                chain.subList(i + 1, chain.size()).clear();
            }
        }
        if (replay.state().base().index() > snapshots.validIndex()) {
            // A leader's snapshot had emptied the log in the midst of a segment, and is not there any more.
            chain.clear();
        }
        return new Finding(
                chain,
                records,
                flushed,
                List.copyOf(replay.membershipEntries()),
                end.lastPosition().map(this::orEndOfDamagedSnapshot),
                highestId,
                end.hardState());
    }

    /** A leader's snapshot may have been acknowledged before the log was reset to it. */
    private EntryId orEndOfDamagedSnapshot(EntryId last) {
        return snapshots.newestDamaged().compareTo(last) > 0 ? snapshots.newestDamaged() : last;
    }

    private void readHeaders() throws IOException {
        highestId = mark.segmentId();
        for (Path path : FileTree.list(layout.log())) {
            OptionalLong id = DirectoryLayout.segmentId(path.getFileName().toString());
            if (id.isEmpty()) {
                continue;
            }
            highestId = Math.max(highestId, id.getAsLong());
            Path file = path.resolve(DirectoryLayout.SEGMENT_FILE);
            if (Files.notExists(file)) {
                continue;
            }
            try {
                SegmentHeader header = SegmentScan.readHeader(file);
                if (header.segmentId() == id.getAsLong() && header.storage().equals(storage)) {
                    readable.put(header.segmentId(), header);
                }
            } catch (StorageException e) {
                requireDamage(e);
            }
        }
    }

    /** The longest chain of segments that begins where a snapshot ends, or at the very beginning; oldest first. */
    private List<SegmentHeader> usableChain() {
        for (SegmentHeader newest : readable.descendingMap().values()) {
            Deque<SegmentHeader> chain = new ArrayDeque<>(List.of(newest));
            SegmentHeader predecessor = readable.get(newest.predecessor().segmentId());
            while (predecessor != null
                    && predecessor.incarnation()
                            == chain.getFirst().predecessor().incarnation()) {
                chain.addFirst(predecessor);
                predecessor = readable.get(predecessor.predecessor().segmentId());
            }
            if (chain.getFirst().start().index() <= snapshots.validIndex()) {
                return List.copyOf(chain);
            }
        }
        return List.of();
    }

    /**
     * The sound part of a segment.
     *
     * @param records how many records
     * @param flushed how many of them are surely on the disk
     * @param isWhole whether that is what the next segment vouches for
     */
    private record Sound(int records, int flushed, boolean isWhole) {}

    private Sound replay(Replay replay, SegmentHeader header, @Nullable Link stated) throws IOException {
        Path file = file(header);
        int[] applied = {0};
        int limit = stated == null ? Integer.MAX_VALUE : stated.records();
        try (Segment segment = Segment.open(header, file, file)) {
            SegmentScan.Result result = SegmentScan.scan(segment, limit, (record, ordinal, at) -> {
                replay.apply(record, segment, ordinal, at);
                applied[0]++;
            });
            if (stated != null) {
                boolean other = result.records() == stated.records() && result.crc() != stated.crc();
                int records = other ? 0 : result.records();
                return new Sound(records, records, records == stated.records());
            }
            int known = Math.max(result.flushed(), isMarked(header) ? mark.records() : 0);
            int flushed = isOlder(header) ? result.records() : Math.min(known, result.records());
            return new Sound(result.records(), flushed, true);
        } catch (StorageException e) {
            requireDamage(e);
            return new Sound(applied[0], stated != null || isOlder(header) ? applied[0] : 0, false);
        }
    }

    /** Whether there was a later segment: before that got its name all of this one was flushed. */
    private boolean isOlder(SegmentHeader header) {
        return header.segmentId() < highestId;
    }

    /**
     * How the log ended.
     *
     * @param lastPosition its last entry, if known
     * @param hardState see {@link Finding}
     */
    private record End(Optional<EntryId> lastPosition, int hardState) {
        static final End UNREADABLE = new End(Optional.empty(), 0);
    }

    /** Known when the newest segment is there with all that was flushed of it, or ends with a seal. */
    private End end(SegmentHeader newest) throws IOException {
        Path file = file(newest);
        EntryId[] last = {newest.start()};
        try (Segment segment = Segment.open(newest, file, file)) {
            SegmentScan.Result valid = SegmentScan.scan(segment, Integer.MAX_VALUE, (record, ordinal, position) -> {
                if (record.type() != RecordType.SEAL) {
                    last[0] = record.id();
                }
            });
            boolean isTheLastOne = newest.segmentId() == highestId
                    && mark.segmentId() > 0
                    && (mark.segmentId() < newest.segmentId() || isMarked(newest));
            if (!isTheLastOne) {
                return new End(Optional.empty(), valid.hardState());
            }
            int flushed = Math.max(valid.flushed(), isMarked(newest) ? mark.records() : 0);
            if (valid.sealed()
                    || (valid.records() >= flushed
                            && valid.records() >= SegmentScan.flushedBeyond(segment, valid.endPosition()))) {
                return new End(Optional.of(last[0]), valid.hardState());
            }
            LogRecord beyond = SegmentScan.lastBeyond(segment, valid.endPosition());
            return beyond != null && beyond.type() == RecordType.SEAL
                    ? new End(Optional.of(beyond.id()), beyond.hardState())
                    : new End(Optional.empty(), valid.hardState());
        }
    }

    private boolean isMarked(SegmentHeader header) {
        return mark.segmentId() == header.segmentId() && mark.segmentIncarnation() == header.incarnation();
    }

    private Path file(SegmentHeader header) {
        return layout.segment(header.segmentId()).resolve(DirectoryLayout.SEGMENT_FILE);
    }

    private static void requireDamage(StorageException e) {
        if (e.reason() != Reason.CORRUPT) {
            throw e;
        }
    }
}
