package io.pecanraft.protocol;

import static io.pecanraft.protocol.ProtocolCluster.MILLI;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Thesis §4.2.1: rounds of catching up. The election timeout is 150 ms, three slow rounds are too many, 2 s are a stall. */
class CatchUpTest {

    private final Progress progress = new Progress(Entries.member(4), 0, 1, Entries.SETTINGS, 0);
    private final CatchUp catchUp = new CatchUp(Entries.member(4), Entries.SETTINGS, 100, 0);

    @Test
    void aFastRoundMakesItReady() {
        acknowledges(99, 100, 50);
        assertThat(catchUp.isReady(50 * MILLI)).isFalse();
        acknowledges(100, 110, 100);
        assertThat(catchUp.isReady(100 * MILLI)).isTrue();
    }

    /** It was ready while others were not, and then fell behind. */
    @Test
    void itIsReadyOnlyAsLongAsThePresentRoundIsFastToo() {
        acknowledges(100, 110, 100);
        assertThat(catchUp.isReady(249 * MILLI)).isTrue();
        assertThat(catchUp.isReady(250 * MILLI)).isFalse();
        acknowledges(110, 120, 300);
        assertThat(catchUp.isReady(300 * MILLI)).isFalse();
        acknowledges(120, 120, 310);
        assertThat(catchUp.isReady(310 * MILLI)).isTrue();
    }

    @Test
    void aServerThatIsSlowerThanTheClientsIsGivenUpAfterSoManyRounds() {
        acknowledges(100, 200, 200);
        acknowledges(200, 300, 400);
        assertThat(catchUp.failure()).isEmpty();
        acknowledges(300, 400, 600);
        assertThat(catchUp.failure())
                .hasValueSatisfying(why -> assertThat(why)
                        .isEqualTo(
                                "is too slow: round 3 of what had been written meanwhile took 200 ms, and it lacks 100"
                                        + " entries again"));
    }

    @Test
    void aServerThatMakesNoProgressIsGivenUp() {
        acknowledges(50, 100, 100);
        acknowledges(50, 100, 2_099);
        assertThat(catchUp.failure()).isEmpty();
        acknowledges(50, 100, 2_100);
        assertThat(catchUp.failure()).contains("lacks 50 entries and has made no progress for 2000 ms");
        assertThat(catchUp.lagEntries()).isEqualTo(50);
    }

    /** A large snapshot takes longer than a stall; its chunks are progress. */
    @Test
    void aSnapshotOnItsWayIsProgress() {
        SnapshotTransfer transfer = new SnapshotTransfer(
                Entries.member(4).node(), Entries.snapshot(Entries.id(90, 1), 3, 1_000), Entries.SETTINGS, 0);
        progress.startSnapshot(transfer);
        for (long second = 1; second <= 5; second++) {
            transfer.acknowledged(second * 100, second * 1_000 * MILLI);
            acknowledges(0, 100, second * 1_000);
        }
        assertThat(catchUp.failure()).isEmpty();
    }

    /** With nothing to do there is no lack of progress. */
    @Test
    void aServerThatHasEverythingIsNotStuck() {
        acknowledges(100, 100, 100);
        acknowledges(100, 100, 10_000);
        acknowledges(100, 100, 20_000);
        assertThat(catchUp.failure()).isEmpty();
    }

    private void acknowledges(long index, long lastIndex, long atMillis) {
        progress.acknowledged(index, atMillis * MILLI);
        catchUp.observe(progress, lastIndex, atMillis * MILLI);
    }
}
