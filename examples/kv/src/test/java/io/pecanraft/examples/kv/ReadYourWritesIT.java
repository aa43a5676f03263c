package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** A client that writes through one server and reads from another, which asks nobody. Real processes. */
@ExtendWith(SharedCluster.class)
class ReadYourWritesIT {

    private static final int ROUNDS = 300;

    @Test
    void aFollowerShowsWhatWasWrittenThroughAnotherServer(ProcessCluster cluster) {
        int leader = cluster.awaitLeader();
        int reading = (leader + 1) % 3;
        int other = (leader + 2) % 3;
        try (Jedis writer = cluster.client(other);
                Jedis reader = cluster.client(reading)) {
            for (int i = 0; i < ROUNDS; i++) {
                writer.set("k", "v" + i);
                long index = (Long) ProcessCluster.raft(writer, "INDEX");
                assertThat((Long) ProcessCluster.raft(reader, "WAIT", Long.toString(index)))
                        .isGreaterThanOrEqualTo(index);
                assertThat(reader.get("k")).isEqualTo("v" + i);
            }
            assertThatThrownBy(() -> ProcessCluster.raft(reader, "WAIT", "1000000", "100"))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessageStartingWith("TIMEOUT not done: " + ProcessCluster.name(reading));

            cluster.signal(leader, "STOP");
            cluster.signal(other, "STOP");
            assertThat(reader.get("k")).as("asks nobody").isEqualTo("v" + (ROUNDS - 1));
        } finally {
            cluster.signal(leader, "CONT");
            cluster.signal(other, "CONT");
        }
    }
}
