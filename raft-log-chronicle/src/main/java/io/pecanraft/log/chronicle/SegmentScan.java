package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Incarnation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads a segment from its first record as far as it is valid: every record's own checksum, the chain to the one before, the
 * segment's incarnation. Chronicle never reports damage, it stops silently, starts afresh or renames the file; so it is not
 * asked, and never sees a file that it did not just create.
 */
final class SegmentScan {

    private static final int WINDOW_BYTES = 256 << 10;

    private SegmentScan() {}

    /** Is shown the valid records in order. */
    @FunctionalInterface
    interface Visitor {
        void visit(LogRecord record, int ordinal, long position) throws IOException;
    }

    /**
     * How far a segment is valid.
     *
     * @param records how many valid records, the header included
     * @param crc the crc32c of the last of them
     * @param endPosition where the last of them ends and the next document would be: not where the walk ended, which what is left of older records may have
     *     led over something that is to be looked for
     * @param flushed the greatest number of flushed records that any of them knows of
     * @param sealed whether the last of them is a seal
     * @param hardState how often the hard state had been stored, as the last of them knows
     * @param last the last entry of the log, as the last of them says that is no seal
     */
    record Result(int records, int crc, long endPosition, int flushed, boolean sealed, int hardState, EntryId last) {}

    /**
     * The header of a segment.
     *
     * @throws io.pecanraft.spi.StorageException when there is none: a segment that is not loose gets its name only after its header is flushed
     */
    static SegmentHeader readHeader(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            DocumentCursor cursor = new DocumentCursor(channel, 0, channel.size(), WINDOW_BYTES);
            LogRecord record = cursor.next() ? LogRecord.parse(cursor.document()) : null;
            if (record == null || record.type() != RecordType.SEGMENT_HEADER) {
                throw Damage.corrupt(file, cursor.position(), "there is no valid segment header");
            }
            return SegmentHeader.decode(file, record);
        }
    }

    /** The header of the segment in a directory, which is to be this one of this storage; damage if it is not. */
    static SegmentHeader readHeader(Path directory, long segmentId, Incarnation storage) throws IOException {
        Path file = directory.resolve(DirectoryLayout.SEGMENT_FILE);
        if (Files.notExists(file)) {
            throw Damage.corrupt(file, "it is missing");
        }
        SegmentHeader header = readHeader(file);
        if (header.segmentId() != segmentId || !header.storage().equals(storage)) {
            throw Damage.corrupt(
                    directory, "it holds segment " + header.segmentId() + " of storage " + header.storage());
        }
        return header;
    }

    /** The same, without a look at the records. */
    static Result scan(Segment segment, int limit) throws IOException {
        return scan(segment, limit, (record, ordinal, position) -> {});
    }

    /** Visits the valid records, at most {@code limit} of them. */
    static Result scan(Segment segment, int limit, Visitor visitor) throws IOException {
        SegmentHeader header = segment.header();
        FileChannel channel = segment.channel();
        DocumentCursor cursor = new DocumentCursor(channel, 0, channel.size(), WINDOW_BYTES);
        int records = 0;
        int crc = header.predecessor().crc();
        int flushed = 0;
        boolean sealed = false;
        int hardState = 0;
        EntryId last = header.start();
        long end = 0;
        while (records < limit && cursor.next()) {
            LogRecord record = LogRecord.parse(cursor.document());
            if (record == null || record.incarnation() != header.incarnation() || record.chain() != crc) {
                break;
            }
            visitor.visit(record, records, cursor.position());
            records++;
            end = cursor.nextPosition();
            crc = record.crc();
            flushed = Math.max(flushed, record.flushed());
            sealed = record.type() == RecordType.SEAL;
            hardState = record.hardState();
            if (!sealed) {
                last = record.id();
            }
        }
        if (records == 0 && limit > 0) {
            end = cursor.position();
        }
        return new Result(records, crc, end, flushed, sealed, hardState, last);
    }

    /**
     * Looks behind the valid part for records that are valid by themselves, at any place where a document could be, and returns
     * the greatest number of flushed records that any of them knows of. If that is more than are valid, something that was
     * promised is damaged, and the bad record is not just the end of a write that a crash cut off.
     */
    static int flushedBeyond(Segment segment, long fromPosition) throws IOException {
        int[] flushed = {0};
        beyond(segment, fromPosition, record -> flushed[0] = Math.max(flushed[0], record.flushed()));
        return flushed[0];
    }

    /** The last record behind the valid part that is valid by itself; null when there is none. */
    static @Nullable LogRecord lastBeyond(Segment segment, long fromPosition) throws IOException {
        AtomicReference<@Nullable LogRecord> last = new AtomicReference<>();
        beyond(segment, fromPosition, last::set);
        return last.get();
    }

    private static void beyond(Segment segment, long fromPosition, Consumer<LogRecord> visitor) throws IOException {
        FileChannel channel = segment.channel();
        long end = Math.min(channel.size(), segment.header().blockBytes());
        ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long incarnation = segment.header().incarnation();
        // Windows overlap by what a header may stick out of one.
        int step = WINDOW_BYTES - LogRecord.HEADER_BYTES + DocumentCursor.WORD_BYTES;
        for (long at = DocumentCursor.aligned(fromPosition); at < end; at += step) {
            window.clear().limit((int) Math.min(WINDOW_BYTES, end - at));
            while (window.hasRemaining() && channel.read(window, at + window.position()) >= 0) {
                // fills the window as far as the file goes
            }
            window.flip();
            for (int offset = 0;
                    offset + LogRecord.HEADER_BYTES <= window.limit();
                    offset += DocumentCursor.WORD_BYTES) {
                if (LogRecord.mayBegin(window, offset, incarnation)) {
                    LogRecord record = recordAt(channel, at + offset, window.getInt(offset + 4), end);
                    if (record != null) {
                        visitor.accept(record);
                    }
                }
            }
        }
    }

    private static @Nullable LogRecord recordAt(FileChannel channel, long position, int length, long end)
            throws IOException {
        if (length < LogRecord.HEADER_BYTES || position + length > end) {
            return null;
        }
        ByteBuffer document = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (document.hasRemaining()) {
            if (channel.read(document, position + document.position()) < 0) {
                return null;
            }
        }
        return LogRecord.parse(document.flip());
    }
}
