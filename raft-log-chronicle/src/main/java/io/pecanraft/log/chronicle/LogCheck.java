package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.SegmentChain.NewestSegment;
import io.pecanraft.log.chronicle.SegmentHeader.Link;
import io.pecanraft.log.chronicle.StorageFinding.Kind;
import io.pecanraft.log.chronicle.WatermarkFile.Watermark;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Judges a log as {@link LogRecovery} would, by the same code, but goes on behind the first damage and changes nothing. Of each segment it
 * reports the first damage: what lies behind a bad record in the same file cannot be told to be in its place.
 */
final class LogCheck {

    private final LogSource source;
    private final Consumer<StorageFinding> findings;
    private final NavigableMap<Long, SegmentHeader> found = new TreeMap<>();

    private boolean damaged;
    private boolean torn;
    private long records;

    LogCheck(LogSource source, Consumer<StorageFinding> findings) {
        this.source = source;
        this.findings = findings;
    }

    /**
     * What was found.
     *
     * @param base see {@link StorageReport}
     * @param last see there
     * @param end see there
     * @param hadUpTo see there
     * @param segments see there
     * @param records see there
     * @param chain the segments of the sound part, oldest first
     * @param recordsOfLast how many records of the last of them belong to it
     * @param highestTerm of any entry of the sound part
     * @param torn whether there is a torn tail
     * @param damaged whether acknowledged records are damaged
     * @param onlyVoter of a damaged log whether nobody can send what is lost
     */
    record Result(
            EntryId base,
            EntryId last,
            EntryId end,
            Optional<EntryId> hadUpTo,
            int segments,
            long records,
            List<SegmentHeader> chain,
            int recordsOfLast,
            long highestTerm,
            boolean torn,
            boolean damaged,
            boolean onlyVoter) {}

    Result run(Optional<FormationRecord> formation) throws IOException {
        StorageException lost = source.watermark().damage();
        if (lost != null) {
            damage(lost);
        }
        Watermark mark = source.watermark().read();
        readHeaders(mark);
        List<SegmentHeader> chain = chain(mark);
        Replay replay = replayOf(chain);
        int recordsOfLast = 0;
        for (int i = 0; i < chain.size(); i++) {
            SegmentHeader header = chain.get(i);
            if (damaged && !replay.state().last().equals(header.start())) {
                replay = new Replay(source.group().value(), new LogState(header.start()));
            }
            recordsOfLast = read(header, i + 1 < chain.size() ? chain.get(i + 1).predecessor() : null, mark, replay);
        }
        if (!damaged) {
            requireCovered(replay.state());
        }
        if (damaged) {
            return whatIsLeft(formation);
        }
        LogState state = replay.state();
        return new Result(
                state.base(),
                state.last(),
                source.snapshots().end(state, state.last()),
                Optional.of(state.last()),
                found.size(),
                records,
                chain,
                recordsOfLast,
                replay.highestTerm(),
                torn,
                false,
                false);
    }

    /** The log that these segments amount to; they stay open as long as it is read. */
    static Replay replay(LogSource source, List<Segment> chain, int recordsOfLast) throws IOException {
        Replay replay = new Replay(
                source.group().value(),
                new LogState(
                        chain.isEmpty() ? EntryId.ZERO : chain.get(0).header().start()));
        for (int i = 0; i < chain.size(); i++) {
            Segment segment = chain.get(i);
            int limit = i + 1 < chain.size()
                    ? chain.get(i + 1).header().predecessor().records()
                    : recordsOfLast;
            SegmentScan.scan(segment, limit, (record, ordinal, at) -> replay.apply(record, segment, ordinal, at));
        }
        return replay;
    }

    private Replay replayOf(List<SegmentHeader> chain) {
        EntryId start = chain.isEmpty() ? EntryId.ZERO : chain.get(0).start();
        return new Replay(source.group().value(), new LogState(start));
    }

