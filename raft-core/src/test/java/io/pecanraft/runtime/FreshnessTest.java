package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.ReadConsistency.BoundedStaleness;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class FreshnessTest {

    private static final BoundedStaleness TEN = new BoundedStaleness(Duration.ofNanos(10), 0);

    private final Freshness freshness = new Freshness();

    @Test
    void nothingIsKnownUntilAReadWasConfirmed() {
        assertThat(freshness.suffices(TEN, 100)).isFalse();
        assertThat(freshness.age(100)).isEmpty();
    }

    /** Age is counted from when a read was begun, not from when it was confirmed. */
    @Test
    void whatIsKnownIsAsOldAsTheQuestion() {
        freshness.confirmed(100, 7);
        assertThat(freshness.suffices(TEN, 110)).isTrue();
        assertThat(freshness.suffices(TEN, 111)).isFalse();
        assertThat(freshness.age(130)).contains(Duration.ofNanos(30));
    }

    /** Answers may overtake each other. */
    @Test
    void aLateAnswerToAnEarlierQuestionMakesNothingOlderAndNoIndexLower() {
        freshness.confirmed(100, 7);
        freshness.confirmed(90, 9);
        freshness.confirmed(80, 5);
        assertThat(freshness.suffices(TEN, 110)).isTrue();
        assertThat(freshness.indexFor(TEN)).isEqualTo(9);
    }

    @Test
    void aReadThatCanDoWithoutSomeEntriesNeedsALowerIndex() {
        freshness.confirmed(100, 7);
        assertThat(freshness.indexFor(new BoundedStaleness(Duration.ofNanos(10), 3)))
                .isEqualTo(4);
        assertThat(freshness.indexFor(new BoundedStaleness(Duration.ofNanos(10), 30)))
                .isZero();
    }

    /** A clock may count from anywhere. */
    @Test
    void clocksMayBeNegative() {
        freshness.confirmed(-100, 7);
        assertThat(freshness.suffices(TEN, -90)).isTrue();
        assertThat(freshness.suffices(TEN, -89)).isFalse();
    }
}
