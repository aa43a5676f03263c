package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static io.pecanraft.log.chronicle.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.MemberId;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * K2: a storage that has lost its term and vote is put aside, and the server is a new incarnation that keeps nothing; unless more is
 * amiss, or nobody could re-admit it. Then it is refused and left as it is.
 */
class LostPromisesTest {

    @TempDir
    Path directory;

    private Incarnation before;
    private Path hardState;

    @BeforeEach
    void aServerThatHasVoted() throws IOException {
        hardState = directory.resolve("data/hardstate");
        try (TestLog log = TestLog.open(directory)) {
            before = log.storage.identity().incarnation();
            log.await(log.submit(
                    new HardState(4, new MemberId(TestLog.NODE, new Incarnation(5, 6))), null, null, 0, List.of()));
            log.snapshot(new EntryId(1, 2));
            log.append(entries(1, 10, 1));
        }
    }

    @Test
    void bothSlotsDamagedMakeANewIncarnationThatKeepsNothing() throws IOException {
        damageBothSlots();
        becomesANewIncarnation();
    }

    @Test
    void aMissingFileMakesANewIncarnation() throws IOException {
        Files.delete(hardState);
        becomesANewIncarnation();
    }

    @Test
    void anOlderCopyThanTheLogKnowsOfMakesANewIncarnation() throws IOException {
        putBackAfterALaterTerm();
        becomesANewIncarnation();
    }

    /** The records of the log know it, though the watermark, which a power cut takes back, does not. */
    @Test
    void anOlderCopyIsNoticedByTheRecordsAlone() throws IOException {
        byte[] old = Files.readAllBytes(hardState);
        Path watermark = directory.resolve("data/watermark");
        byte[] mark;
        try (TestLog log = TestLog.open(directory)) {
            mark = Files.readAllBytes(watermark);
            log.term(5);
            log.append(List.of(entry(11, 5, "later")));
        }
        Files.write(hardState, old);
        Files.write(watermark, mark);
        becomesANewIncarnation();
    }

    /** More than term and vote is amiss, so it is refused; as the inspection says. */
    @Test
    void anOlderCopyIsNoticedByTheRecordsAlsoWhereTheWatermarkIsDamaged() throws IOException {
        putBackAfterALaterTerm();
        Files.write(directory.resolve("data/watermark"), new byte[2 * TwoSlotFile.SLOT_BYTES]);
        try (StorageInspection inspection = StorageInspection.open(directory)) {
            assertThat(inspection.report().atStart()).isEqualTo(StorageReport.AtStart.REFUSES);
        }
        refusedAndLeftAlone(directory, "put back to an older state");
    }

    @Test
    void whatWasPutAsideIsKeptToTheLastByte() throws IOException {
        damageBothSlots();
        Map<Path, Long> expected = sizes(directory.resolve("data"));
        byte[] damaged = Files.readAllBytes(hardState);
        TestLog.open(directory).close();
        Path aside = directory.resolve("data.set-aside-" + before);
        assertThat(sizes(aside)).isEqualTo(expected);
        assertThat(aside.resolve("hardstate")).hasBinaryContent(damaged);
    }

    /** Between putting aside and initialising anew: it must not be taken for a server that has never run, and found a cluster. */
    @Test
    void aCrashInBetweenDoesNotMakeItAServerThatHasNeverRun() throws IOException {
        damageBothSlots();
        Barrier dies = new Barrier() {
            @Override
            public void force(FileChannel channel, Path file) throws IOException {
                if (file.toString().contains("data.tmp")) {
                    throw new IOException("dies here");
                }
            }

            @Override
            public void forceDirectory(Path path) {}
        };
        assertThatThrownBy(() -> TestLog.open(directory, dies)).isInstanceOf(StorageException.class);
        assertThat(directory.resolve("data")).doesNotExist();
        // Only a new process may open the directory again, or this one what is left of it, elsewhere.
        Path left = directory.resolveSibling(directory.getFileName() + "-again");
        Files.move(directory, left);
        directory = left;
        try (TestLog log = TestLog.open(left)) {
            assertNew(log);
        }
    }

