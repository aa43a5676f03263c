package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.Durability;
import io.pecanraft.model.LogEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import net.openhft.chronicle.bytes.Bytes;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.RollCycles;
import net.openhft.chronicle.queue.impl.single.SingleChronicleQueueBuilder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every segment is a queue that Chronicle's own tools can read, however its records were written. */
class ChronicleReadsSegmentsTest {

    /** Takes entries longer than what is gathered for one write. */
    private static final long SEGMENT_BYTES = 1 << 20;

    private static final int LONGEST_BYTES = 200_001;

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(Durability.class)
    void chronicleReadsWhatWasAppended(Durability durability) throws Exception {
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 1; i <= 3_000; i++) {
            String payload = "x".repeat(i % 1_000 == 0 ? LONGEST_BYTES + i / 1_000 : i % 700);
            entries.add(TestLog.entry(i, 1, payload));
        }
        ChronicleStorageConfig config = TestLog.small()
                .segmentBytes(SEGMENT_BYTES)
                .durability(durability)
                .build();
        try (TestLog log = TestLog.open(directory, config, Barrier.OPERATING_SYSTEM)) {
            log.term(1);
            for (int from = 0; from < entries.size(); from += 500) {
                log.append(entries.subList(from, from + 500));
            }
            assertThat(log.read(1, entries.size() + 1)).isEqualTo(entries);
        }

        List<LogEntry> seen = new ArrayList<>();
        List<Path> segments = FileTree.list(directory.resolve("data/log"));
        assertThat(segments).hasSizeGreaterThan(1);
        for (Path segment : segments) {
            entriesSeenBy(segment, seen);
        }
        assertThat(seen).isEqualTo(entries);
    }

    static void entriesSeenBy(Path segment, List<LogEntry> seen) {
        Bytes<ByteBuffer> bytes = Bytes.elasticByteBuffer(2 * LONGEST_BYTES);
        try (ChronicleQueue queue = SingleChronicleQueueBuilder.binary(segment)
                        .rollCycle(RollCycles.FAST_DAILY)
                        .blockSize(SEGMENT_BYTES)
                        .readOnly(true)
                        .build();
                ExcerptTailer tailer = queue.createTailer()) {
            long records = 0;
            while (tailer.readBytes(bytes.clear())) {
                records++;
                LogRecord record =
                        LogRecord.parse(ByteBuffer.wrap(bytes.toByteArray()).order(ByteOrder.LITTLE_ENDIAN));
                assertThat(record).isNotNull();
                if (record != null && record.type() == RecordType.ENTRY) {
                    seen.add(record.entry());
                }
            }
            assertThat(queue.lastIndex()).isEqualTo(records - 1);
            assertThat(tailer.moveToIndex(records / 2)).isTrue();
            assertThat(tailer.moveToIndex(records)).isFalse();
        } finally {
            bytes.releaseLast();
        }
    }
}
