package io.pecanraft.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.SnapshotStore;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/**
 * The contract of {@link SnapshotStore}, as far as it shows without crashes: a snapshot is there as a whole or not at all, the
 * newest one stays, and what is being read stays readable.
 */
public abstract class SnapshotStoreContract extends StorageContract {

    /** For subclasses. */
    protected SnapshotStoreContract() {}

    /** A new store has no newest snapshot. */
    @Test
    protected void holdsNothingAtFirst() throws Exception {
        try (OpenStorage open = open()) {
            assertThat(open.storage.snapshots().latest()).isEmpty();
        }
    }

    /** What {@code commit} returned is the newest snapshot, after a restart as well. */
    @Test
    protected void aCommittedSnapshotIsTheLatestAndStaysSo() throws Exception {
        SnapshotMeta meta;
        EntryId id = new EntryId(2, 10);
        try (OpenStorage open = open();
                SnapshotStore.Writer writer = open.storage.snapshots().begin(id, OpenStorage.MEMBERSHIP, 77)) {
            writer.stream().write(utf8("hello"));
            meta = writer.commit();
            assertThat(meta).isEqualTo(new SnapshotMeta(id, OpenStorage.MEMBERSHIP, 77, 5, crc("hello")));
            assertThat(open.storage.snapshots().latest()).contains(meta);
        }
        try (OpenStorage open = open()) {
            assertThat(open.storage.snapshots().latest()).contains(meta);
            assertThat(text(open, meta)).isEqualTo("hello");
        }
    }

    /** A reader serves any part, as for chunks, and the whole, as for a restore. */
    @Test
    protected void isReadInPartsAndAsAWhole() throws Exception {
        try (OpenStorage open = open()) {
            SnapshotMeta meta = open.snapshot(new EntryId(2, 10), "hello");
            try (SnapshotStore.Reader reader = open.storage.snapshots().open(meta)) {
                assertThat(reader.meta()).isEqualTo(meta);
                assertThat(text(reader.read(1, 3))).isEqualTo("ell");
                assertThat(text(reader.read(3, 100))).isEqualTo("lo");
                assertThat(reader.read(5, 100).remaining()).isZero();
                assertThat(reader.stream().readAllBytes()).isEqualTo(utf8("hello"));
            }
        }
    }

    /** A state may take no byte, or more than fit into any buffer. */
    @Test
    protected void takesAnEmptyAndALongOne() throws Exception {
        String state = "0123456789".repeat(50_000);
        try (OpenStorage open = open()) {
            assertThat(text(open, open.snapshot(new EntryId(1, 1), ""))).isEmpty();
            SnapshotMeta meta = open.snapshot(new EntryId(1, 2), state);
            assertThat(meta.sizeBytes()).isEqualTo(state.length());
            assertThat(text(open, meta)).isEqualTo(state);
        }
    }

    /** What was not committed is never the newest snapshot, also after a restart. */
    @Test
    protected void anUnfinishedOneDoesNotCount() throws Exception {
        try (OpenStorage open = open()) {
            SnapshotMeta first = open.snapshot(new EntryId(1, 5), "first");
            SnapshotStore store = open.storage.snapshots();
            try (SnapshotStore.Writer abandoned = store.begin(new EntryId(1, 9), OpenStorage.MEMBERSHIP, 1)) {
                OutputStream stream = abandoned.stream();
                stream.write(new byte[100_000]);
                assertThat(store.latest()).contains(first);
            }
            assertThat(store.latest()).contains(first);
            // Neither closed nor committed, as when the process dies.
            store.begin(new EntryId(1, 9), OpenStorage.MEMBERSHIP, 1).stream().write(1);
        }
        try (OpenStorage open = open()) {
            assertThat(open.storage.snapshots().latest().orElseThrow().lastIncludedIndex())
                    .isEqualTo(5);
        }
    }

    /** A newer snapshot does not take an older one away from its reader. */
    @Test
    protected void oneThatIsBeingReadStaysReadable() throws Exception {
        try (OpenStorage open = open()) {
            SnapshotMeta first = open.snapshot(new EntryId(1, 5), "first");
            try (SnapshotStore.Reader reader = open.storage.snapshots().open(first)) {
                open.snapshot(new EntryId(1, 7), "second");
                SnapshotMeta third = open.snapshot(new EntryId(1, 9), "third");
                assertThat(text(reader.read(0, 100))).isEqualTo("first");
                assertThat(reader.stream().readAllBytes()).isEqualTo(utf8("first"));
                assertThat(open.storage.snapshots().latest()).contains(third);
                assertThat(text(open, third)).isEqualTo("third");
            }
        }
    }

