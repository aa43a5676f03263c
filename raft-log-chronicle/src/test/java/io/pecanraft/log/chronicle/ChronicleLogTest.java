package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static io.pecanraft.log.chronicle.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the contract of a log says, as long as nothing goes wrong. */
class ChronicleLogTest {

    @TempDir
    Path directory;

    @Test
    void isEmptyAtFirst() {
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered).isEqualTo(RecoveredLog.empty());
        }
    }

    @Test
    void returnsWhatWasAppended() {
        try (TestLog log = TestLog.open(directory)) {
            log.term(1);
            log.append(entries(1, 10, 1));
            assertThat(log.read(1, 11)).isEqualTo(entries(1, 10, 1));
            assertThat(log.read(4, 6)).isEqualTo(entries(4, 5, 1));
        }
    }

    @Test
    void remembersEntriesTermsAndVoteAfterReopening() {
        try (TestLog log = TestLog.open(directory)) {
            log.term(1);
            log.append(entries(1, 10, 1));
            log.term(3);
            log.append(entries(11, 12, 3));
        }
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.hardState()).isEqualTo(new HardState(3, null));
            assertThat(log.recovered.lastIndex()).isEqualTo(12);
            assertThat(log.recovered.base()).isEqualTo(EntryId.ZERO);
            assertThat(log.recovered.termStarts()).containsExactly(new EntryId(1, 1), new EntryId(3, 11));
            assertThat(log.recovered.lastTimestampMillis()).isEqualTo(1012);
            assertThat(log.readAll(12)).hasSize(12).endsWith(entries(11, 12, 3).toArray(LogEntry[]::new));
        }
    }

    @Test
    void goesOnThroughManySegments() {
        int count = 5_000;
        try (TestLog log = TestLog.open(directory)) {
            log.term(1);
            log.append(entries(1, count, 1));
            assertThat(log.read(1, count + 1)).isEqualTo(entries(1, count, 1));
        }
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.lastIndex()).isEqualTo(count);
            assertThat(log.readAll(count)).isEqualTo(entries(1, count, 1));
            log.append(entries(count + 1, count + 5, 1));
            assertThat(log.read(count, count + 6)).isEqualTo(entries(count, count + 5, 1));
        }
    }

    /** D15. */
    @Test
    void aTruncatedSuffixIsGoneAndStaysGone() {
        try (TestLog log = TestLog.open(directory)) {
            log.term(1);
            log.append(entries(1, 9, 1));
            log.term(2);
            log.truncate(5, List.of(entry(5, 2, "other")));
            assertThat(log.read(4, 6)).containsExactly(entries(4, 4, 1).get(0), entry(5, 2, "other"));
        }
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.lastIndex()).isEqualTo(5);
            assertThat(log.recovered.termStarts()).containsExactly(new EntryId(1, 1), new EntryId(2, 5));
            assertThat(log.read(4, 6)).containsExactly(entries(4, 4, 1).get(0), entry(5, 2, "other"));
        }
    }

    @Test
    void aResetEmptiesTheLogAndMovesItsBase() throws Exception {
        try (TestLog log = TestLog.open(directory)) {
            log.term(4);
            log.append(entries(1, 2_000, 1));
            log.snapshot(new EntryId(4, 3_000));
            log.reset(new EntryId(4, 3_000), entries(3_001, 3_003, 4));
            assertThat(log.read(3_001, 3_004)).isEqualTo(entries(3_001, 3_003, 4));
            assertThatThrownBy(() -> log.read(1, 2)).hasCauseInstanceOf(StorageException.class);
        }
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.base()).isEqualTo(new EntryId(4, 3_000));
            assertThat(log.recovered.termStarts()).containsExactly(new EntryId(4, 3_001));
            assertThat(log.readAll(3_003)).isEqualTo(entries(3_001, 3_003, 4));
        }
    }

    @Test
    void compactionRemovesWholeSegmentsAndKeepsWhatIsAbove() throws Exception {
        EntryId base;
        try (TestLog log = TestLog.open(directory)) {
            log.term(1);
            log.append(entries(1, 3_000, 1));
            log.snapshot(new EntryId(1, 2_500));
            log.compact(2_500);
            log.append(entries(3_001, 3_002, 1));
            assertThat(log.read(2_501, 3_003)).isEqualTo(entries(2_501, 3_002, 1));
            assertThatThrownBy(() -> log.read(1, 2))
                    .hasCauseInstanceOf(StorageException.class)
                    .hasMessageContaining("entry 1 is not in the log");
        }
        try (TestLog log = TestLog.open(directory)) {
            base = log.recovered.base();
            assertThat(base.index()).isBetween(1_000L, 2_500L);
            assertThat(log.recovered.termStarts()).containsExactly(new EntryId(1, base.index() + 1));
            assertThat(log.readAll(3_002)).isEqualTo(entries(base.index() + 1, 3_002, 1));
        }
    }

    @Test
    void reportsTicketsInOrderAndManyWithOneFlush() {
        try (TestLog log = TestLog.open(directory)) {
            log.term(1);
            long last = 0;
            for (int i = 1; i <= 500; i++) {
                last = log.submit(entries(i, i, 1));
            }
            log.await(last);
            assertThat(log.groups).hasSizeLessThan(400).allMatch(group -> group.forceNanos() > 0);
            assertThat(log.groups.stream().mapToLong(TestLog.Group::ticket)).isSorted();
            assertThat(log.groups.stream().mapToInt(TestLog.Group::writes).sum())
                    .isEqualTo(501);
        }
    }

    @Test
    void remembersTheVoteAndTheFormationRecord() {
        FormationRecord formation = new FormationRecord(TestLog.MEMBERSHIP, true);
        HardState voted = new HardState(7, new MemberId(TestLog.NODE, new Incarnation(-1, 1)));
        try (TestLog log = TestLog.open(directory)) {
            log.await(log.submit(null, new FormationRecord(TestLog.MEMBERSHIP, false), null, 0, List.of()));
            log.await(log.submit(voted, formation, null, 0, List.of()));
        }
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.hardState()).isEqualTo(voted);
            assertThat(log.recovered.formation()).contains(formation);
        }
    }

    @Test
    void returnsTheConfigurationsThatAreStillInTheLog() {
        LogEntry first = membershipEntry(2, 1);
        LogEntry removed = membershipEntry(4, 1);
        LogEntry second = membershipEntry(5, 2);
        try (TestLog log = TestLog.open(directory)) {
            log.term(2);
            log.append(List.of(entry(1, 1, "a"), first, entry(3, 1, "b"), removed));
            log.truncate(4, List.of(entry(4, 2, "c"), second));
        }
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.membershipEntries()).containsExactly(first, second);
        }
    }

    @Test
    void aReadStopsAtTheLimitButReturnsAtLeastOneEntry() {
        try (TestLog log = TestLog.open(directory)) {
            log.term(1);
            log.append(entries(1, 100, 1));
            int payload = entries(1, 1, 1).get(0).payloadBytes();
            assertThat(log.storage.log().read(1, 101, 1).join()).hasSize(1);
            assertThat(log.storage.log().read(1, 101, 3 * payload).join()).hasSize(3);
            assertThat(log.storage.log().read(99, 500, 1 << 20).join()).hasSize(2);
        }
    }

    @Test
    void refusesAnEntryThatNoSegmentTakesAndGoesOn() {
        try (TestLog log = TestLog.open(directory)) {
            log.term(1);
            String longText = "x".repeat(SegmentWriter.maxRecordBytes(TestLog.SMALL_SEGMENT_BYTES) - 65);
            assertThatThrownBy(() -> log.append(List.of(entry(1, 1, longText + "x"))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("raise segmentBytes");
            for (int i = 1; i <= 30; i++) {
                log.append(List.of(entry(i, 1, longText)));
            }
            assertThat(log.read(1, 31))
                    .hasSize(30)
                    .allMatch(entry -> TestLog.text(entry).equals(longText));
        }
    }

    @Test
    void restartsDoNotPileUpSegments() throws Exception {
        try (TestLog log = TestLog.open(directory)) {
            log.term(1);
            log.append(entries(1, 10, 1));
        }
        for (int i = 0; i < 5; i++) {
            TestLog.open(directory).close();
        }
        try (Stream<Path> segments = Files.list(directory.resolve("data/log"))) {
            assertThat(segments).hasSize(2);
        }
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.readAll(10)).isEqualTo(entries(1, 10, 1));
        }
    }

    @Test
    void aSegmentNeverGrowsBeyondItsBlock() throws Exception {
        try (TestLog log = TestLog.open(directory)) {
            log.term(1);
            log.append(entries(1, 5_000, 1));
            try (Stream<Path> files = Files.walk(directory.resolve("data/log"))) {
                assertThat(files.filter(file -> file.toString().endsWith(".cq4")))
                        .hasSizeGreaterThan(3)
                        .allMatch(file -> size(file) <= 2 * TestLog.SMALL_SEGMENT_BYTES);
            }
        }
    }

    @Test
    void closingWritesOutWhatWasGivenBefore() {
        TestLog log = TestLog.open(directory);
        log.term(1);
        for (int i = 1; i <= 200; i++) {
            log.submit(entries(i, i, 1));
        }
        log.close();
        log.close();
        try (TestLog again = TestLog.open(directory)) {
            assertThat(again.recovered.lastIndex()).isEqualTo(200);
        }
    }

    private static LogEntry membershipEntry(long index, long term) {
        return new LogEntry(
                index, term, 5, EntryType.MEMBERSHIP, MembershipCodec.encode(TestLog.MEMBERSHIP.atIndex(index)));
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