    @Test
    void theNewIncarnationLastsAndIsAStorageLikeAnyOther() throws IOException {
        damageBothSlots();
        Incarnation renewed;
        try (TestLog log = TestLog.open(directory)) {
            renewed = log.storage.identity().incarnation();
            log.term(7);
            log.append(entries(1, 3, 7));
        }
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.storage.identity().incarnation()).isEqualTo(renewed);
            assertThat(log.readAll(3)).isEqualTo(entries(1, 3, 7));
        }
    }

    /** It looks like a file system that is mounted in part, or a copy that broke off. */
    @Test
    void whereMoreIsMissingNothingIsMoved() throws IOException {
        for (String part : List.of("watermark", "formation", "snap", "log")) {
            Path copy = directory.resolve("without-" + part);
            DirectoryContent.copy(directory.resolve("data"), copy.resolve("data"));
            Files.delete(copy.resolve("data/hardstate"));
            FileTree.delete(copy.resolve("data").resolve(part));
            refusedAndLeftAlone(copy, "hardstate is damaged");
        }
    }

    /** Nobody could re-admit it, and its log is perhaps the only copy. */
    @Test
    void whoFoundedItsClusterAloneIsRefused() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            log.await(log.submit(null, new FormationRecord(TestLog.MEMBERSHIP, true), null, 0, List.of()));
        }
        damageBothSlots();
        refusedAndLeftAlone(directory, "founded its cluster alone");
    }

    @Test
    void aHardStateOfALaterVersionIsNoDamage() throws IOException {
        ByteBuffer slots = ByteBuffer.wrap(Files.readAllBytes(hardState)).order(ByteOrder.LITTLE_ENDIAN);
        for (int slot = 0; slot < slots.capacity(); slot += TwoSlotFile.SLOT_BYTES) {
            int end = slot + 36 + slots.getInt(slot + 32);
            slots.putShort(slot + 4, (short) 2);
            CRC32C crc = new CRC32C();
            crc.update(slots.array(), slot, end - slot);
            slots.putInt(end, (int) crc.getValue());
        }
        Files.write(hardState, slots.array());
        assertThatThrownBy(() -> TestLog.open(directory))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.UNKNOWN_FORMAT));
        assertThat(directory.resolve("data")).isDirectory();
    }

    @Test
    void aDiskThatLosesThemAgainAndAgainIsNotTrusted() throws IOException {
        for (int i = 0; i < 3; i++) {
            damageBothSlots();
            TestLog.open(directory).close();
        }
        damageBothSlots();
        refusedAndLeftAlone(directory, "4th storage");
    }

    private void putBackAfterALaterTerm() throws IOException {
        byte[] old = Files.readAllBytes(hardState);
        try (TestLog log = TestLog.open(directory)) {
            log.term(5);
            log.append(List.of(entry(11, 5, "later")));
        }
        Files.write(hardState, old);
    }

    private void becomesANewIncarnation() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            assertNew(log);
        }
    }

    private void assertNew(TestLog log) throws IOException {
        assertThat(log.storage.identity().incarnation()).isNotEqualTo(before);
        assertThat(log.recovered.hardState())
                .as("a server that has been in a term founds no cluster")
                .isEqualTo(new HardState(1, null));
        assertThat(log.recovered.formation()).isEmpty();
        assertThat(log.recovered.lastIndex()).isZero();
        assertThat(log.storage.snapshots().latest()).isEmpty();
        assertThat(new DirectoryLayout(directory).allSetAside())
                .containsExactly(directory.resolve("data.set-aside-" + before));
    }

    private static void refusedAndLeftAlone(Path directory, String why) throws IOException {
        Map<Path, Long> content = sizes(directory.resolve("data"));
        assertThatThrownBy(() -> ChronicleStorage.open(
                        directory, TestLog.CLUSTER, GroupId.DEFAULT, TestLog.NODE, TestLog.smallSegments()))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT))
                .hasMessageContaining(why);
        assertThat(sizes(directory.resolve("data"))).isEqualTo(content);
    }

    private void damageBothSlots() throws IOException {
        DamageTest.overwrite(hardState, 40, new byte[] {-1});
        DamageTest.overwrite(hardState, TwoSlotFile.SLOT_BYTES + 40, new byte[] {-1});
    }

    private static Map<Path, Long> sizes(Path root) throws IOException {
        Map<Path, Long> sizes = new HashMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                sizes.put(root.relativize(path), Files.size(path));
            }
        }
        return sizes;
    }
}
