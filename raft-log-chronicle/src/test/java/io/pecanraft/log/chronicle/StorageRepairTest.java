package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.log.chronicle.StorageReport.AtStart;
import io.pecanraft.log.chronicle.StorageReport.Verdict;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.spi.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Repairs by hand. That a server goes on afterwards as one that has lost data is shown by {@link NodeRepairsItsLogTest}. */
class StorageRepairTest {

    private static final Membership THREE = Membership.ofVoters(
            0,
            Stream.of("n1", "n2", "n3")
                    .map(name -> new Member(
                            new MemberId(NodeId.of(name), new Incarnation(1, name.charAt(1))),
                            "localhost:" + name.charAt(1)))
                    .toList());

    @TempDir
    Path temporary;

    private Path directory;

    @BeforeEach
    void inADirectoryOfItsOwn() {
        directory = temporary.resolve("node");
    }

    @Test
    void aTornTailIsCutAndKept() throws IOException {
        killedWith(10, 10);
        damage("entry 15 of term 1");
        byte[] torn = Files.readAllBytes(newest(directory.resolve("data")));
        StorageRepair.Outcome outcome = repaired(false);
        assertThat(outcome.last()).isEqualTo(new EntryId(1, 14));
        assertThat(outcome.marker()).isEqualTo(RepairMarker.NONE);
        Path kept = outcome.keptIn().orElseThrow();
        assertThat(kept).isEqualTo(directory.resolve("data.cut-1"));
        assertThat(Files.readAllBytes(newest(kept))).isEqualTo(torn);
        StorageReport after = inspected();
        assertThat(after.verdict()).isEqualTo(Verdict.INTACT);
        assertThat(after.findings())
                .singleElement()
                .satisfies(finding -> assertThat(finding.file()).isEqualTo(kept));
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.readAll(14)).isEqualTo(entries(1, 14, 1));
        }
    }

    @Test
    void whatIsIntactIsLeftAlone() throws IOException {
        oneOfThree();
        Map<Path, String> before = DirectoryContent.of(directory);
        assertThat(repaired(true).keptIn()).isEmpty();
        assertThat(DirectoryContent.of(directory)).isEqualTo(before);
    }

    @Test
    void acknowledgedEntriesAreNotDiscardedUnlessThatIsSaid() throws IOException {
        oneOfThree();
        damage("entry 40 of term 3");
        Map<Path, String> before = DirectoryContent.of(directory);
        assertThatThrownBy(() -> repaired(false))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("was not changed")
                .hasMessageContaining("A start of the server discards them by itself");
        assertThat(DirectoryContent.of(directory)).isEqualTo(before);
    }

    /** K21: the log is short by damage, and knows it. */
    @Test
    void acknowledgedEntriesThatAreDiscardedAreKeptAndRememberedAsLost() throws IOException {
        oneOfThree();
        damage("entry 40 of term 3");
        byte[] damaged = Files.readAllBytes(newest(directory.resolve("data")));
        StorageRepair.Outcome outcome = repaired(true);
        RepairMarker marker = new RepairMarker(1, true, Optional.of(new EntryId(3, 100)));
        assertThat(outcome.last()).isEqualTo(new EntryId(3, 39));
        assertThat(outcome.marker()).isEqualTo(marker);
        Path kept = outcome.keptIn().orElseThrow();
        assertThat(Files.readAllBytes(newest(kept))).isEqualTo(damaged);
        assertThat(inspected().verdict())
                .as("what is left is sound, but not all")
                .isEqualTo(Verdict.DAMAGED);
        assertThat(inspected().atStart()).isEqualTo(AtStart.GOES_ON_BEING_REFILLED);
        assertThat(inspected().repair()).isEqualTo(marker);
        assertThat(repaired(true).keptIn()).as("nothing is left to be cut").isEmpty();
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.repair()).isEqualTo(marker);
            assertThat(log.readAll(39)).isEqualTo(entries(1, 39, 3));
            log.append(entries(40, 100, 3));
            log.repaired();
        }
        assertThat(inspected().verdict()).isEqualTo(Verdict.INTACT);
        assertThat(inspected().atStart()).isEqualTo(AtStart.GOES_ON);
        assertThat(Files.readAllBytes(newest(kept)))
                .as("kept for good, also when the log is whole again")
                .isEqualTo(damaged);
    }

    @Test
    void damageInTheMidstOfManySegmentsKeepsAllOfThem() throws IOException {
        oneOfThree();
        try (TestLog log = TestLog.open(directory)) {
            log.append(entries(101, 3_000, 3));
        }
        Path log = directory.resolve("data/log");
        List<Path> segments = FileTree.list(log).stream()
                .filter(path -> path.getFileName().toString().startsWith("seg-"))
                .toList();
        damage("entry 40 of term 3");
        Map<Path, String> before = DirectoryContent.of(log);
        Path kept = repaired(true).keptIn().orElseThrow();
        Map<Path, String> after = DirectoryContent.of(kept.resolve("log"));
        for (Path segment : segments) {
            Path file = log.relativize(segment).resolve(DirectoryLayout.SEGMENT_FILE);
            assertThat(after.get(file)).isEqualTo(before.get(file));
        }
    }

    /** Nobody could refill it, and it would take the shorter log for all that there ever was. */
    @Test
    void theOnlyVoterIsRefusedWhateverIsSaid() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            log.aloneInTerm(3);
            log.append(entries(1, 100, 3));
        }
        damage("entry 40 of term 3");
        Map<Path, String> before = DirectoryContent.of(directory);
        assertThatThrownBy(() -> repaired(true)).hasMessageContaining("a start of the server would refuse it, too");
        assertThat(DirectoryContent.of(directory)).isEqualTo(before);
    }

    /** K2: such a storage is another one from now on, and only a start makes that so. */
    @Test
    void aStorageWithoutItsVoteIsNotMended() throws IOException {
        oneOfThree();
        Files.delete(directory.resolve("data/hardstate"));
        Map<Path, String> before = DirectoryContent.of(directory);
        assertThatThrownBy(() -> repaired(true)).hasMessageContaining("comes back as a new incarnation");
        assertThat(DirectoryContent.of(directory)).isEqualTo(before);
    }

    /** Whatever the start would find that the inspection has not. */
    @Test
    void nothingAcknowledgedIsDiscardedThatTheInspectionHasNotNamed() throws IOException {
        killedWith(10, 10);
        damage("entry 15 of term 1");
        // There are others who could refill it.
        new FormationFile(
                        DirectoryLayout.formation(directory.resolve("data")),
                        inspected().identity().incarnation(),
                        Barrier.OPERATING_SYSTEM)
                .store(new FormationRecord(THREE, true));
        try (StorageRepair repair = StorageRepair.open(directory)) {
            assertThat(repair.report().atStart()).isEqualTo(AtStart.CUTS_TORN_TAIL);
            damage("entry 5 of term 1");
            assertThatThrownBy(() -> repair.run(false, TestLog.smallSegments()))
                    .isInstanceOfSatisfying(
                            StorageException.class,
                            e -> assertThat(e.reason()).isEqualTo(StorageException.Reason.CORRUPT));
        }
        assertThat(inspected().repair()).isEqualTo(RepairMarker.NONE);
        assertThat(FileTree.list(directory.resolve("data/log")))
                .noneMatch(path -> path.getFileName().toString().startsWith(DirectoryLayout.ASIDE));
    }

    /** On a full disk it would keep the server from its start. */
    @Test
    void whatARepairThatDiedHadBegunToKeepIsRemovedByTheNextStart() throws IOException {
        oneOfThree();
        Path begun = Files.createDirectories(directory.resolve("data.cut-1.tmp").resolve("log"));
        assertThat(inspected().findings()).isEmpty();
        TestLog.open(directory).close();
        assertThat(begun.getParent()).doesNotExist();
    }

    @Test
    void noServerStartsMeanwhile() {
        oneOfThree();
        try (StorageRepair repair = StorageRepair.open(directory)) {
            assertThat(repair.report().verdict()).isEqualTo(Verdict.INTACT);
            assertThatThrownBy(() -> TestLog.open(directory)).hasMessageContaining("in use");
        }
        TestLog.open(directory).close();
    }

    private StorageRepair.Outcome repaired(boolean discardAcknowledged) {
        try (StorageRepair repair = StorageRepair.open(directory)) {
            return repair.run(discardAcknowledged, TestLog.smallSegments());
        }
    }

    private StorageReport inspected() {
        try (StorageInspection inspection = StorageInspection.open(directory)) {
            return inspection.report();
        }
    }

    private void oneOfThree() {
        try (TestLog log = TestLog.open(directory)) {
            log.await(log.submit(new HardState(3, null), new FormationRecord(THREE, true), null, 0, List.of()));
            log.append(entries(1, 100, 3));
        }
    }

    private void killedWith(int flushed, int unflushed) throws IOException {
        TestLog.killedWith(temporary.resolve("live"), directory, flushed, unflushed)
                .close();
    }

    /** Damages the entry with this payload, wherever it is. */
    private void damage(String payload) throws IOException {
        for (Path segment :
                DirectoryLayout.segments(directory.resolve("data/log")).values()) {
            Path file = segment.resolve(DirectoryLayout.SEGMENT_FILE);
            int at = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf(payload);
            if (at >= 0) {
                DamageTest.overwrite(file, at, new byte[] {'E'});
                return;
            }
        }
        throw new AssertionError("nothing holds " + payload);
    }

    private static Path newest(Path data) throws IOException {
        return DirectoryLayout.segments(data.resolve("log"))
                .lastEntry()
                .getValue()
                .resolve(DirectoryLayout.SEGMENT_FILE);
    }
}
