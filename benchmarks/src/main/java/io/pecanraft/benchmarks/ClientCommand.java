package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.load.Load;
import io.pecanraft.benchmarks.load.Measurement;
import io.pecanraft.benchmarks.load.Outcome;
import io.pecanraft.benchmarks.load.Target;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.Put;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The client: loads the leader, and writes a line of CSV for each loop. */
@Command(name = "client", hidden = true, description = "The client; started by run.")
final class ClientCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final long SEED = 1;

    /** Twice, since those that are answered first need not be those that were sent first. */
    private static final int EVERY_KEY = 2 * Put.KEYS;

    @Option(names = "--system", required = true)
    private String system;

    @Option(names = "--base-port", required = true)
    private int basePort;

    @Option(names = "--nodes", required = true)
    private int nodes;

    @Option(names = "--groups", required = true)
    private int groups;

    @Option(names = "--operation", required = true)
    private String operation;

    @Option(names = "--value", required = true)
    private int valueBytes;

    @Option(names = "--outstanding", required = true)
    private int outstanding;

    @Option(names = "--open")
    private List<Integer> openPercents = new ArrayList<>();

    @Option(names = "--warm-up-millis", required = true)
    private long warmUpMillis;

    @Option(names = "--millis", required = true)
    private long millis;

    @Option(names = "--outcomes", required = true)
    private Path outcomes;

    @Option(names = "--servers", required = true, split = ",")
    private List<Long> servers;

    @Override
    public Integer call() throws Exception {
        Thread watch = new Thread(
                () -> {
                    ParentWatch.awaitEnd();
                    Runtime.getRuntime().exit(0);
                },
                "parent-watch");
        watch.setDaemon(true);
        watch.start();
        List<Long> pids = new ArrayList<>(servers);
        pids.add(ProcessHandle.current().pid());
        Measurement measurement = new Measurement(
                outstanding, openPercents, Duration.ofMillis(warmUpMillis), Duration.ofMillis(millis), pids);
        Operation measured = Operation.of(operation);
        Load load = new Load(SEED, measured);
        Target target = new Target(basePort, nodes, groups, valueBytes);
        AutoCloseable connection = Systems.of(system).connector().connect(target, PATIENCE, load);
        try {
            if (measured != Operation.WRITE) {
                load.fill(EVERY_KEY, PATIENCE);
            }
            Files.write(
                    outcomes, measurement.run(load).stream().map(Outcome::toCsv).toList());
        } finally {
            connection.close();
        }
        return 0;
    }
}
