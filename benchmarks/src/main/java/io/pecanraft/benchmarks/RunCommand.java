package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.load.Load;
import io.pecanraft.benchmarks.load.Outcome;
import io.pecanraft.benchmarks.system.BenchmarkedSystem;
import io.pecanraft.benchmarks.system.Guarantee;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.Snapshots;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code run}: measures systems side by side, one after another in each round, and adds to a file of results. */
@Command(
        name = "run",
        description = {
            "Measures systems on clusters of server processes on loopback, loaded by one client process.",
            "Goes through all systems for each cell before it goes on to the next, and through all cells in each round.",
            "What the file of results holds already is not measured again."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false)
final class RunCommand extends MeasuringCommand {

    private static final String HEADER =
            String.join(",", Cell.CSV_HEADER, Outcome.CSV_HEADER, RunEnvironment.CSV_HEADER);

    private static final int MAX_VALUE_BYTES = 1 << 20;
    private static final int MAX_NODES = 9;
    static final int MAX_GROUPS = 1000;

    @Option(
            names = "--durability",
            split = ",",
            paramLabel = "power-loss|process-crash",
            defaultValue = "power-loss",
            description = {
                "What an acknowledged write survives. A system that keeps nothing on disk is measured all the same,",
                "and its results say so. Default: ${DEFAULT-VALUE}."
            })
    private List<String> durabilities;

    @Option(
            names = "--nodes",
            split = ",",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many servers a cluster has, from 1 to " + MAX_NODES + ". Default: ${DEFAULT-VALUE}.")
    private List<Integer> nodes;

    @Option(
            names = "--groups",
            split = ",",
            paramLabel = "N",
            defaultValue = "1",
            description = {
                "How many Raft groups each server has, from 1 to " + MAX_GROUPS + ", over which keys are spread.",
                "Of several only systems are measured that let groups share connections. Default: ${DEFAULT-VALUE}."
            })
    private List<Integer> groups;

    @Option(
            names = "--operation",
            split = ",",
            paramLabel = "write|read|read-lease",
            defaultValue = "write",
            description = {
                "What clients ask for: to put values, to get them linearizably, or to get them by the leader's lease.",
                "A system that does not offer it is left out. Default: ${DEFAULT-VALUE}."
            })
    private List<String> operations;

    @Option(
            names = "--value",
            split = ",",
            paramLabel = "BYTES",
            defaultValue = "256",
            description = "The length of each value. Default: ${DEFAULT-VALUE}.")
    private List<Integer> values;

    @Option(
            names = "--outstanding",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,64,1024",
            description = "Operations under way in the closed loop. Default: ${DEFAULT-VALUE}.")
    private List<Integer> outstanding;

    @Option(
            names = "--open",
            split = ",",
            paramLabel = "PERCENT",
            defaultValue = "50,80",
            description = {
                "Open loops at these parts of the closed loop's rate, after it, where the most operations are under way;",
                "none for none. Default: ${DEFAULT-VALUE}."
            })
    private List<String> open;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "15",
            description = "How long each loop is measured. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--warm-up",
            paramLabel = "SECONDS",
            defaultValue = "60",
            description =
                    "Load before anything is recorded, mostly of at least 256 operations. Default: ${DEFAULT-VALUE}.")
    private int warmUp;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "1",
            description = "How often everything is measured. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--results",
            paramLabel = "FILE",
            defaultValue = "results.csv",
            description = "Where a line is added for each result. Default: ${DEFAULT-VALUE}.")
    private Path results;

    @Option(
            names = "--base-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "The first of 16 ports for each server; 0 for some that are free. Default: ${DEFAULT-VALUE}.")
    private int basePort;

    @Option(
            names = "--jfr",
            paramLabel = "DIR",
            description = "Leaves a Flight Recorder file of each process there. Costs some speed.")
    private @Nullable Path recordings;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Cell> cells = cells();
        CellRun settings = settings();
        ResultFile file = ResultFile.open(results, HEADER);
        if (recordings != null) {
            Files.createDirectories(recordings);
        }
        int most = outstanding.stream().mapToInt(Integer::intValue).max().orElse(0);
        int failed = 0;
        int round = 0;
        for (Cell cell : cells) {
            if (file.holds(cell.toCsv())) {
                continue;
            }
            RunEnvironment environment = RunEnvironment.now();
            if (cell.round() > round) {
                round = cell.round();
                say("round " + round + " of " + rounds + ", load " + environment.load());
            }
            CellRun run = cell.outstanding() == most ? settings : settings.closedOnly();
            if (!measure(cell, run, file, environment)) {
                failed++;
            }
        }
        say(failed == 0 ? "results are in " + results : failed + " cells failed; run again to try them again");
        return failed == 0 ? 0 : 1;
    }

    private boolean measure(Cell cell, CellRun run, ResultFile file, RunEnvironment environment)
            throws IOException, InterruptedException {
        try {
            List<String> outcomes = run.measure(cell);
            file.add(outcomes.stream()
                    .map(outcome -> String.join(",", cell.toCsv(), outcome, environment.toCsv()))
                    .toList());
            outcomes.forEach(outcome -> say(cell + ": " + outcome));
            return true;
        } catch (IOException e) {
            say(cell + ": failed: " + e.getMessage());
            return false;
        }
    }

    /** In the order in which they are measured: of each kind one for every system, so that these see the same machine. */
    private List<Cell> cells() {
        Set<Cell> cells = new LinkedHashSet<>();
        try {
            List<BenchmarkedSystem> measured = cluster.systems();
            List<Guarantee> asked = durabilities.stream().map(Guarantee::of).toList();
            List<Operation> wanted = operations.stream().map(Operation::of).toList();
            for (int round = 1; round <= rounds; round++) {
                for (Guarantee guarantee : asked) {
                    for (int servers : nodes) {
                        for (int count : groups) {
                            for (Operation operation : wanted) {
                                addCells(cells, deployments(measured, guarantee, servers, count, operation), round);
                            }
                        }
                    }
                }
            }
        } catch (IllegalArgumentException e) {
            throw wrongUsage(String.valueOf(e.getMessage()));
        }
        return new ArrayList<>(cells);
    }

    private static List<Deployment> deployments(
            List<BenchmarkedSystem> systems, Guarantee guarantee, int servers, int groups, Operation operation) {
        return systems.stream()
                .filter(system -> system.operations().contains(operation))
                .filter(system -> groups == 1 || system.hasGroups())
                .flatMap(system -> offered(system, guarantee).stream()
                        .map(offer -> new Deployment(system, offer, servers, groups, Snapshots.USUAL, operation)))
                .toList();
    }

    private void addCells(Set<Cell> cells, List<Deployment> deployments, int round) {
        for (int value : values) {
            for (int count : outstanding) {
                deployments.forEach(deployment -> cells.add(new Cell(deployment, value, count, round)));
            }
        }
    }

    private static Optional<Guarantee> offered(BenchmarkedSystem system, Guarantee asked) {
        Set<Guarantee> offers = system.guarantees();
        if (offers.equals(Set.of(Guarantee.NONE))) {
            return Optional.of(Guarantee.NONE);
        }
        return Optional.of(asked).filter(offers::contains);
    }

    private CellRun settings() throws IOException {
        require(seconds > 0 && warmUp > 0 && rounds > 0, "--seconds, --warm-up and --rounds must be positive");
        require(
                outstanding.stream().allMatch(n -> n > 0 && n <= Load.MAX_IN_FLIGHT),
                "--outstanding must be from 1 to " + Load.MAX_IN_FLIGHT);
        require(
                values.stream().allMatch(n -> n >= 0 && n <= MAX_VALUE_BYTES),
                "--value must be from 0 to " + MAX_VALUE_BYTES);
        require(nodes.stream().allMatch(n -> n > 0 && n <= MAX_NODES), "--nodes must be from 1 to " + MAX_NODES);
        require(groups.stream().allMatch(n -> n > 0 && n <= MAX_GROUPS), "--groups must be from 1 to " + MAX_GROUPS);
        int most = nodes.stream().mapToInt(Integer::intValue).max().orElse(1);
        require(basePort == 0 || Ports.areFree(basePort, most), "a port is in use; choose others with --base-port");
        return new CellRun(
                basePort == 0 ? Ports.findFree(most) : basePort,
                cluster.data(results),
                Duration.ofSeconds(warmUp),
                Duration.ofSeconds(seconds),
                openPercents(),
                cluster.javaOptions(),
                Optional.ofNullable(recordings));
    }

    private List<Integer> openPercents() {
        if (open.equals(List.of("none"))) {
            return List.of();
        }
        try {
            return open.stream().map(Integer::valueOf).toList();
        } catch (NumberFormatException e) {
            throw wrongUsage("--open must be percentages or none, got " + String.join(",", open));
        }
    }

    private void require(boolean condition, String message) {
        if (!condition) {
            throw wrongUsage(message);
        }
    }
}
