package io.pecanraft;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whoever gets a setting wrong is told of all that is wrong, with the bounds. */
class RaftConfigTest {

    @Test
    void everyWrongValueIsNamedWithItsBounds() {
        RaftConfig.Builder builder = RaftConfig.builder()
                .electionTimeout(Duration.ofMillis(100))
                .heartbeatInterval(Duration.ofMillis(90))
                .readTimeout(Duration.ZERO)
                .maxCommandBytes(0)
                .mailboxCapacity(-1);
        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("electionTimeout (100 ms) must be at least ")
                .hasMessageContaining("heartbeatInterval (90 ms)")
                .hasMessageContaining("readTimeout must be positive, got 0 ms")
                .hasMessageContaining("maxCommandBytes must be from 1 to ")
                .hasMessageContaining("mailboxCapacity must be from 1 to 2147483647, got -1");
    }
}