    private void readHeaders(Watermark mark) throws IOException {
        SegmentHeaders headers = SegmentHeaders.read(source, mark);
        found.putAll(headers.readable());
        headers.unreadable().values().forEach(this::damage);
        for (long id : headers.voided()) {
            torn = true;
            findings.accept(
                    new StorageFinding(
                            Kind.TORN_TAIL,
                            source.layout().segmentFile(id),
                            OptionalLong.empty(),
                            OptionalLong.empty(),
                            "it lies behind the end of the log, of which a part had not been flushed, as PROCESS_CRASH allows"));
        }
    }

    private List<SegmentHeader> chain(Watermark mark) {
        try {
            if (found.isEmpty()) {
                if (!damaged) {
                    SegmentChain.requireNeverWritten(mark, source.layout());
                }
                return List.of();
            }
            if (!damaged) {
                return SegmentChain.of(found, mark, source.layout());
            }
        } catch (StorageException e) {
            damage(e);
        }
        // What is missing is reported already; the segments that are there are read all the same.
        return List.copyOf(found.values());
    }

    /**
     * Reads a segment.
     *
     * @param stated what the next one vouches for; null for the newest
     * @return how many of its records belong to the log, when nothing is damaged
     */
    private int read(SegmentHeader header, @Nullable Link stated, Watermark mark, Replay replay) throws IOException {
        Path file = source.layout().segmentFile(header.segmentId());
        try (Segment segment = Segment.open(header, file, file)) {
            if (stated != null
                    && stated.segmentId() == header.segmentId()
                    && stated.incarnation() == header.incarnation()) {
                replay.applyStated(segment, stated);
                records += stated.records();
                return stated.records();
            }
            NewestSegment newest = SegmentChain.judge(segment, mark);
            int valid = newest.tail().records();
            records += valid;
            SegmentScan.scan(segment, valid, (record, ordinal, at) -> replay.apply(record, segment, ordinal, at));
            if (stated == null && !newest.sealed()) {
                lookForATornTail(segment, newest.endPosition(), replay.state().last());
            }
            return valid;
        } catch (StorageException e) {
            damage(e);
            return 0;
        }
    }

    private void lookForATornTail(Segment segment, long endPosition, EntryId last) throws IOException {
        long at = DocumentCursor.aligned(endPosition);
        ByteBuffer word = ByteBuffer.allocate(DocumentCursor.WORD_BYTES);
        boolean begun = segment.channel().read(word, at) == DocumentCursor.WORD_BYTES && word.getInt(0) != 0;
        if (begun || SegmentScan.lastBeyond(segment, at) != null) {
            torn = true;
            findings.accept(new StorageFinding(
                    Kind.TORN_TAIL,
                    segment.file(),
                    OptionalLong.of(at),
                    OptionalLong.of(last.index() + 1),
                    "behind " + last
                            + " begins a write that was cut off; nothing of it was acknowledged, but for what PROCESS_CRASH may lose"
                            + " with the power"));
        }
    }

    private void requireCovered(LogState state) {
        try {
            source.snapshots().requireCovers(state);
        } catch (StorageException e) {
            damage(e);
        }
    }

    private Result whatIsLeft(Optional<FormationRecord> formation) throws IOException {
        LogSalvage.Finding sound = new LogSalvage(source).find();
        Replay replay = replayOf(sound);
        return new Result(
                sound.base(),
                sound.last(),
                source.snapshots().end(replay.state(), sound.last()),
                sound.lastPosition(),
                found.size(),
                records,
                sound.chain(),
                sound.records(),
                replay.highestTerm(),
                torn,
                true,
                sound.isOnlyVoter(source, formation));
    }

    private Replay replayOf(LogSalvage.Finding sound) throws IOException {
        List<Segment> chain = Segment.openAll(sound.chain(), source.layout());
        try {
            return replay(source, chain, sound.records());
        } finally {
            Segment.closeAll(chain);
        }
    }

    private void damage(StorageException e) {
        if (e.reason() != Reason.CORRUPT) {
            throw e;
        }
        damaged = true;
        findings.accept(StorageFinding.damage(e, source.layout().log()));
    }
}