    /** To open what the store does not hold fails. */
    @Test
    protected void oneThatWasNeverThereCannotBeOpened() throws Exception {
        SnapshotMeta never = new SnapshotMeta(new EntryId(1, 5), OpenStorage.MEMBERSHIP, 1, 5, crc("hello"));
        try (OpenStorage open = open()) {
            assertThatThrownBy(() -> open.storage.snapshots().open(never)).isInstanceOf(IOException.class);
            open.snapshot(new EntryId(1, 5), "other");
            assertThatThrownBy(() -> open.storage.snapshots().open(never)).isInstanceOf(IOException.class);
        }
    }

    /** Two snapshots of one entry may differ in bytes; the later one counts. */
    @Test
    protected void anotherOneOfTheSameEntryTakesItsPlace() throws Exception {
        SnapshotMeta second;
        try (OpenStorage open = open()) {
            open.snapshot(new EntryId(1, 5), "one");
            second = open.snapshot(new EntryId(1, 5), "another");
            assertThat(open.storage.snapshots().latest()).contains(second);
        }
        try (OpenStorage open = open()) {
            assertThat(open.storage.snapshots().latest()).contains(second);
            assertThat(text(open, second)).isEqualTo("another");
        }
    }

    /** A snapshot that was overtaken while it was written is refused. */
    @Test
    protected void anOlderOneDoesNotReplaceANewerOne() throws Exception {
        try (OpenStorage open = open()) {
            SnapshotMeta newer = open.snapshot(new EntryId(1, 9), "newer");
            assertThatThrownBy(() -> open.snapshot(new EntryId(1, 5), "older")).isInstanceOf(IOException.class);
            assertThat(open.storage.snapshots().latest()).contains(newer);
            assertThat(text(open, newer)).isEqualTo("newer");
        }
    }

    /** A snapshot of the leader is put together from chunks, and then is as good as one of its own. */
    @Test
    protected void aReceivedOneArrivesInChunks() throws Exception {
        SnapshotMeta meta = announced("0123456789");
        try (OpenStorage open = open()) {
            try (SnapshotStore.Incoming incoming = open.storage.snapshots().receive(meta)) {
                assertThat(incoming.receivedBytes()).isZero();
                ByteBuffer chunk =
                        ByteBuffer.wrap(utf8("..01234..")).position(2).limit(7);
                incoming.append(chunk);
                assertThat(incoming.receivedBytes()).isEqualTo(5);
                incoming.append(ByteBuffer.wrap(utf8("56789")).asReadOnlyBuffer());
                assertThat(open.storage.snapshots().latest()).isEmpty();
                incoming.commit();
            }
            assertThat(open.storage.snapshots().latest()).contains(meta);
        }
        try (OpenStorage open = open()) {
            assertThat(open.storage.snapshots().latest()).contains(meta);
            assertThat(text(open, meta)).isEqualTo("0123456789");
        }
    }

    /** Length and checksum must be those that the leader had announced. */
    @Test
    protected void aReceivedOneIsDiscardedWhenItIsNotTheAnnouncedOne() throws Exception {
        SnapshotMeta meta = announced("0123456789");
        try (OpenStorage open = open()) {
            for (String other : new String[] {"0123456788", "012345678"}) {
                try (SnapshotStore.Incoming incoming = open.storage.snapshots().receive(meta)) {
                    incoming.append(ByteBuffer.wrap(utf8(other)));
                    assertThatThrownBy(incoming::commit).isInstanceOf(IOException.class);
                }
                assertThat(open.storage.snapshots().latest()).isEmpty();
            }
        }
    }

    /** Chunks of two transfers are never mixed. */
    @Test
    protected void aNewTransferDiscardsWhatAnEarlierOneLeft() throws Exception {
        SnapshotMeta meta = announced("0123456789");
        try (OpenStorage open = open()) {
            SnapshotStore.Incoming unfinished = open.storage.snapshots().receive(meta);
            unfinished.append(ByteBuffer.wrap(utf8("01234")));
            try (SnapshotStore.Incoming incoming = open.storage.snapshots().receive(meta)) {
                assertThat(incoming.receivedBytes()).isZero();
                incoming.append(ByteBuffer.wrap(utf8("0123456789")));
                incoming.commit();
            }
            unfinished.close();
            assertThat(text(open, meta)).isEqualTo("0123456789");
        }
    }

    private static SnapshotMeta announced(String data) {
        return new SnapshotMeta(new EntryId(3, 7), OpenStorage.MEMBERSHIP, 1, data.length(), crc(data));
    }

    private static String text(OpenStorage open, SnapshotMeta meta) throws IOException {
        try (SnapshotStore.Reader reader = open.storage.snapshots().open(meta)) {
            return new String(reader.stream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String text(ByteBuffer bytes) {
        return StandardCharsets.UTF_8.decode(bytes).toString();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static int crc(String text) {
        CRC32C crc = new CRC32C();
        crc.update(utf8(text));
        return (int) crc.getValue();
    }
}
