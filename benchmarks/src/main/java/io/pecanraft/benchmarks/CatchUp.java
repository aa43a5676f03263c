package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.RecoveryCluster.PuttingClient;
import io.pecanraft.benchmarks.front.FrontCall;
import io.pecanraft.benchmarks.front.Inspection;
import io.pecanraft.benchmarks.load.Load;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * How long a server takes that was away to catch up while others go on writing, and what that costs them. It has caught up when it has
 * applied what the leader had applied a moment ago.
 *
 * @param what what begins the names of figures
 * @param puts how many it misses
 * @param bytes how many it has to be sent
 * @param bySnapshot whether the leader takes a snapshot first, so that its log no longer has what is missing
 * @param outstanding puts under way meanwhile
 * @param pause how long writes are counted before and after
 */
record CatchUp(String what, long puts, long bytes, boolean bySnapshot, int outstanding, Duration pause) {

    private static final Duration MOMENT = Duration.ofMillis(20);
    private static final String INSTALLED = "installed a snapshot";
    private static final double NANOS_PER_SECOND = 1e9;

    /** Measures, on a new cluster. */
    void measure(RecoveryCluster cluster, Consumer<Figure> report) throws IOException, InterruptedException {
        cluster.put(Recoveries.WARM_UP_PUTS);
        int leader = cluster.leader();
        int away = (leader + 1) % cluster.size();
        cluster.kill(away);
        cluster.put(puts);
        if (bySnapshot) {
            FrontCall.takeSnapshot(cluster.port(leader));
        }
        try (PuttingClient client = cluster.client()) {
            Load load = client.load();
            load.keep(outstanding);
            rate(load, pause.dividedBy(2));
            long leaderHeap = FrontCall.collect(cluster.port(leader)).heapBytes();
            report.accept(rate("before", load));
            cluster.start(away);
            cluster.awaitListening(away);
            long since = System.nanoTime();
            long awayHeap = FrontCall.collect(cluster.port(away)).heapBytes();
            long done = load.done();
            await(cluster, leader, away);
            double seconds = (System.nanoTime() - since) / NANOS_PER_SECOND;
            report.accept(Figure.millisSince(what + "-caught-up", since));
            report.accept(new Figure(what + "-sent", bytes / seconds, "bytes/s"));
            report.accept(new Figure(what + "-writes-meanwhile", (load.done() - done) / seconds, "ops/s"));
            report.accept(growth("leader", cluster.inspect(leader), leaderHeap));
            report.accept(growth("follower", cluster.inspect(away), awayHeap));
            report.accept(rate("after", load));
            load.keep(0);
        }
        if (bySnapshot && cluster.logOf(away).stream().noneMatch(line -> line.contains(INSTALLED))) {
            throw new IOException(
                    "the server that was away was sent no snapshot; it must miss more puts than the log retains");
        }
    }

    private void await(RecoveryCluster cluster, int leader, int away) throws IOException, InterruptedException {
        long start = System.nanoTime();
        long wanted = Long.MAX_VALUE;
        while (cluster.inspect(away).applied() < wanted) {
            if (System.nanoTime() - start > RecoveryCluster.PATIENCE.toNanos()) {
                throw new IOException("server " + away + " has not caught up within "
                        + RecoveryCluster.PATIENCE.toSeconds() + " s: it has applied "
                        + cluster.inspect(away).applied() + " puts of " + wanted
                        + "; fewer puts under way (--outstanding) leave it more of the machine");
            }
            wanted = cluster.inspect(leader).applied();
            TimeUnit.NANOSECONDS.sleep(MOMENT.toNanos());
        }
    }

    private Figure rate(String when, Load load) throws InterruptedException {
        return new Figure(what + "-writes-" + when, rate(load, pause), "ops/s");
    }

    private static double rate(Load load, Duration length) throws InterruptedException {
        long before = load.done();
        long since = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(length.toNanos());
        return (load.done() - before) * NANOS_PER_SECOND / (System.nanoTime() - since);
    }

    private Figure growth(String whose, Inspection now, long before) {
        return new Figure(what + "-" + whose + "-heap", now.heapBytes() - before, "bytes");
    }
}
