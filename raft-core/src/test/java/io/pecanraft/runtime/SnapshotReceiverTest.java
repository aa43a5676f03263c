package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.protocol.Effect;
import io.pecanraft.spi.RaftMetrics;
import io.pecanraft.spi.StorageIdentity;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** S14, S15: chunks of different transfers never mix, and what is incomplete or damaged never counts. */
class SnapshotReceiverTest {

    private static final MemberId LEADER = member("n1");
    private static final MemberId NEXT_LEADER = member("n2");
    private static final byte[] DATA = {1, 2, 3, 4, 5, 6, 7};
    private static final byte[] OTHER = {9, 9, 9, 4, 5, 6, 7};

    private final MemoryStorage.MemorySnapshots store = new MemoryStorage.MemorySnapshots();
    private final Mailbox mailbox = new Mailbox(100, 100, () -> {});
    private final Lane lane = new Lane(Runnable::run, failure -> {
        throw new AssertionError(failure);
    });
    private final SnapshotReceiver receiver = new SnapshotReceiver(
            store,
            lane,
            new NodeLog(
                    new StorageIdentity(
                            ClusterId.fromName("test"), GroupId.DEFAULT, NodeId.of("n3"), new Incarnation(1, 1)),
                    new LogLines(lane, 10, RaftMetrics.NONE)),
            mailbox);

    @Test
    void chunksInOrderMakeASnapshot() {
        assertThat(receive(LEADER, 5, meta(DATA), 0, 3, DATA)).isEqualTo(3);
        assertThat(receive(LEADER, 5, meta(DATA), 3, 6, DATA)).isEqualTo(6);
        assertThat(store.latest()).isEmpty();
        assertThat(receive(LEADER, 5, meta(DATA), 6, 7, DATA)).isEqualTo(7);
        assertThat(store.latest()).contains(meta(DATA));
    }

    @Test
    void repeatedAndEarlyChunksAreAnsweredWithWhatIsThere() {
        receive(LEADER, 5, meta(DATA), 0, 3, DATA);
        assertThat(receive(LEADER, 5, meta(DATA), 0, 3, DATA)).isEqualTo(3);
        assertThat(receive(LEADER, 5, meta(DATA), 6, 7, DATA)).isEqualTo(3);
        receive(LEADER, 5, meta(DATA), 3, 7, DATA);
        assertThat(receive(LEADER, 5, meta(DATA), 3, 7, DATA)).isEqualTo(7);
        assertThat(store.latest()).contains(meta(DATA));
    }

    @Test
    void anotherLeaderBeginsAnewEvenWithTheSameSnapshot() {
        receive(LEADER, 5, meta(DATA), 0, 3, DATA);
        assertThat(receive(NEXT_LEADER, 6, meta(DATA), 3, 7, DATA)).isZero();
        assertThat(receive(NEXT_LEADER, 6, meta(DATA), 0, 7, DATA)).isEqualTo(7);
    }

    @Test
    void theSameLeaderInALaterTermBeginsAnew() {
        receive(LEADER, 5, meta(DATA), 0, 3, DATA);
        assertThat(receive(LEADER, 7, meta(DATA), 3, 7, DATA)).isZero();
    }

    @Test
    void anotherSnapshotOfTheSameLeaderBeginsAnew() {
        receive(LEADER, 5, meta(OTHER), 0, 3, OTHER);
        assertThat(receive(LEADER, 5, meta(DATA), 3, 7, DATA)).isZero();
        receive(LEADER, 5, meta(DATA), 0, 3, DATA);
        assertThat(receive(LEADER, 5, meta(DATA), 3, 7, DATA)).isEqualTo(7);
    }

    @Test
    void aDamagedSnapshotIsDiscardedAndBegunAnew() {
        assertThat(receive(LEADER, 5, meta(DATA), 0, 7, OTHER)).isZero();
        assertThat(store.latest()).isEmpty();
        assertThat(receive(LEADER, 5, meta(DATA), 0, 7, DATA)).isEqualTo(7);
    }

    /** Simulation seed 220168: its chunks had waited behind those of the leader before. */
    @Test
    void aSnapshotThatANewerOneHasOvertakenIsGivenUp() {
        SnapshotMeta older = meta(OTHER, 9);
        receive(NEXT_LEADER, 6, older, 0, 3, OTHER);
        receive(LEADER, 5, meta(DATA), 0, 7, DATA);
        assertThat(receive(NEXT_LEADER, 6, older, 0, 3, OTHER)).isZero();
        assertThat(receive(NEXT_LEADER, 6, older, 3, 7, OTHER)).isZero();
        assertThat(store.latest()).contains(meta(DATA));
    }

    private long receive(MemberId from, long term, SnapshotMeta meta, int offset, int to, byte[] data) {
        receiver.accept(new Effect.AcceptSnapshotChunk(
                from, term, meta, offset, ByteBuffer.wrap(Arrays.copyOfRange(data, offset, to))));
        Input.ChunkStored stored = (Input.ChunkStored) mailbox.poll();
        assertThat(stored.from()).isEqualTo(from);
        assertThat(stored.term()).isEqualTo(term);
        return stored.nextOffset();
    }

    private static SnapshotMeta meta(byte[] data) {
        return meta(data, 10);
    }

    private static SnapshotMeta meta(byte[] data, long lastIncludedIndex) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        return new SnapshotMeta(
                new EntryId(4, lastIncludedIndex),
                Membership.ofVoters(0, List.of(new Member(LEADER, "n1:1"))),
                0,
                data.length,
                (int) crc.getValue());
    }

    private static MemberId member(String name) {
        return new MemberId(NodeId.of(name), new Incarnation(1, 1));
    }
}
