package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What the state machine has been given, and how much of it waits there. */
class HandedOverTest {

    private final HandedOver handedOver = new HandedOver(3);

    @Test
    void countsWhatIsNotApplied() {
        assertThat(handedOver.notApplied(3)).isZero();
        handedOver.entries(7);
        assertThat(handedOver.notApplied(3)).isEqualTo(4);
        assertThat(handedOver.notApplied(7)).isZero();
    }

    /** Seed 165788: two leaders' snapshots one right after the other, of which the protocol counts the second alone as applied. */
    @Test
    void whatASnapshotHoldsWasNotGivenAsEntries() {
        handedOver.restored(20);
        assertThat(handedOver.index()).isEqualTo(20);
        assertThat(handedOver.notApplied(3)).isZero();
        handedOver.entries(23);
        assertThat(handedOver.notApplied(3)).isEqualTo(3);
        assertThat(handedOver.notApplied(22)).isEqualTo(1);
    }

    @Test
    void anOlderSnapshotTakesNothingBack() {
        handedOver.entries(30);
        handedOver.restored(20);
        assertThat(handedOver.index()).isEqualTo(30);
    }
}
