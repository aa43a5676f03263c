package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.system.BenchmarkedSystem;
import io.pecanraft.benchmarks.system.Guarantee;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.Snapshots;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code footprint}: what the library takes while nothing happens. */
@Command(
        name = "footprint",
        description = {
            "Measures the length of PecanRaft's jars and of all that they need, and, on clusters of three server processes that",
            "have nothing to do, CPU, memory and threads of a server. Adds a line to a file of results for each figure."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class FootprintCommand extends MeasuringCommand {

    private static final String HEADER =
            "system,version,durability,groups," + Figure.CSV_HEADER + "," + RunEnvironment.CSV_HEADER;

    private static final int VALUE_BYTES = 256;

    @Option(
            names = "--groups",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,10,100",
            description = {
                "How many Raft groups each server has, from 1 to " + RunCommand.MAX_GROUPS + ".",
                "Of several only systems are measured that let groups share connections. Default: ${DEFAULT-VALUE}."
            })
    private List<Integer> groups;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long CPU is counted. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--settle",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description = "How long servers are left alone before. Default: ${DEFAULT-VALUE}.")
    private int settle;

    @Option(
            names = "--results",
            paramLabel = "FILE",
            defaultValue = "footprint.csv",
            description = "Where lines are added. Default: ${DEFAULT-VALUE}.")
    private Path results;

    @Override
    public Integer call() throws IOException, InterruptedException {
        if (seconds < 1 || settle < 0) {
            throw wrongUsage("--seconds must be positive, --settle not negative");
        }
        if (groups.stream().anyMatch(count -> count < 1 || count > RunCommand.MAX_GROUPS)) {
            throw wrongUsage("--groups must be from 1 to " + RunCommand.MAX_GROUPS);
        }
        List<BenchmarkedSystem> measured = withTheFront(cluster);
        ResultFile file = ResultFile.open(results, HEADER);
        for (BenchmarkedSystem system : measured) {
            if (system.name().equals(Systems.OWN)) {
                report(file, deployment(system, 1), JarSizes.of(root()));
            }
            for (int count : groups) {
                if (count == 1 || system.hasGroups()) {
                    measure(file, deployment(system, count));
                }
            }
        }
        return 0;
    }

    private void measure(ResultFile file, Deployment deployment) throws IOException, InterruptedException {
        List<String> options = new ArrayList<>(deployment.system().javaOptions());
        options.addAll(cluster.javaOptions());
        IdleCluster idle = new IdleCluster(Duration.ofSeconds(settle), Duration.ofSeconds(seconds));
        try (RecoveryCluster servers = RecoveryCluster.start(
                deployment, Ports.findFree(deployment.nodes()), cluster.data(results), options, VALUE_BYTES)) {
            report(file, deployment, idle.measure(servers));
        }
    }

    private void report(ResultFile file, Deployment deployment, List<Figure> figures) throws IOException {
        RunEnvironment environment = RunEnvironment.now();
        BenchmarkedSystem system = deployment.system();
        String begin = String.join(
                ",",
                system.name(),
                system.version(),
                deployment.guarantee().toString(),
                Integer.toString(deployment.groups()));
        for (Figure figure : figures) {
            say(deployment + ", " + figure);
            file.add(List.of(String.join(",", begin, figure.toCsv(), environment.toCsv())));
        }
    }

    /** With the strongest guarantee that it has. */
    private static Deployment deployment(BenchmarkedSystem system, int groups) {
        Guarantee guarantee =
                system.guarantees().stream().min(Guarantee::compareTo).orElseThrow();
        return new Deployment(system, guarantee, Deployment.USUAL_NODES, groups, Snapshots.USUAL, Operation.WRITE);
    }

    private static Path root() throws IOException {
        String root = System.getProperty("benchmarks.root");
        if (root == null) {
            throw new IOException("the directory of the project is not known; start this by benchmarks/footprint");
        }
        return Path.of(root);
    }
}
