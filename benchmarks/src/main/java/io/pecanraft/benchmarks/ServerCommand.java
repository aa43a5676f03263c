package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.system.Guarantee;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.ServerPlace;
import io.pecanraft.benchmarks.system.Snapshots;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** One server, until the process that started it lets go. */
@Command(name = "server", hidden = true, description = "One server; started by run.")
final class ServerCommand implements Callable<Integer> {

    @Option(names = "--system", required = true)
    private String system;

    @Option(names = "--durability", required = true)
    private String durability;

    @Option(names = "--nodes", required = true)
    private int nodes;

    @Option(names = "--groups", required = true)
    private int groups;

    @Option(names = "--operation", required = true)
    private String operation;

    @Option(names = "--automatic-snapshots", required = true, arity = "1")
    private boolean automaticSnapshots;

    @Option(names = "--ballast", required = true)
    private long ballastBytes;

    @Option(names = "--index", required = true)
    private int index;

    @Option(names = "--base-port", required = true)
    private int basePort;

    @Option(names = "--data", required = true)
    private Path data;

    /** What starts one. */
    static List<String> arguments(Deployment deployment, int index, int basePort, Path data) {
        return List.of(
                "server",
                "--system=" + deployment.system().name(),
                "--durability=" + deployment.guarantee(),
                "--nodes=" + deployment.nodes(),
                "--groups=" + deployment.groups(),
                "--automatic-snapshots=" + deployment.snapshots().areAutomatic(),
                "--ballast=" + deployment.snapshots().ballastBytes(),
                "--operation=" + deployment.operation(),
                "--index=" + index,
                "--base-port=" + basePort,
                "--data=" + data.resolve("server-" + index));
    }

    @Override
    public Integer call() throws Exception {
        ServerPlace place = new ServerPlace(
                index,
                nodes,
                groups,
                basePort,
                data,
                Guarantee.of(durability),
                new Snapshots(automaticSnapshots, ballastBytes),
                Operation.of(operation));
        Systems.of(system).startServer(place);
        ParentWatch.awaitEnd();
        return 0;
    }
}
