package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.log.chronicle.StorageFinding.Kind;
import io.pecanraft.log.chronicle.StorageReport.AtStart;
import io.pecanraft.log.chronicle.StorageReport.Verdict;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.HardState;
import io.pecanraft.model.LogEntry;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is said of a directory that no server uses: the place of every damage, and what a start would do. That it foretells the start for
 * any single damage, and changes nothing, is shown by {@link CorruptionSweepTest}.
 */
class StorageInspectionTest {

    @TempDir
    Path temporary;

    private Path directory;

    @BeforeEach
    void inADirectoryOfItsOwn() {
        directory = temporary.resolve("node");
    }

    @Test
    void aDirectoryThatWasClosedInOrderIsIntact() {
        alone(entries(1, 3_000, 1));
        StorageReport report = inspected();
        assertThat(report.verdict()).isEqualTo(Verdict.INTACT);
        assertThat(report.atStart()).isEqualTo(AtStart.GOES_ON);
        assertThat(report.findings()).isEmpty();
        assertThat(report.identity().node()).isEqualTo(TestLog.NODE);
        assertThat(report.hardState()).contains(new HardState(1, null));
        assertThat(report.formation()).isPresent();
        assertThat(report.base()).isEqualTo(EntryId.ZERO);
        assertThat(report.last()).isEqualTo(new EntryId(1, 3_000));
        assertThat(report.hadUpTo()).contains(report.last());
        assertThat(report.segments()).isGreaterThan(3);
        assertThat(report.records()).isGreaterThan(3_000);
    }

    @Test
    void anEmptyDirectoryOfAServerThatNeverWroteIsIntact() {
        alone(List.of());
        assertThat(inspected().verdict()).isEqualTo(Verdict.INTACT);
    }

