package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static io.pecanraft.log.chronicle.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.SnapshotStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A data directory as version 1 of the format wrote it, kept as a file: identity, hard state, formation record, watermark,
 * segments with all kinds of records, and a snapshot with its manifest. Whatever comes, this must be read as it is here.
 *
 * <p>{@code -Dgolden.rewrite=true} writes it anew, which is right only before the first release: afterwards a new version of the
 * format gets a new file, and this one stays.
 */
class GoldenDirectoryTest {

    private static final ZippedDirectory DIRECTORY = new ZippedDirectory("golden/v1/directory.zip");
    private static final MemberId CANDIDATE = new MemberId(TestLog.NODE, new Incarnation(3, 4));
    private static final EntryId SNAPSHOT = new EntryId(1, 3);

    @TempDir
    Path directory;

    @Test
    void aDirectoryOfVersionOneIsReadAsItAlwaysWas() throws IOException {
        if (Boolean.getBoolean("golden.rewrite")) {
            write();
        }
        DIRECTORY.unpackTo(directory);
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.hardState()).isEqualTo(new HardState(2, CANDIDATE));
            assertThat(log.recovered.formation()).contains(new FormationRecord(TestLog.MEMBERSHIP, true));
            assertThat(log.recovered.lastIndex()).isEqualTo(7);
            assertThat(log.recovered.base()).isEqualTo(EntryId.ZERO);
            assertThat(log.readAll(7)).isEqualTo(expected());
            SnapshotMeta snapshot = log.storage.snapshots().latest().orElseThrow();
            assertThat(snapshot.lastIncluded()).isEqualTo(SNAPSHOT);
            assertThat(snapshot.membership()).isEqualTo(TestLog.MEMBERSHIP);
            try (SnapshotStore.Reader reader = log.storage.snapshots().open(snapshot);
                    InputStream state = reader.stream()) {
                assertThat(new String(state.readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("state at " + SNAPSHOT);
            }
        }
    }

    private static List<LogEntry> expected() {
        List<LogEntry> all = new ArrayList<>(entries(1, 4, 1));
        all.addAll(entries(5, 6, 2));
        all.add(entry(7, 2, ""));
        return all;
    }

    private static void write() throws IOException {
        Path written = Files.createTempDirectory("golden");
        try (TestLog log = TestLog.open(written)) {
            log.await(log.submit(
                    new HardState(1, null), new FormationRecord(TestLog.MEMBERSHIP, true), null, 0, List.of()));
            log.append(entries(1, 6, 1));
            log.await(log.submit(new HardState(2, CANDIDATE), null, null, 5, entries(5, 6, 2)));
            log.append(List.of(entry(7, 2, "")));
            log.snapshot(SNAPSHOT);
        }
        DIRECTORY.pack(written);
    }
}
