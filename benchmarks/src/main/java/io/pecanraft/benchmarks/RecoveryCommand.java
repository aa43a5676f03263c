package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.front.FrontedSystem;
import io.pecanraft.benchmarks.system.BenchmarkedSystem;
import io.pecanraft.benchmarks.system.Guarantee;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code recovery}: how long writes wait when servers die and come back. */
@Command(
        name = "recovery",
        description = {
            "Measures how long it takes until a write is acknowledged again: after a leader was killed; by a server that was",
            "away and missed writes, when the third one is killed; and after all three were killed and started again.",
            "On clusters of three server processes on loopback. Adds a line to a file of results for each."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RecoveryCommand extends MeasuringCommand {

    private static final String HEADER =
            "system,version,durability,value,entries,what,millis," + RunEnvironment.CSV_HEADER;

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
            description = "How many puts a server misses. Default: ${DEFAULT-VALUE}.")
    private long entries;

    @Option(
            names = "--kills",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many leaders are killed. Default: ${DEFAULT-VALUE}.")
    private int kills;

    @Option(
            names = "--results",
            paramLabel = "FILE",
            defaultValue = "recovery.csv",
            description = "Where lines are added. Default: ${DEFAULT-VALUE}.")
    private Path results;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (entries < 1 || kills < 0 || valueBytes < 0) {
            throw wrongUsage("--entries must be positive, --kills and --value not negative");
        }
        List<BenchmarkedSystem> measured = measured();
        Guarantee guarantee = guarantee();
        int failed = 0;
        for (BenchmarkedSystem system : measured) {
            if (!measure(system, guarantee)) {
                failed++;
            }
        }
        return failed == 0 ? 0 : 1;
    }

    private boolean measure(BenchmarkedSystem system, Guarantee guarantee) throws InterruptedException, IOException {
        RunEnvironment environment = RunEnvironment.now();
        List<String> options = new ArrayList<>(system.javaOptions());
        options.addAll(cluster.javaOptions());
        Recoveries recoveries = new Recoveries(
                Deployment.usual(system, guarantee), Ports.findFree(Deployment.USUAL_NODES), cluster.data(results), options, entries, valueBytes, kills);
        try {
            recoveries.measure((what, millis) -> say(system.name() + ", " + guarantee + ", " + what + ": " + millis
                    + " ms" + added(system, guarantee, what, millis, environment)));
            return true;
        } catch (IOException e) {
            say(system.name() + ": failed: " + e.getMessage());
            return false;
        }
    }

    /** Adds a line to the results. Returns what there is to say of that: nothing, or why it could not be. */
    private String added(
            BenchmarkedSystem system, Guarantee guarantee, String what, long millis, RunEnvironment environment) {
        String line = String.join(
                ",",
                system.name(),
                system.version(),
                guarantee.toString(),
                Integer.toString(valueBytes),
                Long.toString(entries),
                what,
                Long.toString(millis),
                environment.toCsv());
        try {
            if (!Files.exists(results)) {
                Files.write(results, List.of(HEADER));
            }
            Files.write(results, List.of(line), StandardOpenOption.APPEND);
            return "";
        } catch (IOException e) {
            return " (not added to " + results + ": " + e.getMessage() + ")";
        }
    }

    private List<BenchmarkedSystem> measured() {
        try {
            List<BenchmarkedSystem> asked = cluster.systems();
            for (BenchmarkedSystem system : asked) {
                if (!(system instanceof FrontedSystem)) {
                    throw wrongUsage(system.name() + " has a client of its own, which is not measured here");
                }
            }
            return asked;
        } catch (IllegalArgumentException e) {
            throw wrongUsage(String.valueOf(e.getMessage()));
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
