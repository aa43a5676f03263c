package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
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
                        "%s was away from index %d, came back by snapshot to %d in %d ms, JVM start included, under"
                                + " load",
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

            for (int kill = 1; kill <= 3; kill++) {
                cluster.start(away);
                // The more the later: at the first bytes, in the middle, and well into it.
                long bytes = kill * 1_000_000L;
                await().atMost(ProcessCluster.PATIENCE)
                        .pollInterval(Duration.ofMillis(2))
                        .until(() -> partialBytes(cluster, away) > bytes - 1_000_000L);
                // Stopped first, so that what is seen is what the kill hits.
                cluster.signal(away, "STOP");
                long received = partialBytes(cluster, away);
                assertThat(completeSnapshots(cluster, away))
                        .as("complete snapshots")
                        .isEmpty();
                assertThat(received)
                        .as("bytes of a snapshot of %d values", values)
                        .isBetween(1L, values * 100_000L - 1);
                cluster.kill(away);
                Program.report("killed with -9 after %d received bytes of a snapshot", received);
            }

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

    /** The bytes on the node's disk of a snapshot that is not complete yet; see the layout in docs/storage.md. */
    private static long partialBytes(ProcessCluster cluster, int node) {
        return snapshots(cluster, node).stream()
                .filter(directory -> directory.toString().endsWith(".tmp"))
                .mapToLong(directory -> directory.resolve("data").toFile().length())
                .sum();
    }

    private static List<Path> completeSnapshots(ProcessCluster cluster, int node) {
        return snapshots(cluster, node).stream()
                .filter(directory -> !directory.toString().endsWith(".tmp"))
                .toList();
    }

    private static List<Path> snapshots(ProcessCluster cluster, int node) {
        try (Stream<Path> directories =
                Files.list(cluster.data(node).resolve("data").resolve("snap"))) {
            return directories.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
