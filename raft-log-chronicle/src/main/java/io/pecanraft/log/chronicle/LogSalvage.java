package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.SegmentHeader.Link;
import io.pecanraft.log.chronicle.WatermarkFile.Watermark;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
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

    private final LogSource source;
    /** Of segment 0 when it is lost. */
    private final Watermark mark;

    private final NavigableMap<Long, SegmentHeader> readable = new TreeMap<>();
    private long highestId;

    LogSalvage(LogSource source) {
        this.source = source;
        this.mark = source.watermark().read();
    }

    /**
     * What is sound.
     *
     * @param chain the segments, oldest first; none when nothing can be used
     * @param records how many records of the last one
     * @param flushed how many of these are surely on the disk, and not in the page cache only
     * @param membershipEntries the configurations in the sound part
     * @param base the entry before the sound part
     * @param last the last entry to be kept of the sound part
     * @param lastPosition the last entry of the log before the damage, if known
     * @param highestId no segment has a greater id
     * @param hardState how often the hard state had been stored, as far as the newest segment and the watermark can tell
     */
    record Finding(
            List<SegmentHeader> chain,
            int records,
            int flushed,
            List<LogEntry> membershipEntries,
            EntryId base,
            EntryId last,
            Optional<EntryId> lastPosition,
            long highestId,
            int hardState) {

        /**
         * Whether nobody else can lead and send what is lost: so says the newest configuration that is still known and can be read. Where none is,
         * others have invited this server. To be wrong here costs no data: this server waits in vain, or refuses to start.
         */
        boolean isOnlyVoter(LogSource source, Optional<FormationRecord> formation) {
            return membershipEntries.stream()
                    .flatMap(entry -> readable(entry).stream())
                    .reduce((earlier, later) -> later)
                    .or(() -> source.snapshots().membership())
                    .or(() -> formation.map(FormationRecord::membership))
                    .filter(membership -> isAlone(membership, source.storage()))
                    .isPresent();
        }

        /** Empty when its checksum is right and its content is not, or is a later version's. */
        private static Optional<Membership> readable(LogEntry entry) {
            try {
                return Optional.of(MembershipCodec.decode(entry.payload()));
            } catch (IllegalArgumentException e) {
                return Optional.empty();
            }
        }

        /** Learners do not count: without this server they never have a leader. */
        private static boolean isAlone(Membership membership, Incarnation storage) {
            boolean isOnlyVoter = !membership.isJoint()
                    && membership.voters().size() == 1
                    && membership.voters().get(0).id().incarnation().equals(storage);
            return isOnlyVoter || membership.members().size() == 1;
        }
    }

    Finding find() throws IOException {
        readHeaders();
        End end = readable.isEmpty() ? End.UNREADABLE : end(readable.lastEntry().getValue());
        List<SegmentHeader> chain = new ArrayList<>(usableChain());
        Replay replay = new Replay(
                source.group().value(),
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
        if (replay.state().base().index() > source.snapshots().valid().index()) {
            // A leader's snapshot had emptied the log in the midst of a segment, and is not there any more.
            chain.clear();
        }
        Optional<EntryId> lastPosition = end.lastPosition().map(this::orEndOfDamagedSnapshot);
        EntryId last = chain.isEmpty() ? EntryId.ZERO : withoutWhatHadBeenReplaced(replay.state(), lastPosition);
        return new Finding(
                chain,
                records,
                flushed,
                List.copyOf(replay.membershipEntries()),
                chain.isEmpty() ? EntryId.ZERO : replay.state().base(),
                last,
                lastPosition,
                highestId,
                LostPromises.laterOf(end.hardState(), mark.hardState()));
    }

    /**
     * The end of what is left, without what cannot have been there in the end: entries behind the last one, or of a later term, which had
     * been replaced by a record that is lost. They would do no harm but for votes: a log that seems to end later than it did refuses
     * candidates who have all that it had, and if they need its vote there is no leader to refill it.
     */
    private static EntryId withoutWhatHadBeenReplaced(LogState state, Optional<EntryId> lastPosition) {
        if (lastPosition.isEmpty()) {
            return state.last();
        }
        EntryId end = lastPosition.get();
        long kept = Math.min(state.last().index(), end.index());
        while (kept > state.base().index() && state.termAt(kept) > end.term()) {
            kept--;
        }
        return state.idAt(Math.max(kept, state.base().index()));
    }

    /** A leader's snapshot may have been acknowledged before the log was reset to it. */
    private EntryId orEndOfDamagedSnapshot(EntryId last) {
        EntryId damaged = source.snapshots().newestDamaged();
        return damaged.compareTo(last) > 0 ? damaged : last;
    }

    private void readHeaders() throws IOException {
        SegmentHeaders headers = SegmentHeaders.read(source, mark);
        highestId = Math.max(mark.segmentId(), headers.highestId());
        readable.putAll(headers.readable());
    }

    /** The longest chain of segments that begins where a snapshot ends, or at the very beginning; oldest first. */
    private List<SegmentHeader> usableChain() {
        for (SegmentHeader newest : readable.descendingMap().values()) {
            List<SegmentHeader> chain = newest.chain(readable);
            if (chain.get(0).start().index() <= source.snapshots().valid().index()) {
                return chain;
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
                int flushed = wasFlushed(header) ? records : Math.min(mark.recordsOf(header), records);
                return new Sound(records, flushed, records == stated.records());
            }
            int known = Math.max(result.flushed(), mark.recordsOf(header));
            int flushed = wasFlushed(header) ? result.records() : Math.min(known, result.records());
            return new Sound(result.records(), flushed, true);
        } catch (StorageException e) {
            requireDamage(e);
            return new Sound(applied[0], wasFlushed(header) ? applied[0] : 0, false);
        }
    }

    /** Whether there was a later segment: before that got its name all of this one was flushed, unless it is loose. */
    private boolean wasFlushed(SegmentHeader header) {
        return header.segmentId() < highestId && !LooseEnd.mayBeUnflushed(header, mark);
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
        try (Segment segment = Segment.open(newest, file, file)) {
            SegmentScan.Result valid = SegmentScan.scan(segment, Integer.MAX_VALUE);
            boolean isTheLastOne = newest.segmentId() == highestId
                    && mark.segmentId() > 0
                    && (mark.segmentId() < newest.segmentId() || mark.segmentIncarnation() == newest.incarnation());
            if (!isTheLastOne) {
                return new End(Optional.empty(), valid.hardState());
            }
            int flushed = Math.max(valid.flushed(), mark.recordsOf(newest));
            if (valid.sealed()
                    || (valid.records() >= flushed
                            && valid.records() >= SegmentScan.flushedBeyond(segment, valid.endPosition()))) {
                return new End(Optional.of(valid.last()), valid.hardState());
            }
            LogRecord beyond = SegmentScan.lastBeyond(segment, valid.endPosition());
            return beyond != null && beyond.type() == RecordType.SEAL
                    ? new End(Optional.of(beyond.id()), beyond.hardState())
                    : new End(Optional.empty(), valid.hardState());
        }
    }

    private Path file(SegmentHeader header) {
        return source.layout().segmentFile(header.segmentId());
    }

    private static void requireDamage(StorageException e) {
        if (e.reason() != Reason.CORRUPT) {
            throw e;
        }
    }
}
