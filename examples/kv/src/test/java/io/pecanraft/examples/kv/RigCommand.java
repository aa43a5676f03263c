package io.pecanraft.examples.kv;

import io.pecanraft.examples.kv.chaos.Links;
import io.pecanraft.examples.kv.chaos.Rig;
import io.pecanraft.examples.kv.chaos.Servers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of the chaos rig, {@code examples/kv/chaos}. */
@Command(
        name = "chaos",
        description = {
            "Runs real servers under faults that a seed chooses, judges what clients were told, and writes a report.",
            "Goes on where it was stopped: a seed that is in DIR/ledger.jsonl is not run again."
        },
        mixinStandardHelpOptions = true,
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:all rounds are clean", "1:a round has failed, or could not be run", "2:wrong command line"})
final class RigCommand implements Callable<Integer>, Rig.Starter {

    private static final int FIRST_PORT = 20_000;

    /** With these the log goes round in a few files, and followers that were away need a snapshot. */
    private static final List<String> OF_SMALL_LOGS =
            List.of("--segment-bytes", "128k", "--snapshot-log-bytes", "256k", "--retained-log-entries", "200");

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "10",
            description = "How many rounds, of consecutive seeds. Default: ${DEFAULT-VALUE}.")
    private int rounds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "30",
            description = "For how long faults are injected in each. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--nodes",
            paramLabel = "N,...",
            split = ",",
            defaultValue = "3,5",
            description = "How many servers; rounds take turns. Default: ${DEFAULT-VALUE}.")
    private List<Integer> nodes = new ArrayList<>();

    @Option(
            names = "--seed",
            paramLabel = "SEED",
            defaultValue = "1",
            description = "Of the first round. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Option(
            names = "--report",
            paramLabel = "DIR",
            required = true,
            description = "For the ledger, the report, and all that failing rounds have left.")
    private Path report;

    @Option(
            names = "--disks",
            paramLabel = "DIR",
            description = {
                "For the servers' disks, such as /dev/shm, where they are fast; those of a failing round are copied to the report.",
                "Default: as --report."
            })
    private @Nullable Path disks;

    @Option(names = "--again", description = "Run seeds again that are in the ledger.")
    private boolean again;

    @Option(
            names = "--election-timeout",
            paramLabel = "MILLIS",
            defaultValue = "1000",
            description = "Of the servers. Default: ${DEFAULT-VALUE}.")
    private int electionMillis;

    @Option(
            names = "--jdk",
            paramLabel = "HOME,...",
            split = ",",
            description =
                    "JDKs for the servers. Default: the one that runs this, and those of other releases beside it.")
    private List<Path> homes = new ArrayList<>();

    @Option(names = "--commit", hidden = true, defaultValue = "unknown", description = "Of the sources.")
    private String commit;

    private final Map<Integer, SharedClasses> classes = new ConcurrentHashMap<>();
    private LocalPorts ports = new LocalPorts(FIRST_PORT, 1);

    /** Runs it. */
    public static void main(String[] args) {
        System.exit(new CommandLine(new RigCommand()).execute(args));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Rig rig = new Rig(
                new Rig.Settings(
                        seed,
                        rounds,
                        seconds,
                        nodes,
                        Duration.ofMillis(electionMillis),
                        commit,
                        report.toAbsolutePath().normalize(),
                        (disks == null ? report : disks).toAbsolutePath().normalize(),
                        again),
                this,
                System.out::println);
        return rig.run() == 0 ? 0 : 1;
    }

    @Override
    public List<InetSocketAddress> reserve(int number) {
        ports = new LocalPorts(Program.unusedBase(FIRST_PORT, number), number);
        return ports.raftAddresses();
    }

    @Override
    public Servers make(long roundSeed, Path directory, List<Path> data, Links links) {
        List<RigJava> javas = homes.isEmpty()
                ? RigJava.installed()
                : homes.stream().flatMap(home -> RigJava.both(home).stream()).toList();
        List<String> options = new ArrayList<>(List.of(
                "--election-timeout",
                electionMillis + "ms",
                "--hold",
                "2s",
                // Without disks of its own the rig keeps the data in the directory for them, perhaps in memory.
                "--allow-file-system",
                "tmpfs"));
        if (roundSeed / nodes.size() % 2 == 1) { // as often with each number of servers
            options.addAll(OF_SMALL_LOGS);
        }
        return new RigNodes(ports, directory, data, links, options, javas, this::classesOf, roundSeed);
    }

    private SharedClasses classesOf(RigJava java) {
        return classes.computeIfAbsent(
                java.release(),
                release -> SharedClasses.of(java.home(), release, Program.freshDirectory("classes-" + release)));
    }
}
