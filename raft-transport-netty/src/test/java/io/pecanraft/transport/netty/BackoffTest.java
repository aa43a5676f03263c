package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BackoffTest {

    private final Backoff backoff = new Backoff(50, 2_000);

    @Test
    void theBoundDoublesUpToTheGreatestPause() {
        for (long bound : new long[] {50, 100, 200, 400, 800, 1_600, 2_000, 2_000}) {
            assertThat(backoff.boundMillis()).isEqualTo(bound);
            assertThat(backoff.nextMillis()).isBetween(0L, bound);
        }
    }

    @Test
    void theBoundStaysWhereItIsForEver() {
        for (int i = 0; i < 10_000; i++) {
            assertThat(backoff.nextMillis()).isBetween(0L, 2_000L);
        }
        assertThat(backoff.boundMillis()).isEqualTo(2_000);
    }

    /** R24 (openraft#1723): an error long ago must not delay for ever. */
    @Test
    void afterASuccessItBeginsAnew() {
        for (int i = 0; i < 10; i++) {
            backoff.nextMillis();
        }
        backoff.reset();

        assertThat(backoff.boundMillis()).isEqualTo(50);
    }

    /** Full jitter: were pauses equal, all peers of a server would call it at the same moment. */
    @Test
    void pausesAreSpread() {
        Backoff constant = new Backoff(1_000, 1_000);
        int below = 0;
        for (int i = 0; i < 1_000; i++) {
            below += constant.nextMillis() < 500 ? 1 : 0;
        }
        assertThat(below).isBetween(300, 700);
    }
}
