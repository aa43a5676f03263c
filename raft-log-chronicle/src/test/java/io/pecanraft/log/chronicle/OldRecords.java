package io.pecanraft.log.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;

/** What is left in a file that was used again. */
final class OldRecords {

    private OldRecords() {}

    /** Whether the newest segment of a directory has a valid record of an earlier one behind its end. */
    static boolean areBehindTheNewestSegment(Path directory) throws IOException {
        Path log = new DirectoryLayout(directory).log();
        NavigableMap<Long, Path> segments = Files.isDirectory(log) ? DirectoryLayout.segments(log) : null;
        if (segments == null || segments.isEmpty()) {
            return false;
        }
        Path file = segments.lastEntry().getValue().resolve(DirectoryLayout.SEGMENT_FILE);
        SegmentHeader header = SegmentScan.readHeader(file);
        try (Segment segment = Segment.open(header, file, file)) {
            long end = SegmentScan.scan(segment, Integer.MAX_VALUE).endPosition();
            ByteBuffer content = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
            for (int at = (int) end; at + LogRecord.HEADER_BYTES <= content.limit(); at += DocumentCursor.WORD_BYTES) {
                int length = content.getInt(at + Integer.BYTES);
                if (length >= LogRecord.HEADER_BYTES && length <= content.limit() - at) {
                    LogRecord record = LogRecord.parse(content.slice(at, length).order(ByteOrder.LITTLE_ENDIAN));
                    if (record != null && record.incarnation() != header.incarnation()) {
                        return true;
                    }
                }
            }
            return false;
        }
    }
}
