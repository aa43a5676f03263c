package io.pecanraft.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.RaftConfig;
import io.pecanraft.model.RaftMessage;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class QueueGaugeTest {

    private static final int CAPACITY = 32;
    private static final RaftConfig CONFIG =
            RaftConfig.builder().mailboxCapacity(CAPACITY).build();

    private final List<String> complaints = new ArrayList<>();
    private final QueueGauge gauge = new QueueGauge((what, held, limit) -> {
        if (held > limit) {
            complaints.add(held + " " + what);
        }
    });

    private void arrive(int messages) {
        for (int i = 0; i < messages; i++) {
            gauge.arrived(new RaftMessage.TimeoutNow(1));
        }
    }

    @Test
    void moreThanTheMailboxHoldsIsTooMuch() {
        gauge.starts(CONFIG);
        arrive(CAPACITY + 1);
        assertThat(complaints).isEmpty();
        arrive(1);
        assertThat(complaints).hasSize(1).first().asString().startsWith("33 messages");
    }

    /** Seed 96505: a server wakes up to find its log damaged, ends, and is given all that had waited for it. */
    @Test
    void aNodeThatHasEndedHoldsNothing() {
        gauge.starts(CONFIG);
        arrive(CAPACITY / 2);
        gauge.ends();
        arrive(10 * CAPACITY);
        assertThat(complaints).isEmpty();
    }

    @Test
    void theNextLifeBeginsWithNothingAndIsHeldToItsLimit() {
        gauge.starts(CONFIG);
        arrive(CAPACITY / 2);
        gauge.ends();
        gauge.starts(CONFIG);
        arrive(CAPACITY + 1);
        assertThat(complaints).isEmpty();
        arrive(1);
        assertThat(complaints).hasSize(1);
    }
}
