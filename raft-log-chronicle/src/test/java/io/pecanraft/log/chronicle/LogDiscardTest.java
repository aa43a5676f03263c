package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.spi.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** K21: what is left of a log that was damaged, what is remembered of it, and what is kept on the disk. */
class LogDiscardTest {

    private static final Membership THREE = Membership.ofVoters(
            0,
            Stream.of("n1", "n2", "n3")
                    .map(name -> new Member(
                            new MemberId(NodeId.of(name), new Incarnation(1, name.charAt(1))),
                            "localhost:" + name.charAt(1)))
                    .toList());

    @TempDir
    Path directory;

    @BeforeEach
    void oneOfThree() {
        try (TestLog log = TestLog.open(directory)) {
            log.await(log.submit(new HardState(3, null), new FormationRecord(THREE, true), null, 0, List.of()));
        }
    }

    /**
     * A server that joined late: its first segment begins with the log, and a leader's snapshot has emptied it there. Without that
     * snapshot what follows in the segment rests on nothing.
     */
    @Test
    void aLogThatRestsOnADamagedSnapshotIsDiscardedThoughItsSegmentBeginsBeforeIt() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            log.snapshot(new EntryId(2, 100), "state at 100", THREE);
            log.reset(new EntryId(2, 100), entries(101, 110, 2));
        }
        damageSnapshots();
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.base()).isEqualTo(EntryId.ZERO);
            assertThat(log.recovered.lastIndex()).isZero();
            assertThat(log.recovered.repair()).isEqualTo(new RepairMarker(1, true, Optional.of(new EntryId(2, 110))));
        }
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.repair().epoch())
                    .as("nothing more was lost")
                    .isEqualTo(1);
        }
    }

    /**
     * A snapshot wins over a log of a branch that lost, and its index is acknowledged before the log is reset to it. A log that is as
     * long as the snapshot does not make up for it, unless it holds its last entry.
     */
    @Test
    void aLogOfAnotherBranchDoesNotMakeUpForADamagedSnapshot() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            log.append(entries(1, 120, 1));
            log.snapshot(new EntryId(3, 100), "state at 100", THREE);
        }
        damageSnapshots();
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.repair()).isEqualTo(new RepairMarker(1, true, Optional.of(new EntryId(3, 100))));
        }
    }

    @Test
    void aLogThatHoldsTheLastEntryOfADamagedSnapshotMakesUpForIt() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            log.append(entries(1, 120, 1));
            log.snapshot(new EntryId(1, 100), "state at 100", THREE);
        }
        damageSnapshots();
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.repair()).isEqualTo(RepairMarker.NONE);
            assertThat(log.readAll(120)).isEqualTo(entries(1, 120, 1));
        }
    }

    /**
     * 3@2 was replaced by 3@1 and 4@1, of a leader of term 3 that had never had it, and the record that says so is lost. A log that ended
     * with 3@2 again would refuse its vote to who has 4@1.
     */
    @Test
    void whatHadBeenReplacedDoesNotComeBackWithALaterTermThanTheLogHad() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            log.append(entries(1, 2, 1));
            log.append(entries(3, 3, 2));
            log.truncate(3, entries(3, 4, 1));
        }
        Path segment = new DirectoryLayout(directory).segmentFile(2);
        byte[] content = Files.readAllBytes(segment);
        String text = new String(content, StandardCharsets.ISO_8859_1);
        int truncation = text.indexOf("entry 3 of term 2") + "entry 3 of term 2".length();
        assertThat(truncation).isLessThan(text.indexOf("entry 3 of term 1"));
        content[truncation + 3 * DocumentCursor.WORD_BYTES] ^= 4;
        Files.write(segment, content);
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.repair()).isEqualTo(new RepairMarker(1, true, Optional.of(new EntryId(1, 4))));
            assertThat(log.recovered.lastIndex()).isEqualTo(2);
        }
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.lastIndex()).isEqualTo(2);
            assertThat(log.readAll(2)).isEqualTo(entries(1, 2, 1));
        }
    }

    /** The process may die between the end of a repair and the removal of what it kept. */
    @Test
    void whatWasPutAsideIsRemovedByTheNextStartAfterTheRepairAtTheLatest() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            log.append(entries(1, 10, 1));
        }
        Files.delete(DirectoryLayout.watermark(directory.resolve("data")));
        TestLog.open(directory).close();
        Path kept = new DirectoryLayout(directory).aside(7, 1);
        Files.createDirectory(kept);
        TestLog.open(directory).close();
        assertThat(kept).as("while the log is repaired").isDirectory();
        try (TestLog log = TestLog.open(directory)) {
            log.repaired();
        }
        Files.createDirectories(kept);
        TestLog.open(directory).close();
        assertThat(kept).doesNotExist();
    }

    /** Nobody can send it anything: its learners never have a leader without it. */
    @Test
    void theOnlyVoterRefusesThoughItHasLearners() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            Member self = new Member(log.storage.identity().memberId(), "localhost:1");
            Membership alone =
                    new Membership(0, List.of(self), List.of(), THREE.voters().subList(1, 3), List.of());
            log.append(List.of(new LogEntry(1, 1, 1, EntryType.MEMBERSHIP, MembershipCodec.encode(alone))));
        }
        Files.delete(DirectoryLayout.watermark(directory.resolve("data")));
        assertThatThrownBy(() -> TestLog.open(directory))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("the only voter of its cluster");
    }

    private void damageSnapshots() throws IOException {
        for (Path snapshot : FileTree.list(DirectoryLayout.snapshots(directory.resolve("data")))) {
            byte[] content = Files.readAllBytes(snapshot.resolve("data"));
            content[3] ^= 4;
            Files.write(snapshot.resolve("data"), content);
        }
    }
}
