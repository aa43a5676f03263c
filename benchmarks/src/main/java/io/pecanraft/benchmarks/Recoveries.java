package io.pecanraft.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What happens when servers die and come back: how long until a write is acknowledged again.
 *
 * <p>A write is acknowledged when a majority has it. So a server that was away has caught up when a write is acknowledged while the third
 * one is dead, whatever the system is that replicates; nothing has to be asked of it.
 *
 * @param entries how far the server that is away falls behind, in puts
 * @param kills how many leaders are killed
 */
record Recoveries(long entries, int kills) {

    static final String LEADER_KILLED = "leader-killed";
    static final String CATCH_UP = "catch-up";
    static final String RESTART = "restart";

    /** What a put is held back by at least until leaders are settled again and code is compiled. */
    private static final Duration CALM = Duration.ofSeconds(3);

    static final long WARM_UP_PUTS = 200_000;

    /** Measures, on a new cluster. */
    void measure(RecoveryCluster cluster, Consumer<Figure> report) throws IOException, InterruptedException {
        cluster.put(WARM_UP_PUTS);
        for (int i = 0; i < kills; i++) {
            report.accept(killLeader(cluster));
        }
        report.accept(catchUp(cluster));
        report.accept(restart(RESTART, cluster));
    }

    /** From the death of the leader to the first write that is acknowledged. */
    private static Figure killLeader(RecoveryCluster cluster) throws IOException, InterruptedException {
        int leader = cluster.leader();
        TimeUnit.NANOSECONDS.sleep(CALM.toNanos());
        cluster.kill(leader);
        long since = System.nanoTime();
        cluster.leader();
        Figure figure = Figure.millisSince(LEADER_KILLED, since);
        cluster.start(leader);
        cluster.awaitListening(leader);
        return figure;
    }

    /** From when a server listens that has missed puts, to when a write is acknowledged that only it and the leader can have. */
    private Figure catchUp(RecoveryCluster cluster) throws IOException, InterruptedException {
        int leader = cluster.leader();
        int away = (leader + 1) % cluster.size();
        int other = (leader + 2) % cluster.size();
        cluster.kill(away);
        cluster.put(entries);
        cluster.start(away);
        cluster.awaitListening(away);
        long since = System.nanoTime();
        cluster.kill(other);
        cluster.leader();
        Figure figure = Figure.millisSince(CATCH_UP, since);
        cluster.start(other);
        cluster.awaitListening(other);
        cluster.leader();
        return figure;
    }

    /** From the start of all processes to the first write that is acknowledged. */
    static Figure restart(String what, RecoveryCluster cluster) throws IOException, InterruptedException {
        cluster.killAll();
        long since = System.nanoTime();
        cluster.startAll();
        cluster.leader();
        return Figure.millisSince(what, since);
    }
}
