package io.pecanraft.examples.kv;

import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What clients of real servers are told while leaders are killed with -9: was it possible? Judged without any knowledge of
 * the servers. {@code -Dit.seed=N} makes the clients ask for other things.
 */
@ExtendWith(SharedCluster.class)
class LinearizableIT {

    private static final long SEED = Long.getLong("it.seed", 1);
    private static final int CLIENTS = 9;
    private static final int KILLS = 3;
    private static final int CALLS_PER_KILL = 1_500;

    @Test
    void whatClientsAreToldWhileLeadersAreKilledIsLinearizable(ProcessCluster cluster) {
        try (JudgedLoad load = new JudgedLoad(cluster, CLIENTS, SEED)) {
            for (int kill = 1; kill <= KILLS; kill++) {
                more(load);
                int leader = cluster.awaitLeader();
                cluster.kill(leader);
                cluster.awaitLeader();
                more(load);
                cluster.start(leader);
                cluster.awaitRunning(leader);
            }
            more(load);
            load.judge("leader killed " + KILLS + " times", cluster.directory());
        }
    }

    private static void more(JudgedLoad load) {
        long goal = load.answered() + CALLS_PER_KILL / 2;
        await().atMost(ProcessCluster.PATIENCE).until(() -> load.answered() >= goal);
    }
}
