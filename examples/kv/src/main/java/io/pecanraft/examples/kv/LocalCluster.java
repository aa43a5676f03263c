package io.pecanraft.examples.kv;

import io.pecanraft.examples.kv.chaos.Chaos;
import io.pecanraft.examples.kv.chaos.Links;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * The processes of a local cluster, from their start to their end.
 *
 * <p>They end in every case: by the shutdown hook when this process is told to end, before an error is reported when the
 * start fails, and by themselves when this process is killed.
 */
final class LocalCluster {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(90);
    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration REPORT_INTERVAL = Duration.ofSeconds(3);
    private static final long POLL_MILLIS = 100;

    private final LocalPorts ports;
    private final Path directory;
    private final List<String> serverOptions;
    private final RespAccess access;
    private final OptionalLong chaosSeed;
    private final Optional<Links> links;
    private final PrintWriter out;
    private final Children children;

    /**
     * Not started yet.
     *
     * @param chaosSeed of the page that breaks nodes; empty for no such page
     */
    LocalCluster(
            LocalPorts ports,
            Path directory,
            List<String> serverOptions,
            RespAccess access,
            OptionalLong chaosSeed,
            PrintWriter out) {
        this.ports = ports;
        this.directory = directory;
        this.serverOptions = List.copyOf(serverOptions);
        this.access = access;
        this.out = out;
        this.chaosSeed = chaosSeed;
        this.links = chaosSeed.isPresent() ? Optional.of(new Links(ports.raftAddresses())) : Optional.empty();
        this.children = new Children(i -> ChildNode.start(ports, i, directory, options(i)), this::say);
    }

    private List<String> options(int i) {
        List<String> options = new ArrayList<>(serverOptions);
        links.ifPresent(ways -> options.addAll(LocalPorts.detourOptions(ways.detours(i))));
        return options;
    }

    /** Runs until all nodes are gone; a signal ends it from within. Returns the exit code. */
    int run() throws InterruptedException {
        makeDirectory();
        FileChannel lock = lockDirectory();
        try {
            return runLocked();
        } finally {
            closeQuietly(lock);
        }
    }

    /** Against a second cluster on the same directory, whose nodes would write into the logs of the first before they are refused. */
    private FileChannel lockDirectory() {
        try {
            FileChannel channel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (channel.tryLock() != null) {
                return channel;
            }
            channel.close();
        } catch (IOException e) {
            throw new KvException(ExitCode.STORAGE, "cannot lock " + directory + ": " + Cause.of(e), e);
        }
        throw new KvException(
                ExitCode.STORAGE,
                directory + " is in use by another kv cluster; stop that one, or choose another with --data");
    }

    private static void closeQuietly(FileChannel lock) {
        try {
            lock.close();
        } catch (IOException e) {
            // The process ends, and the lock with it.
        }
    }

    private int runLocked() throws InterruptedException {
        checkPorts();
        say("Starting " + ports.nodes() + " nodes, data in " + directory);
        Runtime.getRuntime().addShutdownHook(new Thread(children::stop, "kv-cluster-stop"));
        try {
            children.startAll(ports.nodes());
            awaitLeader();
        } catch (KvException e) {
            children.stop();
            throw e;
        }
        announce();
        if (links.isEmpty()) {
            return watch();
        }
        Chaos chaos = openChaos(links.get());
        try {
            return watch();
        } finally {
            chaos.close();
            links.get().close();
        }
    }

    private Chaos openChaos(Links ways) {
        List<String> consoles = IntStream.range(0, ports.nodes())
                .mapToObj(i -> "http://" + ports.http(i) + "/")
                .toList();
        try {
            Chaos chaos = Chaos.open(
                    ports.chaos().resolve(),
                    new LocalNodes(ports, children, access),
                    ways,
                    consoles,
                    directory,
                    chaosSeed.orElseThrow());
            say("Break it, and watch it heal:  http://" + ports.chaos() + "/  (seed " + chaosSeed.getAsLong() + ")");
            return chaos;
        } catch (IOException e) {
            children.stop();
            throw new KvException(
                    ExitCode.FAILURE, "cannot open the page of --chaos at " + ports.chaos() + ": " + Cause.of(e), e);
        }
    }

    private void makeDirectory() {
        try {
            Files.createDirectories(directory);
            Path probe = Files.createTempFile(directory, ".write-test", null);
            Files.delete(probe);
        } catch (IOException e) {
            throw new KvException(
                    ExitCode.STORAGE,
                    "cannot write to the data directory " + directory + ": " + Cause.of(e)
                            + "; choose another with --data",
                    e);
        }
    }

    /** Before anything is started, so that the answer names the port, and no half of a cluster comes up. */
    private void checkPorts() {
        for (int i = 0; i < ports.nodes(); i++) {
            checkPort(ports.resp(i), "RESP port of " + LocalPorts.name(i));
            checkPort(ports.raft(i), "Raft port of " + LocalPorts.name(i));
            checkPort(ports.http(i), "HTTP port of " + LocalPorts.name(i));
        }
        if (links.isPresent()) {
            checkPort(ports.chaos(), "page of --chaos");
        }
    }

