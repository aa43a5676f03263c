package io.pecanraft.examples.kv;

import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** All three nodes killed with -9 at the same moment, under load: nothing acknowledged is lost. */
@ExtendWith(SharedCluster.class)
class AllKilledIT {

    private static final int ROUNDS = 2;
    private static final int WRITES_PER_ROUND = 1_500;

    @Test
    void nothingAcknowledgedIsLost(ProcessCluster cluster) {
        Load[] loads = new Load[ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            try (Load load = new Load(cluster, "r" + round, 8, 100)) {
                loads[round] = load;
                await().atMost(ProcessCluster.PATIENCE).until(() -> load.acknowledged() >= WRITES_PER_ROUND);
                cluster.killAll();
            }
            long down = System.nanoTime();
            for (int i = 0; i < cluster.size(); i++) {
                cluster.start(i);
            }
            cluster.awaitLeader();
            Program.report(
                    "all killed under load, round %d: %s; %d ms from start to a leader",
                    round + 1, loads[round].summary(), (System.nanoTime() - down) / 1_000_000);
            for (int i = 0; i < cluster.size(); i++) {
                cluster.awaitRunning(i);
            }
            for (int earlier = 0; earlier <= round; earlier++) {
                loads[earlier].verifyOnAll();
            }
        }
    }
}
