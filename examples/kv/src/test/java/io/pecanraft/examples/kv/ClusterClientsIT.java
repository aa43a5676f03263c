package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisURI;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisClusterClient;
import redis.clients.jedis.exceptions.JedisException;

/** Cluster-aware clients that are told of one node only, a follower, find the leader by themselves. */
@ExtendWith(SharedCluster.class)
class ClusterClientsIT {

    private static ProcessCluster cluster;

    @BeforeAll
    static void start(ProcessCluster shared) {
        cluster = shared;
        for (int i = 0; i < cluster.size(); i++) {
            int node = i;
            await().atMost(ProcessCluster.PATIENCE).untilAsserted(() -> {
                try (Jedis jedis = cluster.client(node)) {
                    assertThat(jedis.clusterNodes().lines())
                            .as("all have said where they are")
                            .hasSize(3);
                }
            });
        }
    }

    private static int follower() {
        return (cluster.awaitLeader() + 1) % cluster.size();
    }

    @Test
    void jedis() {
        int leader = cluster.awaitLeader();
        HostPort seed = cluster.resp(follower());
        try (RedisClusterClient client = RedisClusterClient.create(Set.of(new HostAndPort(seed.host(), seed.port())))) {
            long before = commands(leader);
            for (int i = 0; i < 300; i++) {
                assertThat(client.set("jedis-cluster-" + i, "v")).isEqualTo("OK");
            }
            assertThat(commands(leader) - before).as("the leader was asked").isGreaterThanOrEqualTo(300);

            cluster.kill(leader);
            await().atMost(ProcessCluster.PATIENCE)
                    .ignoreExceptionsInstanceOf(JedisException.class)
                    .until(() -> client.get("jedis-cluster-299").equals("v"));
            cluster.start(leader);
            cluster.awaitRunning(leader);
        }
    }

    @Test
    void lettuce() {
        int leader = cluster.awaitLeader();
        HostPort seed = cluster.resp(follower());
        var client = io.lettuce.core.cluster.RedisClusterClient.create(RedisURI.create(seed.host(), seed.port()));
        try (StatefulRedisClusterConnection<String, String> connection = client.connect()) {
            assertThat(connection.getPartitions()).hasSize(3);
            RedisClusterNode master = connection.getPartitions().getPartitionBySlot(0);
            assertThat(master.getUri().getPort()).isEqualTo(cluster.resp(leader).port());
            assertThat(master.getSlots()).hasSize(16_384);
            for (int i = 0; i < 100; i++) {
                assertThat(connection.sync().set("lettuce-cluster-" + i, "v")).isEqualTo("OK");
            }
            assertThat(connection.sync().mget("lettuce-cluster-1", "lettuce-cluster-2"))
                    .hasSize(2);
        } finally {
            client.shutdown(0, 1, TimeUnit.SECONDS);
        }
    }

    private static long commands(int node) {
        try (Jedis jedis = cluster.client(node)) {
            return jedis.info("stats")
                    .lines()
                    .filter(line -> line.startsWith("total_commands_processed:"))
                    .mapToLong(line -> Long.parseLong(line.substring(line.indexOf(':') + 1)))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
