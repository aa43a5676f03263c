package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static io.pecanraft.log.chronicle.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.HardState;
import io.pecanraft.model.LogEntry;
import io.pecanraft.spi.RecoveredLog;
import java.nio.file.Path;
import java.util.List;
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
}
