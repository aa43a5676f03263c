package io.pecanraft.examples.kv;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code kv cluster}: several nodes as processes of this machine. */
@Command(
        name = "cluster",
        description =
                "Runs a cluster on this machine, one process per node, until Ctrl-C or SIGTERM; then stops them all.",
        footer = {
            "",
            "Node i listens for clients on base port + i - 1, for other nodes 1000 above that, for HTTP 2000 above.",
            "All on 127.0.0.1. With the same directory, ports and number of nodes, the cluster continues."
        },
        exitCodeList = {
            "1:the cluster did not start, such as for a port in use",
            "2:wrong command line",
            "3:a data directory cannot be used (locked, of another cluster, damaged, not writable, full)",
            "4:all nodes are gone",
            "143:ended by SIGTERM, after all nodes ended (130: by Ctrl-C)"
        })
final class ClusterCommand implements Callable<Integer> {

    private static final int MAX_CHAOS_NODES = 9;
    private static final int MAX_SEED = 1_000_000; // short enough to be typed again
    private static final String PASSWORD_FILE = "--resp-password-file";

    @Spec
    private CommandSpec spec;

    @Mixin
    private LocalPortsOptions local;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "Where the nodes keep their data and logs. Default: .pecanraft/kv in your home directory.")
    private @Nullable Path data;

    @Option(
            names = "--chaos",
            description = {
                "Open one more page, on which nodes are killed, paused and cut off, while clients ask all the time, and what they",
                "are told is judged. On 127.0.0.1, base port + 3000. At most 9 nodes."
            })
    private boolean chaos;

    @Option(
            names = "--chaos-seed",
            paramLabel = "SEED",
            description =
                    "What the surprises of that page are, and what its clients ask for. Default: another every time.")
    private @Nullable Long chaosSeed;

    @Parameters(
            paramLabel = "-- OPTION",
            description =
                    "After \"--\": options for every node, as of 'kv server', such as --durability process-crash.")
    private List<String> serverOptions = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        LocalPorts ports;
        try {
            ports = local.ports();
            checkChaos(ports);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        Path directory = data == null ? Path.of(System.getProperty("user.home"), ".pecanraft", "kv") : data;
        PrintWriter out = spec.commandLine().getOut();
        OptionalLong seed = chaos
                ? OptionalLong.of(chaosSeed == null ? new SecureRandom().nextInt(MAX_SEED) : chaosSeed)
                : OptionalLong.empty();
        LocalCluster cluster =
                new LocalCluster(ports, directory.toAbsolutePath().normalize(), serverOptions, access(), seed, out);
        return cluster.run();
    }

    /** Every two nodes have a proxy between them, in each direction. */
    private void checkChaos(LocalPorts ports) {
        if (!chaos && chaosSeed != null) {
            throw new IllegalArgumentException("--chaos-seed is for --chaos, which is missing");
        }
        if (chaos && ports.nodes() > MAX_CHAOS_NODES) {
            throw new IllegalArgumentException(
                    "--chaos takes at most " + MAX_CHAOS_NODES + " nodes, got " + ports.nodes());
        }
        if (chaos) {
            ports.chaos();
        }
    }

    /** How the nodes are asked whether they are up: they were given their password by us. */
    private RespAccess access() {
        if (serverOptions.stream().anyMatch(option -> option.startsWith("--resp-tls"))) {
            throw new ParameterException(
                    spec.commandLine(),
                    "kv cluster asks its nodes in plain text, on 127.0.0.1; start nodes with --resp-tls-cert by kv server");
        }
        int at = serverOptions.indexOf(PASSWORD_FILE);
        Optional<String> file = at >= 0 && at + 1 < serverOptions.size()
                ? Optional.of(serverOptions.get(at + 1))
                : serverOptions.stream()
                        .filter(option -> option.startsWith(PASSWORD_FILE + "="))
                        .map(option -> option.substring(PASSWORD_FILE.length() + 1))
                        .findFirst();
        try {
            return RespAccess.withPassword(file.map(Path::of));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }
}
