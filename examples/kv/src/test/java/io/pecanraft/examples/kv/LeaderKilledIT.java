package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** 20,000 acknowledged writes of 8 clients, while leaders are killed with -9 and started again. */
@ExtendWith(SharedCluster.class)
class LeaderKilledIT {

    private static final int WRITES = 20_000;
    private static final int KILLS = 5;
    private static final int CLIENTS = 8;

    @Test
    void everyAcknowledgedWriteIsOnEveryNodeInTheEnd(ProcessCluster cluster) {
        long start = System.nanoTime();
        List<Long> withoutLeaderMillis = new ArrayList<>();
        List<Long> withoutWriteMillis = new ArrayList<>();
        try (Load load = new Load(cluster, "k", CLIENTS, 0)) {
            for (int kill = 1; kill <= KILLS; kill++) {
                long goal = (long) WRITES * kill / (KILLS + 1);
                await().atMost(ProcessCluster.PATIENCE).until(() -> load.acknowledged() >= goal);
                int leader = cluster.awaitLeader();
                long killed = System.nanoTime();
                cluster.kill(leader);
                long before = load.acknowledged();
                cluster.awaitLeader();
                withoutLeaderMillis.add((System.nanoTime() - killed) / 1_000_000);
                await().atMost(ProcessCluster.PATIENCE)
                        .pollInterval(Duration.ofMillis(5))
                        .until(() -> load.acknowledged() > before + CLIENTS);
                withoutWriteMillis.add((System.nanoTime() - killed) / 1_000_000);
                cluster.start(leader);
                cluster.awaitRunning(leader);
            }
            await().atMost(ProcessCluster.PATIENCE).until(() -> load.acknowledged() >= WRITES);
            load.stop();

            Program.report(
                    "leader killed %d times: %s; in %d s",
                    KILLS, load.summary(), (System.nanoTime() - start) / 1_000_000_000);
            Program.report(
                    "ms from kill -9 to the next leader: %s, to the next writes: %s",
                    withoutLeaderMillis, withoutWriteMillis);
            assertThat(load.acknowledged()).isGreaterThanOrEqualTo(WRITES);
            load.verifyOnAll();
        }
    }
}
