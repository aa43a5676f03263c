package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.front.FrontCall;
import io.pecanraft.benchmarks.load.ProcessStatus;
import io.pecanraft.benchmarks.load.Usage;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.LongSummaryStatistics;
import java.util.concurrent.TimeUnit;

/**
 * What servers take that have nothing to do.
 *
 * @param settle how long they are left alone before anything is counted
 * @param length how long CPU is counted
 */
record IdleCluster(Duration settle, Duration length) {

    private static final double PERCENT = 100;

    /** Waits until each group has a leader, and measures. */
    List<Figure> measure(RecoveryCluster cluster) throws IOException, InterruptedException {
        cluster.client().close();
        TimeUnit.NANOSECONDS.sleep(settle.toNanos());
        List<Long> before = cpu(cluster);
        long since = System.nanoTime();
        TimeUnit.NANOSECONDS.sleep(length.toNanos());
        List<Long> after = cpu(cluster);
        double nanos = System.nanoTime() - since;
        double sum = 0;
        double greatest = 0;
        for (int i = 0; i < cluster.size(); i++) {
            double percent = (after.get(i) - before.get(i)) * PERCENT / nanos;
            sum += percent;
            greatest = Math.max(greatest, percent);
        }
        List<Figure> figures = new ArrayList<>(List.of(
                new Figure("idle-cpu", sum / cluster.size(), "percent"),
                new Figure("idle-cpu-greatest", greatest, "percent")));
        figures.addAll(memory(cluster));
        return figures;
    }

    private static List<Long> cpu(RecoveryCluster cluster) throws IOException {
        List<Long> nanos = new ArrayList<>();
        for (int i = 0; i < cluster.size(); i++) {
            nanos.add(Usage.of(List.of(cluster.process(i).pid())).cpuNanos());
        }
        return nanos;
    }

    /** Means over the servers. Memory is looked at before the collection, which touches the heap. */
    private static List<Figure> memory(RecoveryCluster cluster) throws IOException {
        LongSummaryStatistics resident = new LongSummaryStatistics();
        LongSummaryStatistics anonymous = new LongSummaryStatistics();
        LongSummaryStatistics threads = new LongSummaryStatistics();
        LongSummaryStatistics heap = new LongSummaryStatistics();
        for (int i = 0; i < cluster.size(); i++) {
            ProcessStatus status = ProcessStatus.of(cluster.process(i).pid());
            resident.accept(status.residentBytes());
            anonymous.accept(status.anonymousBytes());
            threads.accept(status.threads());
            heap.accept(FrontCall.collect(cluster.port(i)).heapBytes());
        }
        return List.of(
                new Figure("resident", Math.rint(resident.getAverage()), "bytes"),
                new Figure("resident-anonymous", Math.rint(anonymous.getAverage()), "bytes"),
                new Figure("heap", Math.rint(heap.getAverage()), "bytes"),
                new Figure("threads", Math.rint(threads.getAverage()), "threads"));
    }
}
