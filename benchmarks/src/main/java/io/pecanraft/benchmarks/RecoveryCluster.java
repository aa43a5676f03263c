package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.front.FrontCall;
import io.pecanraft.benchmarks.front.Inspection;
import io.pecanraft.benchmarks.front.LeaderSearch;
import io.pecanraft.benchmarks.load.Load;
import io.pecanraft.benchmarks.load.Target;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.ServerPlace;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Servers that are killed and come back, and the one who puts into them. On an empty directory, which is deleted at the end. */
final class RecoveryCluster implements AutoCloseable {

    static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final long SEED = 1;
    private static final Duration EAGER = Duration.ofMillis(1);

    private final Deployment deployment;
    private final int basePort;
    private final Path data;
    private final int valueBytes;
    private final Children children;
    private final Process[] servers;

    private RecoveryCluster(Deployment deployment, int basePort, Path data, List<String> javaOptions, int valueBytes) {
        this.deployment = deployment;
        this.basePort = basePort;
        this.data = data;
        this.valueBytes = valueBytes;
        this.children = new Children(data, javaOptions);
        this.servers = new Process[deployment.nodes()];
    }

    /** Starts all servers. */
    static RecoveryCluster start(
            Deployment deployment, int basePort, Path data, List<String> javaOptions, int valueBytes)
            throws IOException {
        DataDirectory.delete(data);
        Files.createDirectories(data);
        RecoveryCluster cluster = new RecoveryCluster(deployment, basePort, data, javaOptions, valueBytes);
        try {
            cluster.startAll();
            return cluster;
        } catch (IOException e) {
            cluster.close();
            throw e;
        }
    }

    void startAll() throws IOException {
        for (int i = 0; i < servers.length; i++) {
            start(i);
        }
    }

    void start(int server) throws IOException {
        servers[server] = children.start(
                "server-" + server, Optional.empty(), ServerCommand.arguments(deployment, server, basePort, data));
    }

    void kill(int server) throws InterruptedException {
        servers[server].destroyForcibly().waitFor();
    }

    void killAll() throws InterruptedException {
        for (int i = 0; i < servers.length; i++) {
            kill(i);
        }
    }

    int size() {
        return servers.length;
    }

    Process process(int server) {
        return servers[server];
    }

    int valueBytes() {
        return valueBytes;
    }

    /** The one that has put something just now; waits for it. */
    int leader() throws IOException, InterruptedException {
        return LeaderSearch.findServer(basePort, servers.length, EAGER, PATIENCE);
    }

    /** Where a server's front listens. */
    int port(int server) {
        return ServerPlace.clientPort(basePort, server);
    }

    Inspection inspect(int server) throws IOException {
        return FrontCall.inspect(port(server));
    }

    /** What a server has logged since it was started the last time. */
    List<String> logOf(int server) throws IOException {
        return children.linesOf("server-" + server);
    }

    /** Puts so many, with many under way. */
    void put(long puts) throws IOException, InterruptedException {
        try (PuttingClient client = client()) {
            client.load().fill(puts, PATIENCE);
        }
    }

    /** Connects somebody who puts to the leader. */
    PuttingClient client() throws IOException, InterruptedException {
        Load load = new Load(SEED, Operation.WRITE);
        Target target = new Target(basePort, servers.length, deployment.groups(), valueBytes);
        try {
            return new PuttingClient(load, deployment.system().connector().connect(target, PATIENCE, load));
        } catch (IOException | InterruptedException e) {
            throw e;
        } catch (Exception e) { // declared so broadly
            throw new IOException("could not connect to the leader", e);
        }
    }

    void awaitListening(int server) throws IOException, InterruptedException {
        long start = System.nanoTime();
        while (!isListening(server)) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw new IOException("server " + server + " does not come back");
            }
            TimeUnit.NANOSECONDS.sleep(EAGER.toNanos());
        }
    }

    private boolean isListening(int server) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port(server)));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        children.close();
        DataDirectory.delete(data);
    }

    /**
     * Who puts.
     *
     * @param load what is sent
     * @param connection on which
     */
    record PuttingClient(Load load, AutoCloseable connection) implements AutoCloseable {

        @Override
        public void close() throws IOException {
            try {
                connection.close();
            } catch (Exception e) { // declared so broadly
                throw new IOException("could not close the connection to the leader", e);
            }
        }
    }
}
