package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** A node that was away while the log was compacted comes back by a snapshot. */
class SnapshotIT {

    @Test
    void aNodeThatWasAwayTooLongComesBackBySnapshotWhileWritesGoOn() {
        try (ProcessCluster cluster = ProcessCluster.started(
                "snapshot", 3, "--snapshot-log-bytes", "128k", "--retained-log-entries", "100")) {
            int away = cluster.follower();
            try (Load load = new Load(cluster, "k", 4, 200)) {
                await().atMost(ProcessCluster.PATIENCE).until(() -> load.acknowledged() > 200);
                cluster.stop(away);
                long lastIndex = Long.parseLong(lastIndexOf(cluster, away));
                await().atMost(ProcessCluster.PATIENCE)
                        .until(() -> cluster.number(cluster.awaitLeader(), "firstIndex") > lastIndex + 1_000);

                long start = System.nanoTime();
                cluster.start(away);
                cluster.awaitRunning(away);
                long goal = cluster.number(cluster.awaitLeader(), "commitIndex");
                await().atMost(ProcessCluster.PATIENCE).until(() -> cluster.number(away, "appliedIndex") >= goal);
                Program.report(
                        "%s was away from index %d, came back by snapshot to %d in %d ms, JVM start included, under load",
                        ProcessCluster.name(away), lastIndex, goal, (System.nanoTime() - start) / 1_000_000);
                assertThat(cluster.number(away, "firstIndex"))
                        .as("its log begins behind the gap")
                        .isGreaterThan(lastIndex);
                load.stop();
                load.verifyOnAll();
            }
        }
    }

    @Test
    void aNodeKilledInTheMiddleOfAnInstallRecovers() {
        try (ProcessCluster cluster = ProcessCluster.started(
                "snapshot-killed",
                3,
                "--snapshot-log-bytes",
                "4m",
                "--retained-log-entries",
                "10",
                "--snapshot-chunk-bytes",
                "4k")) {
            int away = cluster.follower();
            cluster.kill(away);
            int values = 300;
            fill(cluster, values);
            int leader = cluster.awaitLeader();
            await().atMost(ProcessCluster.PATIENCE).until(() -> cluster.number(leader, "firstIndex") > values / 2);

            int caught = 0;
            for (int attempt = 0; attempt < 3; attempt++) {
                cluster.start(away);
                await().atMost(ProcessCluster.PATIENCE)
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> receivesSnapshot(cluster, away) || cluster.number(away, "snapshotIndex") > 0);
                boolean inTheMiddle = cluster.number(away, "snapshotIndex") <= 0;
                cluster.kill(away);
                if (!inTheMiddle) {
                    break;
                }
                caught++;
            }
            Program.report("killed %d times in the middle of a snapshot install", caught);
            assertThat(caught).as("kills in the middle of an install").isPositive();

            long start = System.nanoTime();
            cluster.start(away);
            long goal = cluster.number(cluster.awaitLeader(), "commitIndex");
            await().atMost(ProcessCluster.PATIENCE).until(() -> cluster.number(away, "appliedIndex") >= goal);
            Program.report("and recovered in %d ms", (System.nanoTime() - start) / 1_000_000);
            try (Jedis jedis = cluster.client(away)) {
                for (int i = 0; i < values; i++) {
                    assertThat(jedis.strlen("large" + i)).isEqualTo(100_000 + i);
                }
                assertThat(jedis.dbSize()).isEqualTo(values);
            }
        }
    }

    private static void fill(ProcessCluster cluster, int values) {
        try (Jedis jedis = cluster.client(cluster.awaitLeader())) {
            for (int i = 0; i < values; i++) {
                jedis.set("large" + i, "x".repeat(100_000 + i));
            }
        }
    }

    private static boolean receivesSnapshot(ProcessCluster cluster, int node) {
        JsonObject leader = cluster.ask(cluster.awaitLeader()).json();
        for (JsonElement element : leader.getAsJsonArray("followers")) {
            JsonObject follower = element.getAsJsonObject();
            if (follower.get("node").getAsString().equals(ProcessCluster.name(node))) {
                return follower.get("replication").getAsString().equals("SNAPSHOT")
                        && follower.get("millisSinceContact").getAsLong() < 200
                        && cluster.number(node, "pid") > 0;
            }
        }
        return false;
    }

    /** What the leader last knew of a node that is away. */
    private static String lastIndexOf(ProcessCluster cluster, int node) {
        JsonObject leader = cluster.ask(cluster.awaitLeader()).json();
        for (JsonElement element : leader.getAsJsonArray("followers")) {
            JsonObject follower = element.getAsJsonObject();
            if (follower.get("node").getAsString().equals(ProcessCluster.name(node))) {
                return follower.get("matchIndex").getAsString();
            }
        }
        throw new AssertionError(ProcessCluster.name(node) + " is not a follower: " + leader);
    }
}
