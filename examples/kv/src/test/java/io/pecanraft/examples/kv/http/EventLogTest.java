package io.pecanraft.examples.kv.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.pecanraft.RaftEvent;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What happened to a node, in words. */
class EventLogTest {

    private final EventLog events = new EventLog(Clock.fixed(Instant.ofEpochMilli(1_234), ZoneOffset.UTC));

    @Test
    void saysWhatHappenedWhen() {
        events.add(new RaftEvent.RoleChanged(RaftRole.FOLLOWER, RaftRole.PRE_CANDIDATE, 3, "election timeout"));
        events.add(new RaftEvent.LeaderChanged(Optional.of(NodeId.of("n2")), 4));
        JsonObject first = events.json().get(0).getAsJsonObject();
        assertThat(first.get("at").getAsLong()).isEqualTo(1_234);
        assertThat(first.get("kind").getAsString()).isEqualTo("role");
        assertThat(first.get("text").getAsString()).isEqualTo("follower → pre-candidate in term 3: election timeout");
        assertThat(events.json().get(1).getAsJsonObject().get("text").getAsString())
                .isEqualTo("n2 leads in term 4");
    }

    @Test
    void keepsTheLastHundred() {
        for (int term = 1; term <= 250; term++) {
            events.add(new RaftEvent.LeaderChanged(Optional.empty(), term));
        }
        JsonArray kept = events.json();
        assertThat(kept).hasSize(100);
        assertThat(kept.get(99).getAsJsonObject().get("sequence").getAsLong()).isEqualTo(250);
    }

    @Test
    void cutsLongTexts() {
        events.add(new RaftEvent.StorageDamaged("x".repeat(10_000)));
        assertThat(events.json().get(0).getAsJsonObject().get("text").getAsString())
                .hasSizeLessThan(400);
    }
}
