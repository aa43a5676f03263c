package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** A client that writes through one server and reads from another, which asks nobody. Real processes. */
class ReadYourWritesIT {

    private static final int ROUNDS = 300;

    @Test
    void aFollowerShowsWhatWasWrittenThroughAnotherServer() {
        try (ProcessCluster cluster = ProcessCluster.started("read-your-writes", 3)) {
            int leader = cluster.awaitLeader();
            int reading = (leader + 1) % 3;
            int other = (leader + 2) % 3;
            try (Jedis writer = cluster.client(other);
                    Jedis reader = cluster.client(reading)) {
                for (int i = 0; i < ROUNDS; i++) {
                    writer.set("k", "v" + i);
                    long index = (Long) raft(writer, "INDEX");
                    assertThat((Long) raft(reader, "WAIT", Long.toString(index)))
                            .isGreaterThanOrEqualTo(index);
                    assertThat(reader.get("k")).isEqualTo("v" + i);
                }
                assertThatThrownBy(() -> raft(reader, "WAIT", "1000000", "100"))
                        .isInstanceOf(JedisDataException.class)
                        .hasMessageStartingWith("TIMEOUT not done: " + ProcessCluster.name(reading));

                cluster.kill(leader);
                cluster.kill(other);
                assertThat(reader.get("k")).as("asks nobody").isEqualTo("v" + (ROUNDS - 1));
            }
        }
    }

    private static Object raft(Jedis jedis, String... args) {
        return jedis.sendCommand(() -> "RAFT".getBytes(StandardCharsets.US_ASCII), args);
    }
}
