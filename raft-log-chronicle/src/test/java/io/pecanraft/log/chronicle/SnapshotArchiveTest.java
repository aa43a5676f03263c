package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryId;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup is a snapshot, whole, or it is refused. */
class SnapshotArchiveTest {

    @TempDir
    Path temporary;

    private Path server;
    private Path backup;

    @BeforeEach
    void paths() {
        server = temporary.resolve("n1");
        backup = temporary.resolve("backup");
    }

    @Test
    void aBackupHoldsTheNewestSnapshotOfAServerThatRuns() throws IOException {
        try (TestLog log = snapshots("older", "newer")) {
            SnapshotArchive.Content written = SnapshotArchive.write(server, backup);
            assertThat(written.meta())
                    .isEqualTo(log.storage.snapshots().latest().orElseThrow());
            assertThat(written.cluster()).isEqualTo(TestLog.CLUSTER);
            assertThat(SnapshotArchive.verify(backup)).isEqualTo(written);
            ByteArrayOutputStream data = new ByteArrayOutputStream();
            SnapshotArchive.read(backup, data);
            assertThat(data.toString(StandardCharsets.UTF_8)).isEqualTo("newer");
        }
        assertThat(FileTree.list(temporary)).containsExactly(backup, server);
    }

    @Test
    void noByteOfABackupMayChangeAndNoneBeMissing() throws IOException {
        snapshots("state").close();
        SnapshotArchive.write(server, backup);
        byte[] whole = Files.readAllBytes(backup);
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 0x10;
            boolean isPadding = i == 6 || i == 7;
            if (!isPadding) {
                refused(changed, "byte " + i);
            }
            refused(Arrays.copyOf(whole, i), "the first " + i + " bytes");
        }
        refused(Arrays.copyOf(whole, whole.length + 1), "one byte more");
    }

    private void refused(byte[] content, String what) throws IOException {
        Files.write(backup, content);
        assertThatThrownBy(() -> SnapshotArchive.verify(backup))
                .as(what)
                .isInstanceOfSatisfying(StorageException.class, e -> {
                    assertThat(e.reason()).isIn(Reason.CORRUPT, Reason.UNKNOWN_FORMAT);
                    assertThat(e).hasMessageContaining(backup.toString());
                });
    }

    @Test
    void aFileThatExistsIsNotReplaced() throws IOException {
        snapshots("state").close();
        Files.writeString(backup, "precious");
        assertThatThrownBy(() -> SnapshotArchive.write(server, backup)).hasMessageContaining("is not replaced");
        assertThat(backup).hasContent("precious");
    }

    @Test
    void whatIsNotOursIsNotRemovedWhenABackupFails() throws IOException {
        snapshots("state").close();
        Path precious = Files.createDirectories(temporary.resolve(backup.getFileName() + ".tmp"))
                .resolve("precious");
        Files.writeString(precious, "content");
        assertThatThrownBy(() -> SnapshotArchive.write(server, backup)).isInstanceOf(StorageException.class);
        assertThat(precious).hasContent("content");
    }

    @Test
    void withoutASnapshotThereIsNothingToWrite() {
        TestLog.open(server).close();
        assertThatThrownBy(() -> SnapshotArchive.write(server, backup)).hasMessageContaining("no snapshot");
        assertThat(backup).doesNotExist();
    }

    @Test
    void aDamagedSnapshotMakesNoBackup() throws IOException {
        snapshots("state").close();
        Path data = FileTree.list(server.resolve("data/snap")).get(0).resolve("data");
        DamageTest.overwrite(data, 2, new byte[] {0});
        assertThatThrownBy(() -> SnapshotArchive.write(server, backup))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT))
                .hasMessageContaining("another server");
        assertThat(FileTree.list(temporary)).containsExactly(server);
    }

    @Test
    void whatIsNoBackupIsCalledSo() throws IOException {
        Files.writeString(backup, "Dear diary, today I was no backup");
        assertThatThrownBy(() -> SnapshotArchive.verify(backup)).hasMessageContaining("is no backup");
        Path missing = temporary.resolve("missing");
        assertThatThrownBy(() -> SnapshotArchive.verify(missing))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.INACCESSIBLE));
    }

    private TestLog snapshots(String... states) throws IOException {
        TestLog log = TestLog.open(server);
        log.aloneInTerm(1);
        log.append(TestLog.entries(1, 10, 1));
        for (int i = 0; i < states.length; i++) {
            log.snapshot(new EntryId(1, i + 1), states[i]);
        }
        return log;
    }
}
