package io.pecanraft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.SnapshotMeta;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which chunks of a snapshot are sent when (§7), on a network that loses, repeats and reorders. */
class SnapshotTransferTest {

    private static final int CHUNK = Entries.SETTINGS.snapshotChunkBytes();
    private static final int WINDOW = Entries.SETTINGS.snapshotWindowChunks();
    private static final long STALL = 1_000;

    private final SnapshotTransfer transfer = new SnapshotTransfer(
            ProtocolCluster.node(2),
            new SnapshotMeta(new EntryId(9, 1), Membership.ofVoters(1, Entries.members(3)), 1_000, 100L * CHUNK, 7),
            Entries.SETTINGS,
            0);

    /** The offsets of the chunks that leave now, in chunks. */
    private List<Long> sends() {
        Outbox out = new Outbox();
        transfer.flush(1, out);
        return out.take().stream()
                .map(effect -> ((Effect.SendSnapshotChunk) effect).offset() / CHUNK)
                .toList();
    }

    private void acknowledged(int chunks) {
        transfer.acknowledged((long) chunks * CHUNK, 1);
    }

    @Test
    void aWindowIsOnItsWayAndMovesWithTheAnswers() {
        assertThat(sends()).hasSize(WINDOW).startsWith(0L);
        assertThat(sends()).isEmpty();
        acknowledged(1);
        assertThat(sends()).containsExactly((long) WINDOW);
    }

    /** Found by the swarm, seed 3425: each old answer sent a window of chunks again, whose answers sent more. */
    @Test
    void answersThatOthersOvertookSendNothing() {
        sends();
        acknowledged(2);
        sends();
        for (int old = 0; old < 2; old++) {
            acknowledged(old);
            assertThat(sends()).isEmpty();
        }
        assertThat(transfer.acknowledgedOffset()).isEqualTo(2L * CHUNK);
    }

    /** The follower says twice where it is: a later chunk came first, and this one may be lost. */
    @Test
    void aChunkThatOthersOvertookIsSentOnceMoreAndNotForEachAnswer() {
        sends();
        acknowledged(2);
        sends();
        acknowledged(2);
        assertThat(sends()).hasSize(WINDOW).startsWith(2L);
        for (int i = 0; i < WINDOW; i++) {
            acknowledged(2);
            assertThat(sends()).isEmpty();
        }
        acknowledged(3);
        assertThat(sends()).hasSize(1);
    }

    @Test
    void whatStandsStillIsSentAgainOnce() {
        sends();
        acknowledged(2);
        sends();
        transfer.heard(STALL / 2, STALL);
        assertThat(sends()).isEmpty();
        transfer.heard(STALL + 1, STALL);
        assertThat(sends()).hasSize(WINDOW).startsWith(2L);
        transfer.heard(STALL + 2, STALL);
        assertThat(sends()).isEmpty();
    }

    /** Its process was restarted: the answer to what is sent again says so. */
    @Test
    void aFollowerThatBeganAnewGetsAllOfItAgain() {
        sends();
        acknowledged(2);
        sends();
        transfer.heard(STALL + 1, STALL);
        sends();
        acknowledged(0);
        assertThat(sends()).hasSize(WINDOW).startsWith(0L);
        acknowledged(1);
        assertThat(sends()).containsExactly((long) WINDOW);
    }

    /** A peer that cannot be reached is sent nothing until it answers, however often the network says so. */
    @Test
    void whatMayBeLostIsSentAgainWhenTheFollowerIsHeardOf() {
        sends();
        for (int i = 0; i < 10; i++) {
            transfer.mayBeLost();
            assertThat(sends()).isEmpty();
        }
        transfer.heard(1, STALL);
        assertThat(sends()).hasSize(WINDOW).startsWith(0L);
        transfer.heard(2, STALL);
        assertThat(sends()).isEmpty();
    }
}
