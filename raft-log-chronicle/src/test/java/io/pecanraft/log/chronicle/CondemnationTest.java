package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** D06: a storage that others have convicted of being an older copy of itself is never used again. */
class CondemnationTest {

    private final StorageException why =
            new StorageException(Reason.ROLLED_BACK, "it has acknowledged 12@4, and ends at 10@1");

    @TempDir
    Path directory;

    private Incarnation before;

    @BeforeEach
    void aServerThatIsTold() {
        try (TestLog log = TestLog.open(directory)) {
            before = log.storage.identity().incarnation();
            log.term(1);
            log.append(entries(1, 10, 1));
            log.storage.log().condemn(why);
            assertThatThrownBy(() -> log.append(entries(11, 11, 1))).isSameAs(why);
        }
    }

    /** Also in this very process, since no flush has failed. */
    @Test
    void theNextStartPutsItAsideAndSaysWhy() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.storage.identity().incarnation()).isNotEqualTo(before);
            assertThat(log.recovered.hardState()).isEqualTo(new HardState(1, null));
            assertThat(log.recovered.lastIndex()).isZero();
        }
        assertThat(directory.resolve("data.set-aside-" + before + "/condemned"))
                .hasContent("it has acknowledged 12@4, and ends at 10@1");
    }

    /** Nothing of it will be used, so nothing else can be wrong with it. */
    @Test
    void moreDamageChangesNothing() throws IOException {
        FileTree.delete(directory.resolve("data/log"));
        Files.delete(directory.resolve("data/hardstate"));
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.storage.identity().incarnation()).isNotEqualTo(before);
        }
    }

    /** What decides is that it is there: a power cut may keep the name and not the text. */
    @Test
    void anEmptyVerdictIsAVerdict() throws IOException {
        Files.write(directory.resolve("data/condemned"), new byte[0]);
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.storage.identity().incarnation()).isNotEqualTo(before);
        }
    }

    @Test
    void anInspectionForetellsIt() {
        try (StorageInspection inspection = StorageInspection.open(directory)) {
            StorageReport report = inspection.report();
            assertThat(report.atStart()).isEqualTo(StorageReport.AtStart.BECOMES_NEW_INCARNATION);
            assertThat(report.findings())
                    .anyMatch(finding -> finding.file().endsWith("condemned")
                            && finding.what().contains("12@4"));
        }
    }

    /** Otherwise a crash right after the stop would bring the old storage back, as if nothing had been noticed. */
    @Test
    void theVerdictIsFlushedBeforeAnybodyHearsOfTheFailure(@TempDir Path other) {
        List<String> flushed = new CopyOnWriteArrayList<>();
        Barrier recording = new Barrier() {
            @Override
            public void force(FileChannel channel, Path file) throws IOException {
                flushed.add(file.getFileName().toString());
                channel.force(true);
            }

            @Override
            public void forceDirectory(Path path) throws IOException {
                flushed.add(path.getFileName() + "/");
                Barrier.OPERATING_SYSTEM.forceDirectory(path);
            }
        };
        try (TestLog log = TestLog.open(other, recording)) {
            log.term(1);
            flushed.clear();
            log.storage.log().condemn(why);
            assertThatThrownBy(() -> log.append(entries(1, 1, 1))).isSameAs(why);
            assertThat(flushed).as("besides what lays out the next segment").containsSubsequence("condemned", "data/");
        }
    }
}
