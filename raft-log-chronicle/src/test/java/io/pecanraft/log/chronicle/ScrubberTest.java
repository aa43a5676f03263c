package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.RaftEvent;
import io.pecanraft.RaftNode;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.RaftRole;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import io.pecanraft.testkit.InMemoryNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Old files are read again while the log is in use, slowly, and damage is told of. */
class ScrubberTest {

    @TempDir
    Path directory;

    private static ChronicleStorageConfig scrubbing() {
        return TestLog.small()
                .scrubBytesPerSecond(1 << 30)
                .scrubPause(Duration.ofMillis(1))
                .build();
    }

    @Test
    void damageToAnOldSegmentIsToldWithFileOffsetAndIndexAndTheLogGoesOn() throws IOException {
        try (TestLog log = TestLog.open(directory, scrubbing(), Barrier.OPERATING_SYSTEM)) {
            log.aloneInTerm(1);
            log.append(entries(1, 3_000, 1));
            Path segment = oldestSegment();
            long position = damage(segment, "entry 100 of term 1");
            StorageException damage = log.awaitDamage();
            assertThat(damage.reason()).isEqualTo(Reason.CORRUPT);
            assertThat(damage)
                    .hasMessageContaining(segment.toString())
                    .hasMessageContaining("offset "
                            + (position
                                    - LogRecord.HEADER_BYTES
                                    - LogRecord.ENTRY_PREFIX_BYTES
                                    - DocumentCursor.WORD_BYTES))
                    .hasMessageContaining("of entry 100")
                    .hasMessageContaining("restart this server while the others run");
            log.append(entries(3_001, 3_010, 1));
            assertThat(log.read(3_001, 3_011)).isEqualTo(entries(3_001, 3_010, 1));
            assertThatThrownBy(() -> log.read(100, 101))
                    .as("and is never served")
                    .hasMessageContaining("entry 100");
        }
    }

    @Test
    void damageToTheSnapshotIsTold() throws IOException {
        try (TestLog log = TestLog.open(directory, scrubbing(), Barrier.OPERATING_SYSTEM)) {
            log.aloneInTerm(1);
            log.append(entries(1, 10, 1));
            log.snapshot(new EntryId(1, 5));
            Path data = FileTree.list(directory.resolve("data/snap")).get(0).resolve("data");
            DamageTest.overwrite(data, 3, new byte[] {0});
            assertThat(log.awaitDamage())
                    .hasMessageContaining(data.toString())
                    .hasMessageContaining("restart this server while the others run");
        }
    }

    /** What a round reads is what it pays for: nothing is read at more than the pace. */
    @Test
    void aRoundPaysForAllThatItReadsAndTellsOfTheSameDamageOnce() throws Exception {
        try (TestLog log = TestLog.open(directory)) {
            log.aloneInTerm(1);
            log.snapshot(new EntryId(1, 2_000), "s".repeat(200_000));
            List<Long> paid = new ArrayList<>();
            List<StorageException> told = new ArrayList<>();
            Scrubber scrubber = new Scrubber(() -> LogView.EMPTY, log.storage.snapshots(), paid::add, told::add);
            scrubber.round();
            assertThat(paid.stream().mapToLong(Long::longValue).sum()).isEqualTo(200_000);
            assertThat(paid).allSatisfy(bytes -> assertThat(bytes).isLessThanOrEqualTo(64 << 10));
            assertThat(told).isEmpty();
            Path data = FileTree.list(directory.resolve("data/snap")).get(0).resolve("data");
            DamageTest.overwrite(data, 3, new byte[] {0});
            scrubber.round();
            scrubber.round();
            assertThat(told).hasSize(1);
        }
    }

    @Test
    void aNodeTellsOfItInAnEventAMeasurementAndItsStatusAndGoesOn() throws Exception {
        MemberAddress member = new MemberAddress(TestLog.NODE, "memory:n1");
        CompletableFuture<String> told = new CompletableFuture<>();
        CompletableFuture<Void> leads = new CompletableFuture<>();
        CompletableFuture<Void> measured = new CompletableFuture<>();
        try (RaftNode node = RaftNode.builder()
                .stateMachine(new SeenNumbers())
                .storage(ChronicleStorage.open(
                        directory,
                        ClusterId.fromBootstrap(List.of(member)),
                        GroupId.DEFAULT,
                        TestLog.NODE,
                        scrubbing()))
                .transport(new InMemoryNetwork().transport())
                .bootstrapMembers(List.of(member))
                .metrics(new RaftMetrics() {
                    @Override
                    public void storageDamaged() {
                        measured.complete(null);
                    }
                })
                .build()) {
            node.subscribe(event -> {
                if (event instanceof RaftEvent.StorageDamaged damaged) {
                    told.complete(damaged.what());
                } else if (event instanceof RaftEvent.RoleChanged changed && changed.to() == RaftRole.LEADER) {
                    leads.complete(null);
                }
            });
            node.start().get(60, TimeUnit.SECONDS);
            leads.get(60, TimeUnit.SECONDS);
            propose(node, 0);
            Path segment = oldestSegment();
            DamageTest.overwrite(segment, 30_000, new byte[64]);
            assertThat(told.get(60, TimeUnit.SECONDS)).contains(segment.toString(), "offset");
            measured.get(60, TimeUnit.SECONDS);
            propose(node, 600);
            assertThat(node.status().damages()).containsExactly(told.join());
        }
    }

    /** More than a segment holds. */
    private static void propose(RaftNode node, int from) throws Exception {
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (int number = from; number < from + 600; number++) {
            calls.add(node.propose(ByteBuffer.allocate(200).putInt(0, number)));
        }
        CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
    }

    @Test
    void aSettingThatIsNoneIsRefused() {
        assertThatThrownBy(() -> ChronicleStorageConfig.builder()
                        .scrubBytesPerSecond(-1)
                        .scrubPause(Duration.ZERO)
                        .build())
                .hasMessageContaining("scrubBytesPerSecond (-1) must not be negative")
                .hasMessageContaining("scrubPause (0 ms) must be positive");
    }

    private Path oldestSegment() throws IOException {
        return DirectoryLayout.segments(directory.resolve("data/log"))
                .firstEntry()
                .getValue()
                .resolve(DirectoryLayout.SEGMENT_FILE);
    }

    private static long damage(Path file, String text) throws IOException {
        int at = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).indexOf(text);
        assertThat(at).isPositive();
        DamageTest.overwrite(file, at, new byte[] {'E'});
        return at;
    }
}
