package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.pecanraft.log.chronicle.SegmentHeader.Link;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.Incarnation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The search behind the valid part of a segment for records that know of more that was flushed. */
class SegmentScanTest {

    private static final long INCARNATION = 0x0123_4567_89ab_cdefL;
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int FLUSHED = 17;

    @TempDir
    Path directory;

    /** It reads in windows of 256 KiB; a record across their border is one like any other. */
    @Test
    void aRecordIsFoundWhereverItBegins() throws IOException {
        byte[] record = record(INCARNATION);
        for (int at = (256 << 10) - 200; at < (256 << 10) + 200; at += DocumentCursor.WORD_BYTES) {
            byte[] block = new byte[BLOCK_BYTES];
            System.arraycopy(record, 0, block, at, record.length);
            try (Segment segment = segment(block)) {
                assertThat(SegmentScan.flushedBeyond(segment, 0))
                        .as("a record at %d", at)
                        .isEqualTo(FLUSHED);
            }
        }
    }

    @Test
    void aRecordThatEndsWithTheBlockIsFound() throws IOException {
        byte[] record = record(INCARNATION);
        int at = (BLOCK_BYTES - record.length) & -DocumentCursor.WORD_BYTES;
        byte[] block = new byte[BLOCK_BYTES];
        System.arraycopy(record, 0, block, at, record.length);
        try (Segment segment = segment(block)) {
            assertThat(SegmentScan.flushedBeyond(segment, 0)).isEqualTo(FLUSHED);
        }
    }

    /** Clients choose what is in entries: a start must not read what follows once for every eight bytes of theirs. */
    @Test
    void whatLooksLikeManyLongRecordsIsNotRead() throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        ByteBuffer out = ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN);
        while (out.remaining() >= Long.BYTES) {
            int length = out.remaining();
            out.putShort(LogRecord.MAGIC)
                    .put(LogRecord.VERSION)
                    .put(RecordType.ENTRY.code())
                    .putInt(length);
        }
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (Segment segment = segment(block)) {
            long before = threads.getCurrentThreadAllocatedBytes();

            assertThat(SegmentScan.flushedBeyond(segment, 0)).isZero();
            assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(4L * BLOCK_BYTES);
        }
    }

    private Segment segment(byte[] block) throws IOException {
        Path file = Files.write(directory.resolve("segment"), block);
        SegmentHeader header =
                new SegmentHeader(1, INCARNATION, new Incarnation(1, 2), Link.NONE, EntryId.ZERO, BLOCK_BYTES, false);
        return Segment.open(header, file, file);
    }

    /** A file that is used again holds them behind the end, valid by themselves. */
    @Test
    void recordsOfAnotherIncarnationAreNoneOfThisSegment() throws IOException {
        byte[] record = record(INCARNATION + 1);
        byte[] block = new byte[BLOCK_BYTES];
        System.arraycopy(record, 0, block, 4096, record.length);
        try (Segment segment = segment(block)) {
            assertThat(SegmentScan.flushedBeyond(segment, 0)).isZero();
            assertThat(SegmentScan.lastBeyond(segment, 0)).isNull();
        }
    }

    /** A lost page shows what was in the file before, such as a word that leads on over what was flushed. */
    @Test
    void whatOldBytesLeadOverIsLookedForAllTheSame() throws IOException {
        byte[] record = record(INCARNATION);
        ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        block.putInt(record.length).put(record);
        int end = (int) DocumentCursor.aligned(block.position());
        int metadata = 0x4000_0000;
        block.position(end).putInt(metadata | 4096).put(new byte[60]).put(record);
        try (Segment segment = segment(block.array())) {
            SegmentScan.Result result = SegmentScan.scan(segment, Integer.MAX_VALUE);
            assertThat(result.records()).isEqualTo(1);
            assertThat(result.endPosition()).isEqualTo(end);
            assertThat(SegmentScan.flushedBeyond(segment, result.endPosition())).isEqualTo(FLUSHED);
        }
    }

    private static byte[] record(long incarnation) {
        RecordEncoder encoder = new RecordEncoder(1, incarnation, () -> 0, 0);
        return DiskCodecProperties.bytes(encoder.entry(TestLog.entry(1, 1, "what was flushed"), FLUSHED));
    }
}
