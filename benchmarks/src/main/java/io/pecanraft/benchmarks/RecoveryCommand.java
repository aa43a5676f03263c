package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.load.Load;
import io.pecanraft.benchmarks.system.BenchmarkedSystem;
import io.pecanraft.benchmarks.system.Guarantee;
import io.pecanraft.benchmarks.system.Put;
import io.pecanraft.benchmarks.system.Snapshots;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code recovery}: how long it takes until all is well again when servers die and come back, and what it costs meanwhile. */
@Command(
        name = "recovery",
        description = {
            "Measures clusters of three server processes on loopback whose servers die and come back; a cluster for each of these:",
            "  kills     how long it takes until a write is acknowledged again: after a leader was killed; by a server that was",
            "            away and missed writes, when the third one is killed; and after all three were killed and started again;",
            "  behind    how long a server that missed writes takes to catch up from the log while others write, and how much these",
            "            are slowed down;",
            "  snapshot  the same by a snapshot, and how much the heaps of leader and follower grow;",
            "  log       how long all three take to come back with a long log.",
            "Adds a line to a file of results for each figure."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RecoveryCommand extends MeasuringCommand {

    private static final String HEADER =
            "system,version,durability,value,entries," + Figure.CSV_HEADER + "," + RunEnvironment.CSV_HEADER;

    /** More than a log of ours retains behind a snapshot. */
    private static final long PUTS_BEFORE_SNAPSHOT = 100_000;

    private static final List<String> SCENARIOS = List.of("kills", "behind", "snapshot", "log");

    @Option(
            names = "--what",
            split = ",",
            paramLabel = "kills|behind|snapshot|log",
            defaultValue = "kills",
            description = "What is measured. Default: ${DEFAULT-VALUE}.")
    private List<String> scenarios;

    @Option(
            names = "--durability",
            paramLabel = "power-loss|process-crash",
            defaultValue = "power-loss",
            description = "What an acknowledged write survives. Default: ${DEFAULT-VALUE}.")
    private String durability;

    @Option(
            names = "--value",
            paramLabel = "BYTES",
            defaultValue = "256",
            description = "The length of each value. Default: ${DEFAULT-VALUE}.")
    private int valueBytes;

    @Option(
            names = "--entries",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "kills, behind: how many puts a server misses. Default: ${DEFAULT-VALUE}.")
    private long entries;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "10",
            description = "kills: how many leaders are killed. Default: ${DEFAULT-VALUE}.")
    private int kills;

    @Option(
            names = "--snapshot-bytes",
            paramLabel = "BYTES",
            defaultValue = "1000000000",
            description = "snapshot: how many it has. They take no memory. Default: ${DEFAULT-VALUE}.")
    private long snapshotBytes;

    @Option(
            names = "--log-bytes",
            paramLabel = "BYTES",
            defaultValue = "1000000000",
            description = "log: how many keys and values are put. Default: ${DEFAULT-VALUE}.")
    private long logBytes;

    @Option(
            names = "--outstanding",
            paramLabel = "N",
            defaultValue = "64",
            description = "behind, snapshot: puts under way while a server catches up. Default: ${DEFAULT-VALUE}.")
    private int outstanding;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "15",
            description = "behind, snapshot: how long writes are counted before and after. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--results",
            paramLabel = "FILE",
            defaultValue = "recovery.csv",
            description = "Where lines are added. Default: ${DEFAULT-VALUE}.")
    private Path results;

    @Override
    public Integer call() throws IOException, InterruptedException {
        check();
        List<BenchmarkedSystem> measured = withTheFront(cluster);
        Guarantee guarantee = guarantee();
        ResultFile file = ResultFile.open(results, HEADER);
        int failed = 0;
        for (BenchmarkedSystem system : measured) {
            for (String scenario : scenarios) {
                if (scenario.equals("snapshot") && !system.hasSnapshotsOnDemand()) {
                    say(system.name() + ", snapshot: left out, since it cannot be asked for one of a given length");
                } else if (!measure(scenario, Deployment.usual(system, guarantee), file)) {
                    failed++;
                }
            }
        }
        return failed == 0 ? 0 : 1;
    }

    private void check() {
        if (entries < 1 || kills < 0 || valueBytes < 0) {
            throw wrongUsage("--entries must be positive, --kills and --value not negative");
        }
        if (snapshotBytes < 1 || logBytes < 1 || seconds < 1) {
            throw wrongUsage("--snapshot-bytes, --log-bytes and --seconds must be positive");
        }
        if (outstanding < 1 || outstanding > Load.MAX_IN_FLIGHT) {
            throw wrongUsage("--outstanding must be from 1 to " + Load.MAX_IN_FLIGHT);
        }
        for (String scenario : scenarios) {
            if (!SCENARIOS.contains(scenario)) {
                throw wrongUsage("--what must be of " + String.join(", ", SCENARIOS) + ", got '" + scenario + "'");
            }
        }
    }

    private boolean measure(String scenario, Deployment usual, ResultFile file)
            throws InterruptedException, IOException {
        RunEnvironment environment = RunEnvironment.now();
        List<String> options = new ArrayList<>(usual.system().javaOptions());
        options.addAll(cluster.javaOptions());
        long ballast = scenario.equals("snapshot") ? snapshotBytes : 0;
        Deployment deployment = scenario.equals("kills") ? usual : usual.with(Snapshots.onDemand(ballast));
        Consumer<Figure> report = figure -> report(usual, figure, file, environment);
        try (RecoveryCluster servers = RecoveryCluster.start(
                deployment, Ports.findFree(usual.nodes()), cluster.data(results), options, valueBytes)) {
            measure(scenario, servers, report);
            return true;
        } catch (IOException e) {
            say(usual.system().name() + ", " + scenario + ": failed: " + e.getMessage());
            return false;
        }
    }

    private void measure(String scenario, RecoveryCluster servers, Consumer<Figure> report)
            throws IOException, InterruptedException {
        Duration pause = Duration.ofSeconds(seconds);
        switch (scenario) {
            case "kills" -> new Recoveries(entries, kills).measure(servers, report);
            case "behind" ->
                new CatchUp(scenario, entries, entries * Put.bytes(valueBytes), false, outstanding, pause)
                        .measure(servers, report);
            case "snapshot" ->
                new CatchUp(scenario, PUTS_BEFORE_SNAPSHOT, snapshotBytes, true, outstanding, pause)
                        .measure(servers, report);
            default -> new LogRestart(logBytes).measure(servers, report);
        }
    }

    private void report(Deployment deployment, Figure figure, ResultFile file, RunEnvironment environment) {
        BenchmarkedSystem system = deployment.system();
        say(system.name() + ", " + deployment.guarantee() + ", " + figure);
        String line = String.join(
                ",",
                system.name(),
                system.version(),
                deployment.guarantee().toString(),
                Integer.toString(valueBytes),
                Long.toString(entries),
                figure.toCsv(),
                environment.toCsv());
        try {
            file.add(List.of(line));
        } catch (IOException e) {
            throw new UncheckedIOException("could not add to " + results, e);
        }
    }

    private Guarantee guarantee() {
        try {
            return Guarantee.of(durability);
        } catch (IllegalArgumentException e) {
            throw wrongUsage(String.valueOf(e.getMessage()));
        }
    }
}
