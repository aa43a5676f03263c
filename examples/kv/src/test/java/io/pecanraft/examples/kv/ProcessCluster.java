package io.pecanraft.examples.kv;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** A cluster of real server processes on ports of its own, which a test starts, kills and stops one by one. */
final class ProcessCluster implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Laying out the large files that are the default takes longer than most tests. */
    static final String SEGMENT_BYTES = "8m";

    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(2);
    private static final int CLIENT_TIMEOUT_MILLIS = 20_000;

    private final Path directory;
    private final List<Integer> ports;
    private final String members;
    private final int size;
    private final List<String> options;
    private final @Nullable Process[] processes;

    /** Starts nothing yet. */
    ProcessCluster(String name, int size, String... options) {
        this.directory = Program.freshDirectory(name);
        this.size = size;
        this.options = List.of(options);
        this.ports = Program.unusedPorts(2 * size);
        this.members = String.join(
                ",",
                IntStream.range(0, size)
                        .mapToObj(i -> name(i) + "=127.0.0.1:" + ports.get(size + i))
                        .toList());
        this.processes = new Process[size];
    }

    /** Starts all nodes and waits until one leads. */
    static ProcessCluster started(String name, int size, String... options) {
        ProcessCluster cluster = new ProcessCluster(name, size, options);
        for (int i = 0; i < size; i++) {
            cluster.start(i);
        }
        cluster.awaitLeader();
        return cluster;
    }

    /** Starts those that do not run, and waits until all take part. */
    void startTheDead() {
        for (int i = 0; i < size; i++) {
            if (!process(i).isAlive()) {
                start(i);
            }
        }
        awaitLeader();
        for (int i = 0; i < size; i++) {
            awaitRunning(i);
        }
    }

    static String name(int i) {
        return "n" + (i + 1);
    }

    int size() {
        return size;
    }

    /** The founding members, as the command line names them. */
    String members() {
        return members;
    }

    Path directory() {
        return directory;
    }

    Path data(int i) {
        return directory.resolve(name(i));
    }

    String log(int i) {
        return Program.read(directory.resolve(name(i) + ".log"));
    }

    HostPort resp(int i) {
        return new HostPort("127.0.0.1", ports.get(i));
    }

    HostPort raft(int i) {
        return new HostPort("127.0.0.1", ports.get(size + i));
    }

    /** The arguments that run node i. */
    String[] arguments(int i) {
        List<String> args = new ArrayList<>(List.of(
                "server",
                "--id",
                name(i),
                "--members",
                members,
                "--listen",
                resp(i).toString(),
                "--data",
                data(i).toString(),
                "--segment-bytes",
                SEGMENT_BYTES));
        args.addAll(options);
        return args.toArray(String[]::new);
    }

    void start(int i) {
        processes[i] = Program.start(directory.resolve(name(i) + ".log"), Program.command(arguments(i)));
    }

    Process process(int i) {
        Process process = processes[i];
        if (process == null) {
            throw new IllegalStateException(name(i) + " was not started");
        }
        return process;
    }

    /** kill -9, and waits until the process is gone. */
    void kill(int i) {
        end(process(i).destroyForcibly());
    }

    /** kill -9 for all, before waiting for any. */
    void killAll() {
        for (int i = 0; i < size; i++) {
            process(i).destroyForcibly();
        }
        for (int i = 0; i < size; i++) {
            end(process(i));
        }
    }

    /** SIGTERM, and waits until the process is gone. */
    void stop(int i) {
        process(i).destroy();
        end(process(i));
    }

    private static void end(Process process) {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("process " + process.pid() + " did not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Stops or continues a process as the scheduler would: SIGSTOP, SIGCONT. */
    void signal(int i, String signal) {
        try {
            end(new ProcessBuilder(
                            "kill", "-" + signal, Long.toString(process(i).pid()))
                    .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    NodeReport ask(int i) {
        return NodeReport.ask(name(i), resp(i), RespAccess.PLAIN, ASK_TIMEOUT);
    }

    long number(int i, String field) {
        NodeReport report = ask(i);
        return report.reachable() ? report.json().get(field).getAsLong() : -1;
    }

    /** The node that leads the latest term, if one does. */
    Optional<Integer> leader() {
        record Leader(int node, long term) {}
        return IntStream.range(0, size)
                .filter(i -> process(i).isAlive())
                .mapToObj(i -> {
                    NodeReport report = ask(i);
                    return report.reachable() && report.isLeader()
                            ? new Leader(i, report.json().get("term").getAsLong())
                            : new Leader(i, -1);
                })
                .filter(leader -> leader.term() >= 0)
                .max(Comparator.comparingLong(Leader::term))
                .map(Leader::node);
    }

    int awaitLeader() {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(this::leader, Optional::isPresent)
                .orElseThrow();
    }

    /** Waits until a node answers that it takes part. */
    void awaitRunning(int i) {
        await(name(i) + " takes part")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    String role = ask(i).role();
                    return role.equals("FOLLOWER") || role.equals("LEADER");
                });
    }

    /** A follower. */
    int follower() {
        int leader = awaitLeader();
        return (leader + 1) % size;
    }

    /** A client of node i. */
    Jedis client(int i) {
        return client(resp(i));
    }

    /** Asks a server for something of {@code RAFT}. */
    static Object raft(HostPort server, String... words) {
        try (Jedis jedis = client(server)) {
            return raft(jedis, words);
        }
    }

    static Object raft(Jedis client, String... words) {
        return client.sendCommand(() -> "RAFT".getBytes(StandardCharsets.UTF_8), words);
    }

    /** A client that is patient enough for every election. */
    static Jedis client(HostPort address) {
        return new Jedis(
                new HostAndPort(address.host(), address.port()),
                DefaultJedisClientConfig.builder()
                        .connectionTimeoutMillis(CLIENT_TIMEOUT_MILLIS)
                        .socketTimeoutMillis(CLIENT_TIMEOUT_MILLIS)
                        .autoNegotiateProtocol(false)
                        .build());
    }

    @Override
    public void close() {
        for (Process process : processes) {
            if (process != null) {
                process.destroyForcibly();
            }
        }
        for (Process process : processes) {
            if (process != null) {
                end(process);
            }
        }
    }
}
