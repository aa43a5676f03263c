package io.pecanraft.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Measures cells: for each a new cluster on an empty directory, a new client, and nothing left behind.
 *
 * @param basePort the first of the ports
 * @param data where the servers keep their data
 * @param warmUp before anything is recorded
 * @param length of each recording
 * @param openPercents rates of the open loops that follow the closed one
 * @param javaOptions for all processes
 * @param recordings where to leave recordings of the Flight Recorder; empty for none
 */
record CellRun(
        int basePort,
        Path data,
        Duration warmUp,
        Duration length,
        List<Integer> openPercents,
        List<String> javaOptions,
        Optional<Path> recordings) {

    /** Beside what the measurement itself takes. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    /**
     * Measures a cell.
     *
     * @return a line of CSV for each loop
     * @throws IOException when it failed, with what the process said that did
     */
    List<String> measure(Cell cell) throws IOException, InterruptedException {
        DataDirectory.delete(data);
        Files.createDirectories(data);
        try (Children children = new Children(data, options(cell))) {
            int servers = cell.deployment().nodes();
            for (int i = 0; i < servers; i++) {
                children.start(
                        "server-" + i,
                        recording(cell, "server-" + i),
                        ServerCommand.arguments(cell.deployment(), i, basePort, data));
            }
            String pids = children.processes().stream()
                    .map(process -> Long.toString(process.pid()))
                    .collect(Collectors.joining(","));
            Process client = children.start("client", recording(cell, "client"), clientArguments(cell, pids));
            Duration longest = PATIENCE.plus(warmUp).plus(length.plus(warmUp).multipliedBy(1L + openPercents.size()));
            boolean ended = client.waitFor(longest.toMillis(), TimeUnit.MILLISECONDS);
            for (int i = 0; i < servers; i++) {
                if (!children.processes().get(i).isAlive()) {
                    throw new IOException("server " + i + " has ended: " + children.tailOf("server-" + i));
                }
            }
            if (!ended || client.exitValue() != 0) {
                throw new IOException(
                        (ended ? "the client failed: " : "the client hangs: ") + children.tailOf("client"));
            }
            return Files.readAllLines(outcomes());
        } finally {
            DataDirectory.delete(data);
        }
    }

    private List<String> clientArguments(Cell cell, String pids) {
        List<String> arguments = new ArrayList<>(List.of(
                "client",
                "--system=" + cell.deployment().system().name(),
                "--nodes=" + cell.deployment().nodes(),
                "--groups=" + cell.deployment().groups(),
                "--operation=" + cell.deployment().operation(),
                "--base-port=" + basePort,
                "--value=" + cell.valueBytes(),
                "--outstanding=" + cell.outstanding(),
                "--warm-up-millis=" + warmUp.toMillis(),
                "--millis=" + length.toMillis(),
                "--outcomes=" + outcomes(),
                "--servers=" + pids));
        openPercents.forEach(percent -> arguments.add("--open=" + percent));
        return arguments;
    }

    private List<String> options(Cell cell) {
        List<String> options = new ArrayList<>(cell.deployment().system().javaOptions());
        options.addAll(javaOptions);
        return options;
    }

    private Path outcomes() {
        return data.resolve("outcomes.csv");
    }

    private Optional<Path> recording(Cell cell, String process) {
        return recordings.map(directory -> directory.resolve(cell.toCsv().replace(',', '_') + "_" + process + ".jfr"));
    }

    /** The same without open loops. */
    CellRun closedOnly() {
        return new CellRun(basePort, data, warmUp, length, List.of(), javaOptions, recordings);
    }
}
