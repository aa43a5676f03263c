package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.SegmentHeader.Link;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.InvariantViolation;
import io.pecanraft.model.LogEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Takes records as they were written and rebuilds what they amount to, checking that each can follow the one before. */
final class Replay {

    private final long group;
    private final LogState state;
    private final List<LogEntry> membershipEntries = new ArrayList<>();
    private long highestTerm;

    Replay(long group, LogState state) {
        this.group = group;
        this.state = state;
    }

    LogState state() {
        return state;
    }

    /** The configurations in the log, ascending. */
    List<LogEntry> membershipEntries() {
        return membershipEntries;
    }

    /** The greatest term of any entry ever written, also of those that were truncated away. */
    long highestTerm() {
        return highestTerm;
    }

    /** Takes a record that stays where it is. */
    void apply(LogRecord record, Segment segment, int ordinal, long position) {
        try {
            note(record, segment.file(), position);
            switch (record.type()) {
                case ENTRY -> {
                    state.append(record.id(), segment, ordinal);
                    segment.onEntry(ordinal, position);
                }
                case TRUNCATE -> state.truncate(record.id());
                case RESET -> state.reset(record.id());
                case SEGMENT_HEADER -> state.beginSegment(record.id());
                case SEAL -> {}
            }
        } catch (InvariantViolation | IllegalArgumentException e) {
            throw Damage.corrupt(
                    segment.file(),
                    position,
                    state.last().index() + 1,
                    "record " + ordinal + " cannot be there: " + e.getMessage());
        }
    }

    /** Takes the records of a segment that the header of the next one vouches for. */
    void applyStated(Segment segment, Link stated) throws IOException {
        SegmentScan.Result result = SegmentScan.scan(
                segment, stated.records(), (record, ordinal, at) -> apply(record, segment, ordinal, at));
        if (result.records() < stated.records() || result.crc() != stated.crc()) {
            EntryId last = state.last();
            throw Damage.corrupt(
                    segment.file(),
                    result.endPosition(),
                    last.index() + 1,
                    "record " + result.records() + ", after index " + last.index() + " of term " + last.term()
                            + ", is not valid or not the right one, but " + stated.records() + " records were flushed");
        }
    }

    /** Notes what a record says besides its place in the log. */
    void note(LogRecord record, Path file, long position) {
        if (record.group() != group) {
            throw Damage.corrupt(
                    file, position, "a record of group " + record.group() + " in the log of group " + group);
        }
        switch (record.type()) {
            case ENTRY -> {
                record.requireKnownEntry(file);
                highestTerm = Math.max(highestTerm, record.term());
                if (record.isMembership()) {
                    membershipEntries.add(record.entry());
                }
            }
            case TRUNCATE -> membershipEntries.removeIf(entry -> entry.index() > record.index());
            case RESET -> membershipEntries.clear();
            case SEGMENT_HEADER, SEAL -> {}
        }
    }
}