    private static void checkPort(HostPort address, String what) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(address.host(), address.port()));
        } catch (IOException e) {
            throw new KvException(
                    ExitCode.FAILURE,
                    "cannot listen on " + address + ", the " + what + ": " + e.getMessage()
                            + "; is a cluster running already? Choose other ports with --base-port",
                    e);
        }
    }

    /** Waits until some node leads and all answer, and says what it waits for. */
    private void awaitLeader() throws InterruptedException {
        long start = System.nanoTime();
        long nextReport = start + REPORT_INTERVAL.toNanos();
        while (true) {
            failIfOneEnded();
            List<NodeReport> reports = children.all().stream()
                    .map(child -> NodeReport.ask(child.name(), child.resp(), access, ASK_TIMEOUT))
                    .toList();
            if (reports.stream().allMatch(NodeReport::reachable)
                    && reports.stream().anyMatch(NodeReport::isLeader)) {
                return;
            }
            long now = System.nanoTime();
            if (now - start > START_TIMEOUT.toNanos()) {
                throw new KvException(
                        ExitCode.FAILURE,
                        "no leader after " + START_TIMEOUT.toSeconds() + " s: " + describe(reports) + "; logs in "
                                + directory + "/*.log");
            }
            if (now - nextReport > 0) {
                nextReport = now + REPORT_INTERVAL.toNanos();
                say("waiting: " + describe(reports));
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    private static String describe(List<NodeReport> reports) {
        List<String> parts = new ArrayList<>();
        for (NodeReport report : reports) {
            String state = report.reachable()
                    ? report.roleOrState().toLowerCase(java.util.Locale.ROOT)
                    : "does not answer yet";
            parts.add(report.node() + " " + state
                    + (report.missing().isEmpty() ? "" : " (misses " + report.missing() + ")"));
        }
        return String.join(", ", parts);
    }

    private void failIfOneEnded() {
        ChildNode child = children.ended().poll();
        if (child == null) {
            return;
        }
        int code = child.process().exitValue();
        throw new KvException(
                code == ExitCode.STORAGE || code == ExitCode.USAGE ? code : ExitCode.FAILURE,
                child.name() + " " + child.howItEnded() + System.lineSeparator() + "  "
                        + String.join(System.lineSeparator() + "  ", child.logTail()) + System.lineSeparator()
                        + "  its log: "
                        + child.logFile());
    }

    private void announce() {
        TextTable table = new TextTable("NODE", "RESP", "RAFT", "PID", "DATA");
        for (ChildNode child : children.all()) {
            table.row(
                    child.name(),
                    child.resp().toString(),
                    child.raft().toString(),
                    Long.toString(child.process().pid()),
                    child.data().toString());
        }
        say("");
        say(table.toString());
        HostPort last = ports.resp(ports.nodes() - 1);
        String which = ports.base() == 7_001 && ports.nodes() == 3
                ? ""
                : " --base-port " + ports.base() + " --nodes " + ports.nodes();
        say("Ready. Talk to any node, with any Redis client:");
        say("  redis-cli -p " + ports.resp(0).port() + " set k v");
        say("  redis-cli -p " + last.port() + " get k");
        say("Without a client: " + ChildNode.LAUNCHER + " call" + which + " get k");
        say("See how it is:  " + ChildNode.LAUNCHER + " status" + which);
        say("Look at it:     http://" + ports.http(0) + "/");
        say("Alive, ready, measured:  curl http://" + ports.http(0) + "/readyz (or /healthz, /metrics)");
        say("Logs: " + directory + "/*.log. Ctrl-C stops all nodes.");
    }

    /** Reports nodes that end, and goes on with the others; where they can be started again, also without any. */
    private int watch() throws InterruptedException {
        while (true) {
            ChildNode child = children.ended().take();
            if (children.isStopping()) {
                continue; // the shutdown hook ends this process
            }
            long alive = children.all().stream()
                    .filter(each -> each.process().isAlive())
                    .count();
            say(child.name() + " (pid " + child.process().pid() + ") " + child.howItEnded() + "; its log: "
                    + child.logFile());
            if (links.isPresent()) {
                say("  " + alive + " of " + ports.nodes() + " nodes go on. To start it again: http://" + ports.chaos()
                        + "/");
            } else if (alive > 0) {
                say("  " + alive + " of " + ports.nodes() + " nodes go on"
                        + (alive > ports.nodes() / 2 ? "" : ", no majority") + ". To start it again:");
                say("  " + child.restartCommand());
            } else {
                say("All nodes are gone.");
                return ExitCode.NODE_FAILED;
            }
        }
    }

    private void say(String line) {
        out.println(line);
        out.flush();
    }
}