    @Test
    void theEndOfAWriteThatACrashCutOffIsATornTail() throws IOException {
        killedWith(10, 10);
        long position = damage(newest(), "entry 15 of term 1");
        Map<Path, String> before = DirectoryContent.of(directory);
        StorageReport report = inspected();
        assertThat(DirectoryContent.of(directory)).isEqualTo(before);
        assertThat(report.verdict()).isEqualTo(Verdict.TORN_TAIL);
        assertThat(report.atStart()).isEqualTo(AtStart.CUTS_TORN_TAIL);
        assertThat(report.last().index()).isEqualTo(14);
        assertThat(report.findings()).singleElement().satisfies(torn -> {
            assertThat(torn.kind()).isEqualTo(Kind.TORN_TAIL);
            assertThat(torn.file()).isEqualTo(newest());
            assertThat(torn.offset()).hasValue(recordAt(position));
            assertThat(torn.index()).hasValue(15);
        });
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.lastIndex()).isEqualTo(14);
        }
    }

    @Test
    void damageIsNamedWithFileOffsetAndIndexInEverySegmentThatHasSome() throws IOException {
        alone(entries(1, 3_000, 1));
        long first = damage(segment(0), "entry 100 of term 1");
        damage(segment(0), "entry 200 of term 1");
        long third = damage(segment(2), "entry", 30_000);
        StorageReport report = inspected();
        assertThat(report.verdict()).isEqualTo(Verdict.DAMAGED);
        assertThat(report.atStart()).as("the only member").isEqualTo(AtStart.REFUSES);
        assertThat(report.findings()).hasSize(2);
        StorageFinding one = report.findings().get(0);
        assertThat(one.file()).isEqualTo(segment(0));
        assertThat(one.offset()).hasValue(recordAt(first));
        assertThat(one.index()).hasValue(100);
        assertThat(one.what()).contains("after index 99 of term 1").doesNotContain("new member");
        StorageFinding other = report.findings().get(1);
        assertThat(other.file()).isEqualTo(segment(2));
        assertThat(other.offset()).hasValue(recordAt(third));
        assertThat(report.last().index()).isEqualTo(99);
        assertThat(report.hadUpTo()).contains(new EntryId(1, 3_000));
    }

    @Test
    void theEntriesOfTheSoundPartAreShown() throws IOException {
        alone(entries(1, 3_000, 1));
        assertThat(shown(1, Long.MAX_VALUE)).isEqualTo(entries(1, 3_000, 1));
        assertThat(shown(1_234, 1_236)).isEqualTo(entries(1_234, 1_236, 1));
        damage(segment(1), "entry", 20_000);
        long last = inspected().last().index();
        assertThat(last).isBetween(100L, 2_000L);
        assertThat(shown(1, Long.MAX_VALUE)).isEqualTo(entries(1, last, 1));
        assertThat(shown(last + 1, Long.MAX_VALUE)).isEmpty();
    }

    @Test
    void whatWasTruncatedIsNotShown() {
        try (TestLog log = TestLog.open(directory)) {
            log.aloneInTerm(1);
            log.append(entries(1, 10, 1));
            log.aloneInTerm(2);
            log.truncate(6, entries(6, 7, 2));
        }
        List<LogEntry> expected = new ArrayList<>(entries(1, 5, 1));
        expected.addAll(entries(6, 7, 2));
        assertThat(shown(1, Long.MAX_VALUE)).isEqualTo(expected);
    }

    @Test
    void aSnapshotThatTheLogMakesUpForIsDamagedAllTheSame() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            log.aloneInTerm(1);
            log.append(entries(1, 10, 1));
            log.snapshot(new EntryId(1, 5));
        }
        assertThat(inspected().snapshot())
                .hasValueSatisfying(meta -> assertThat(meta.lastIncludedIndex()).isEqualTo(5));
        Path data = FileTree.list(directory.resolve("data/snap")).get(0).resolve("data");
        DamageTest.overwrite(data, 3, new byte[] {0});
        StorageReport report = inspected();
        assertThat(report.verdict()).isEqualTo(Verdict.DAMAGED);
        assertThat(report.atStart()).isEqualTo(AtStart.GOES_ON);
        assertThat(report.snapshot()).isEmpty();
        assertThat(report.findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.what()).contains(data.toString(), "checksum"));
    }

    @Test
    void whoUsesTheDirectoryKeepsAnInspectionOutAndTheOtherWayRound() {
        alone(List.of());
        TestLog log = TestLog.open(directory);
        assertThatThrownBy(() -> StorageInspection.open(directory))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.LOCKED))
                .hasMessageContaining("stop the other one");
        log.close();
        try (StorageInspection inspection = StorageInspection.open(directory)) {
            assertThat(inspection.report().verdict()).isEqualTo(Verdict.INTACT);
            assertThatThrownBy(() -> TestLog.open(directory)).hasMessageContaining("in use");
        }
        TestLog.open(directory).close();
    }

    @Test
    void aCopyWithoutTheLockFileIsReadAndGivenNone() throws IOException {
        alone(entries(1, 3, 1));
        Files.delete(directory.resolve("LOCK"));
        Map<Path, String> before = DirectoryContent.of(directory);
        assertThat(inspected().verdict()).isEqualTo(Verdict.INTACT);
        assertThat(DirectoryContent.of(directory)).isEqualTo(before);
    }

    @Test
    void aDirectoryWithoutDataIsRefusedAndNotMade() {
        assertThatThrownBy(() -> StorageInspection.open(directory))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INACCESSIBLE))
                .hasMessageContaining("there is no data of a server in");
        assertThat(directory).doesNotExist();
    }

    private void alone(List<LogEntry> entries) {
        try (TestLog log = TestLog.open(directory)) {
            log.aloneInTerm(1);
            if (!entries.isEmpty()) {
                log.append(entries);
            }
        }
    }

    private StorageReport inspected() {
        try (StorageInspection inspection = StorageInspection.open(directory)) {
            return inspection.report();
        }
    }

    private List<LogEntry> shown(long from, long through) {
        List<LogEntry> shown = new ArrayList<>();
        try (StorageInspection inspection = StorageInspection.open(directory)) {
            inspection.forEachEntry(from, through, shown::add);
        }
        return shown;
    }

    private void killedWith(int flushed, int unflushed) throws IOException {
        TestLog.killedWith(temporary.resolve("live"), directory, flushed, unflushed)
                .close();
    }

    private Path segment(int number) throws IOException {
        List<Path> all = List.copyOf(
                DirectoryLayout.segments(directory.resolve("data/log")).values());
        return all.get(number).resolve(DirectoryLayout.SEGMENT_FILE);
    }

    private Path newest() throws IOException {
        return DirectoryLayout.segments(directory.resolve("data/log"))
                .lastEntry()
                .getValue()
                .resolve(DirectoryLayout.SEGMENT_FILE);
    }

    private static long damage(Path file, String text) throws IOException {
        return damage(file, text, 0);
    }

    /** Damages the payload that begins with a text; returns where it is. */
    private static long damage(Path file, String text, int from) throws IOException {
        String content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
        int at = content.indexOf(text, from);
        assertThat(at).as(text).isPositive();
        DamageTest.overwrite(file, at, new byte[] {'E'});
        return at;
    }

    /** Where the record begins whose payload begins here. */
    private static long recordAt(long payload) {
        return payload - LogRecord.HEADER_BYTES - LogRecord.ENTRY_PREFIX_BYTES - DocumentCursor.WORD_BYTES;
    }
}
