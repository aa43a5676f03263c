package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.system.Put;
import java.io.IOException;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long servers take to come back that have a long log to read and to apply.
 *
 * @param logBytes how much is put, keys and values
 */
record LogRestart(long logBytes) {

    /** What PecanRaft says when it takes part; the time is that of reading log and snapshot, and of restoring the state machine. */
    private static final Pattern STARTED = Pattern.compile("node started .*\\bmillis=\"?(\\d+)");

    /** Measures, on a new cluster. */
    void measure(RecoveryCluster cluster, Consumer<Figure> report) throws IOException, InterruptedException {
        cluster.put(Math.max(1, logBytes / Put.bytes(cluster.valueBytes())));
        report.accept(Recoveries.restart("log-restart", cluster));
        for (int i = 0; i < cluster.size(); i++) {
            cluster.awaitListening(i);
            readMillis(cluster.logOf(i)).ifPresent(millis -> report.accept(new Figure("log-read", millis, "ms")));
        }
    }

    /** How long a server has read its log, if it says so. */
    static OptionalLong readMillis(List<String> lines) {
        return lines.stream()
                .map(STARTED::matcher)
                .filter(Matcher::find)
                .mapToLong(match -> Long.parseLong(match.group(1)))
                .findFirst();
    }
}
