package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.LogAppender.Successor;
import io.pecanraft.log.chronicle.SegmentHeader.Link;
import io.pecanraft.log.chronicle.WatermarkFile.Watermark;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what the log holds after a start, and makes it durable before anybody builds on it.
 *
 * <p>Three rules:
 *
 * <ul>
 *   <li>A bad record below the watermark is damage to what was promised: refused. Above it, it is the end of a write that the
 *       crash cut off: cut.
 *   <li>What is read here is in the page cache and perhaps nowhere else: the process before may have died between a write and
 *       its flush. So nothing is appended to an old segment. A successor is built aside; its header vouches only for what lies
 *       below the watermark, the rest is copied into it; with its name flushed it takes over, and until then the old segments
 *       rule as they are. Two power cuts in a row find the same log.
 *   <li>Chronicle opens only what this process made.
 * </ul>
 */
final class LogRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);

    /** Below this a cut at the end of an old segment is not worth it. */
    private static final long TRIM_BYTES = 64 << 10;

    private final DirectoryLayout layout;
    private final Incarnation storage;
    private final GroupId group;
    private final HardStateRecovery hardState;
    private final Barrier barrier;
    private final WatermarkFile watermark;
    private final SegmentPreparer preparer;
    private final long blockBytes;
    private final SnapshotCoverage snapshots;

    private final NavigableMap<Long, SegmentHeader> found = new TreeMap<>();

    LogRecovery(
            DirectoryLayout layout,
            Incarnation storage,
            GroupId group,
            HardStateRecovery hardState,
            Barrier barrier,
            WatermarkFile watermark,
            SegmentPreparer preparer,
            long blockBytes,
            SnapshotCoverage snapshots) {
        this.layout = layout;
        this.storage = storage;
        this.group = group;
        this.hardState = hardState;
        this.barrier = barrier;
        this.watermark = watermark;
        this.preparer = preparer;
        this.blockBytes = blockBytes;
        this.snapshots = snapshots;
    }

    /**
     * What was found, ready to be appended to.
     *
     * @param appender on a new segment
     * @param membershipEntries the configurations in the log
     * @param highestTerm of any entry ever written
     */
    record Outcome(LogAppender appender, List<LogEntry> membershipEntries, long highestTerm) {}

    /** Recovers. The caller holds the lock; no other thread touches the directory. */
    Outcome run() throws IOException {
        discardIncomplete();
        readHeaders();
        Watermark flushed = watermark.read();
        if (found.isEmpty()) {
            if (flushed.segmentId() != 0) {
                throw Damage.corrupt(layout.log(), "all segments are missing, up to number " + flushed.segmentId());
            }
            return startEmpty(flushed);
        }
        List<Segment> chain = openChain(flushed);
        try {
            return recover(chain, flushed);
        } catch (IOException | RuntimeException | Error e) {
            closeAll(chain);
            throw e;
        }
    }

    private Outcome startEmpty(Watermark flushed) throws IOException {
        LogState state = new LogState(EntryId.ZERO);
        snapshots.requireCovers(state);
        hardState.makeDurable(flushed.hardState());
        LogAppender appender =
                appender(state, new ArrayDeque<>(), new Successor(1, Link.NONE, EntryId.ZERO, blockBytes));
        appender.completeFirst();
        return new Outcome(appender, List.of(), 0);
    }

    private Outcome recover(List<Segment> chain, Watermark flushed) throws IOException {
        Segment oldest = chain.get(0);
        Segment newest = chain.get(chain.size() - 1);
        Replay replay = new Replay(group.value(), new LogState(oldest.header().start()));
        for (int i = 0; i + 1 < chain.size(); i++) {
            replayStated(replay, chain.get(i), chain.get(i + 1).header().predecessor());
        }
        NewestSegment tail = judge(newest, flushed);
        // Before the first record that says how often it was stored, now that it is known how often it must have been.
        hardState.makeDurable(LostPromises.laterOf(tail.hardState(), flushed.hardState()));

        // A segment of which nothing but the header is surely flushed is replaced as a whole, not continued; so is
        // one that holds nothing at all.
        boolean replaced = tail.flushedRecords() <= 1 || tail.empty();
        EntryId start = newest.header().start();
        Link link = newest.header().predecessor();
        if (!replaced) {
            SegmentScan.Result kept = SegmentScan.scan(
                    newest, tail.flushedRecords(), (record, ordinal, at) -> replay.apply(record, newest, ordinal, at));
            start = replay.state().last();
            link = new Link(newest.id(), newest.header().incarnation(), kept.records(), kept.crc());
        }
        Deque<Segment> kept = new ArrayDeque<>(replaced ? chain.subList(0, chain.size() - 1) : chain);
        long successorBytes = Math.max(blockBytes, newest.header().blockBytes());
        LogAppender appender =
                appender(replay.state(), kept, new Successor(newest.id() + 1, link, start, successorBytes));
        try {
            replay.state().beginSegment(start);
            copyUnflushed(newest, tail, replay, appender);
            snapshots.requireCovers(replay.state());
            appender.completeFirst();
        } catch (IOException | RuntimeException | Error e) {
            appender.close();
            throw e;
        }
        if (replaced) {
            newest.close();
        }
        tidyUp(appender, newest, replaced, tail);
        return new Outcome(appender, List.copyOf(replay.membershipEntries()), replay.highestTerm());
    }

    /**
     * Where the newest segment ends.
     *
     * @param records valid records
     * @param endPosition where they end
     * @param flushedRecords how many of them are surely on the disk
     * @param empty whether they say nothing about the log
     * @param hardState how often the hard state had been stored, as they know
     */
    private record NewestSegment(int records, long endPosition, int flushedRecords, boolean empty, int hardState) {}

    private NewestSegment judge(Segment newest, Watermark mark) throws IOException {
        EntryId[] last = {newest.header().start()};
        SegmentScan.Result valid = SegmentScan.scan(newest, Integer.MAX_VALUE, (record, ordinal, position) -> {
            if (record.type() != RecordType.SEAL) {
                last[0] = record.id();
            }
        });
        int flushed = Math.max(valid.flushed(), mark.segmentId() == newest.id() ? mark.records() : 0);
        if (!valid.sealed()) {
            flushed = Math.max(flushed, SegmentScan.flushedBeyond(newest, valid.endPosition()));
        }
        if (valid.records() < flushed) {
            throw Damage.corrupt(
                    newest.file(),
                    valid.endPosition(),
                    "record " + valid.records() + ", after index " + last[0].index() + " of term " + last[0].term()
                            + ", is not valid, but " + flushed + " records were flushed");
        }
        boolean empty = valid.records() <= 1 || (valid.records() == 2 && valid.sealed());
        return new NewestSegment(valid.records(), valid.endPosition(), flushed, empty, valid.hardState());
    }

    /** Replays what the next segment's header vouches for. */
    private static void replayStated(Replay replay, Segment segment, Link stated) throws IOException {
        SegmentScan.Result result = SegmentScan.scan(
                segment, stated.records(), (record, ordinal, at) -> replay.apply(record, segment, ordinal, at));
        if (result.records() < stated.records() || result.crc() != stated.crc()) {
            EntryId last = replay.state().last();
            throw Damage.corrupt(
                    segment.file(),
                    result.endPosition(),
                    "record " + result.records() + ", after index " + last.index() + " of term " + last.term()
                            + ", is not valid or not the right one, but " + stated.records() + " records were flushed");
        }
    }

    /** Copies what may be in the page cache only. */
    private static void copyUnflushed(Segment newest, NewestSegment tail, Replay replay, LogAppender appender)
            throws IOException {
        SegmentScan.scan(newest, tail.records(), (record, ordinal, position) -> {
            if (ordinal >= Math.max(1, tail.flushedRecords())) {
                replay.note(record, newest.file(), position);
                switch (record.type()) {
                    case ENTRY -> appender.append(record.entry());
                    case TRUNCATE -> appender.truncateTo(record.id());
                    case RESET -> appender.reset(record.id());
                    case SEGMENT_HEADER, SEAL -> {}
                }
            }
        });
    }

    private void discardIncomplete() throws IOException {
        for (Path path : FileTree.list(layout.log())) {
            String name = path.getFileName().toString();
            if (name.endsWith(DirectoryLayout.INCOMPLETE) || name.startsWith(DirectoryLayout.TRASH)) {
                FileTree.delete(path);
            }
        }
    }

    private void readHeaders() throws IOException {
        for (Path path : FileTree.list(layout.log())) {
            OptionalLong id = DirectoryLayout.segmentId(path.getFileName().toString());
            if (id.isEmpty()) {
                continue;
            }
            SegmentHeader header = SegmentScan.readHeader(path.resolve(DirectoryLayout.SEGMENT_FILE));
            if (header.segmentId() != id.getAsLong() || !header.storage().equals(storage)) {
                throw Damage.corrupt(
                        path, "it holds segment " + header.segmentId() + " of storage " + header.storage());
            }
            found.put(header.segmentId(), header);
        }
    }

    /** The newest segment and all that it rests on, oldest first. */
    private List<Segment> openChain(Watermark mark) throws IOException {
        SegmentHeader newest = found.lastEntry().getValue();
        boolean otherThanFlushed =
                mark.segmentId() == newest.segmentId() && mark.segmentIncarnation() != newest.incarnation();
        if (mark.segmentId() > newest.segmentId() || otherThanFlushed) {
            throw Damage.corrupt(
                    layout.segment(mark.segmentId()), "the segment that was written last is missing or another one");
        }
        Deque<SegmentHeader> headers = new ArrayDeque<>(List.of(newest));
        SegmentHeader predecessor = found.get(newest.predecessor().segmentId());
        while (predecessor != null) {
            Link link = headers.getFirst().predecessor();
            if (predecessor.incarnation() != link.incarnation()) {
                throw Damage.corrupt(
                        layout.segment(predecessor.segmentId()), "it is not the segment that its successor follows");
            }
            headers.addFirst(predecessor);
            predecessor = found.get(predecessor.predecessor().segmentId());
        }
        requireOthersReplaced(headers);
        List<Segment> chain = new ArrayList<>();
        try {
            for (SegmentHeader header : headers) {
                Path file = layout.segment(header.segmentId()).resolve(DirectoryLayout.SEGMENT_FILE);
                chain.add(Segment.open(header, file, file));
            }
        } catch (IOException | RuntimeException e) {
            closeAll(chain);
            throw e;
        }
        return chain;
    }

    /**
     * A segment that nothing rests on was either replaced by a successor with the same predecessor, or is older than the oldest
     * that is needed: what a crash left of a removal.
     */
    private void requireOthersReplaced(Deque<SegmentHeader> chain) {
        for (SegmentHeader other : found.values()) {
            boolean old = other.segmentId() < chain.getFirst().segmentId();
            boolean used = chain.stream().anyMatch(header -> header.segmentId() == other.segmentId());
            boolean replaced = chain.stream()
                    .anyMatch(header -> header.segmentId() > other.segmentId()
                            && header.predecessor().equals(other.predecessor()));
            if (!old && !used && !replaced) {
                throw Damage.corrupt(layout.segment(other.segmentId()), "no later segment continues it");
            }
        }
    }

    private LogAppender appender(LogState state, Deque<Segment> older, Successor first) throws IOException {
        return new LogAppender(
                layout,
                storage,
                group.value(),
                hardState::generation,
                barrier,
                watermark,
                preparer,
                blockBytes,
                state,
                older,
                first);
    }

    private void tidyUp(LogAppender appender, Segment newest, boolean replaced, NewestSegment tail) throws IOException {
        for (Map.Entry<Long, SegmentHeader> entry : found.entrySet()) {
            if (!appender.uses(entry.getKey())) {
                Path trash = layout.trash(entry.getKey());
                FileTree.moveDurably(layout.segment(entry.getKey()), trash, barrier);
                FileTree.delete(trash);
            }
        }
        if (!replaced) {
            trim(newest.file(), tail.endPosition());
        }
        LOG.atInfo()
                .addKeyValue("directory", layout.directory())
                .addKeyValue("base", appender.state().base())
                .addKeyValue("last", appender.state().last())
                .addKeyValue("copiedRecords", tail.records() - Math.max(1, tail.flushedRecords()))
                .log("recovered the log");
    }

    /** Gives back what was laid out and never used. Nobody has the file mapped: only the process that made it ever had. */
    private static void trim(Path file, long endPosition) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (channel.size() > endPosition + TRIM_BYTES) {
                channel.truncate(endPosition + TRIM_BYTES);
            }
        }
    }

    private static void closeAll(List<? extends Closeable> open) throws IOException {
        for (Closeable closeable : open) {
            closeable.close();
        }
    }
}
