package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entries;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.StorageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSnapshotStoreTest {

    @TempDir
    Path directory;

    @Test
    void aCommittedSnapshotIsTheLatestAndReadable() throws IOException {
        SnapshotMeta meta;
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.storage.snapshots().latest()).isEmpty();
            meta = log.snapshot(new EntryId(2, 10), "hello");
            assertThat(meta.sizeBytes()).isEqualTo(5);
            assertThat(meta.membership()).isEqualTo(TestLog.MEMBERSHIP);
        }
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.storage.snapshots().latest()).contains(meta);
            try (SnapshotStore.Reader reader = log.storage.snapshots().open(meta)) {
                assertThat(text(reader.read(1, 3))).isEqualTo("ell");
                assertThat(text(reader.read(3, 100))).isEqualTo("lo");
                assertThat(reader.read(5, 100).remaining()).isZero();
                assertThat(reader.stream().readAllBytes()).isEqualTo("hello".getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void anUnfinishedOneLeavesNoTrace() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            SnapshotMeta first = log.snapshot(new EntryId(1, 5), "first");
            SnapshotStore store = log.storage.snapshots();
            SnapshotStore.Writer abandoned = store.begin(new EntryId(1, 9), TestLog.MEMBERSHIP, 1);
            OutputStream stream = abandoned.stream();
            stream.write(new byte[100_000]);
            assertThat(store.latest()).contains(first);
            abandoned.close();
            assertThat(names()).containsExactly("00000000000000000005-1");
            store.begin(new EntryId(1, 9), TestLog.MEMBERSHIP, 1).stream().write(1);
        }
        TestLog.open(directory).close();
        assertThat(names()).containsExactly("00000000000000000005-1");
    }

    @Test
    void theOneBeforeIsRemovedOnlyWhenNobodyReadsIt() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            SnapshotMeta first = log.snapshot(new EntryId(1, 5), "first");
            SnapshotStore.Reader reader = log.storage.snapshots().open(first);
            log.snapshot(new EntryId(1, 9), "second");
            assertThat(names()).hasSize(2);
            assertThat(text(reader.read(0, 100))).isEqualTo("first");
            reader.close();
            reader.close();
            assertThat(names()).containsExactly("00000000000000000009-1");
            assertThatThrownBy(() -> log.storage.snapshots().open(first)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void anotherOneOfTheSameEntryTakesItsPlace() throws IOException {
        SnapshotMeta second;
        try (TestLog log = TestLog.open(directory)) {
            log.snapshot(new EntryId(1, 5), "one");
            second = log.snapshot(new EntryId(1, 5), "another");
            assertThat(log.storage.snapshots().latest()).contains(second);
        }
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.storage.snapshots().latest()).contains(second);
        }
    }

    @Test
    void anOlderOneIsRefused() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            SnapshotMeta newer = log.snapshot(new EntryId(1, 9), "newer");
            assertThatThrownBy(() -> log.snapshot(new EntryId(1, 5), "older"))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("came after a newer one");
            assertThat(log.storage.snapshots().latest()).contains(newer);
            assertThat(names()).hasSize(1);
        }
    }

    @Test
    void aReceivedOneIsCompleteOnlyWhenSizeAndChecksumFit() throws IOException {
        SnapshotMeta meta;
        try (TestLog leader = TestLog.open(directory.resolve("leader"))) {
            meta = leader.snapshot(new EntryId(3, 7), "0123456789");
        }
        try (TestLog log = TestLog.open(directory)) {
            SnapshotStore store = log.storage.snapshots();
            SnapshotStore.Incoming wrong = store.receive(meta);
            wrong.append(bytes("0123456788"));
            assertThatThrownBy(wrong::commit).isInstanceOf(IOException.class).hasMessageContaining("checksum");
            assertThat(store.latest()).isEmpty();

            SnapshotStore.Incoming unfinished = store.receive(meta);
            unfinished.append(bytes("01234"));
            SnapshotStore.Incoming incoming = store.receive(meta);
            assertThat(incoming.receivedBytes()).isZero();
            incoming.append(bytes("01234"));
            assertThat(incoming.receivedBytes()).isEqualTo(5);
            assertThatThrownBy(() -> incoming.append(bytes("567890"))).isInstanceOf(IOException.class);
            incoming.append(bytes("56789"));
            incoming.commit();
            incoming.close();
            assertThat(store.latest()).contains(meta);
            assertThat(names()).containsExactly("00000000000000000007-3");
        }
    }

    @Test
    void aDamagedOneIsNotUsedWhileTheLogStillHasEverything() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            log.term(1);
            log.append(entries(1, 50, 1));
            log.snapshot(new EntryId(1, 40), "state");
        }
        damageSnapshot();
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.storage.snapshots().latest()).isEmpty();
            assertThat(log.readAll(50)).isEqualTo(entries(1, 50, 1));
            SnapshotMeta again = log.snapshot(new EntryId(1, 40), "state");
            assertThat(log.storage.snapshots().latest()).contains(again);
        }
        assertThat(names()).hasSize(1);
    }

    @Test
    void aDamagedOneIsRefusedWhenTheLogWasCompacted() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            log.aloneInTerm(1);
            log.append(entries(1, 3_000, 1));
            log.snapshot(new EntryId(1, 3_000), "state");
            log.storage.log().compact(3_000);
        }
        damageSnapshot();
        assertThatThrownBy(() -> TestLog.open(directory))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("since the one at index 3000 is damaged");
    }

    @Test
    void aDamagedOneIsRefusedWhenTheLogHasNotCaughtUpWithIt() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            log.aloneInTerm(1);
            log.append(entries(1, 5, 1));
            log.snapshot(new EntryId(1, 9), "received from the leader");
        }
        damageSnapshot();
        assertThatThrownBy(() -> TestLog.open(directory))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("the snapshot at 9@1 is damaged and the log, which ends at 5@1");
    }

    /** The cause may be over in a moment, and the log rests on it: nothing may be discarded. */
    @Test
    void oneThatCannotBeReadIsNotTakenForADamagedOne() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            log.term(1);
            log.append(TestLog.entries(1, 3_000, 1));
            log.snapshot(new EntryId(1, 2_900));
            log.storage.log().compact(2_900);
            log.append(TestLog.entries(3_001, 3_001, 1));
        }
        Path data = directory.resolve("data/snap").resolve(names().get(0)).resolve("data");
        Path elsewhere = directory.resolve("elsewhere");
        Files.move(data, elsewhere);
        Files.createSymbolicLink(data, data); // which cannot be followed
        Map<Path, String> before = DirectoryContent.of(directory.resolve("data/log"));
        assertThatThrownBy(() -> TestLog.open(directory))
                .hasMessageContaining(data.getParent().toString())
                .isInstanceOfSatisfying(
                        StorageException.class,
                        e -> assertThat(e.reason()).isEqualTo(StorageException.Reason.INACCESSIBLE));
        assertThatThrownBy(() -> StorageInspection.open(directory)).isInstanceOf(StorageException.class);
        assertThat(DirectoryContent.of(directory.resolve("data/log"))).isEqualTo(before);
        Files.delete(data);
        Files.move(elsewhere, data);
        try (TestLog log = TestLog.open(directory)) {
            assertThat(log.recovered.lastIndex()).isEqualTo(3_001);
            assertThat(log.recovered.repair().repairing()).isFalse();
        }
    }

    /** Java closes the channels of an interrupted thread, which is no failure of the disk. */
    @Test
    void aStateMachineThatLeavesAnInterruptBehindGetsItsSnapshot() throws IOException {
        try (TestLog log = TestLog.open(directory);
                SnapshotStore.Writer writer = log.storage.snapshots().begin(new EntryId(1, 5), TestLog.MEMBERSHIP, 1)) {
            writer.stream().write("state".getBytes(StandardCharsets.UTF_8));
            Thread.currentThread().interrupt();
            SnapshotMeta meta = writer.commit();
            assertThat(Thread.interrupted()).as("it is not ours to take away").isTrue();
            assertThat(log.storage.snapshots().latest()).contains(meta);
            log.term(1);
        }
    }

    @Test
    void damageIsFoundWhileStreaming() throws IOException {
        try (TestLog log = TestLog.open(directory)) {
            SnapshotMeta meta = log.snapshot(new EntryId(1, 9), "state");
            damageSnapshot();
            try (SnapshotStore.Reader reader = log.storage.snapshots().open(meta)) {
                assertThatThrownBy(() -> reader.stream().readAllBytes())
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("damaged");
            }
        }
    }

    private void damageSnapshot() throws IOException {
        for (String name : names()) {
            Path data = directory.resolve("data/snap").resolve(name).resolve("data");
            byte[] bytes = Files.readAllBytes(data);
            bytes[bytes.length / 2] ^= 4;
            Files.write(data, bytes);
        }
    }

    private List<String> names() throws IOException {
        try (Stream<Path> children = Files.list(directory.resolve("data/snap"))) {
            return children.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }
}
