package io.pecanraft.benchmarks;

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
import java.util.function.BiConsumer;

/**
 * What happens to one cluster when servers die and come back: how long until a write is acknowledged again.
 *
 * <p>A write is acknowledged when a majority has it. So a server that was away has caught up when a write is acknowledged while the third
 * one is dead, whatever the system is that replicates; nothing has to be asked of it.
 *
 * @param deployment which
 * @param basePort the first of the ports
 * @param data where the servers keep their data
 * @param javaOptions for all processes
 * @param entries how far the server that is away falls behind, in puts
 * @param valueBytes the length of each value
 * @param kills how many leaders are killed
 */
record Recoveries(
        Deployment deployment,
        int basePort,
        Path data,
        List<String> javaOptions,
        long entries,
        int valueBytes,
        int kills) {

    static final String LEADER_KILLED = "leader-killed";
    static final String CATCH_UP = "catch-up";
    static final String RESTART = "restart";

    private static final int SERVERS = Deployment.USUAL_NODES;
    private static final long SEED = 1;
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final Duration EAGER = Duration.ofMillis(1);

    /** What a put is held back by at least until leaders are settled again and code is compiled. */
    private static final Duration CALM = Duration.ofSeconds(3);

    private static final long WARM_UP_PUTS = 200_000;

    /**
     * Measures.
     *
     * @param report told what was measured, and the milliseconds that it took
     */
    void measure(BiConsumer<String, Long> report) throws IOException, InterruptedException {
        DataDirectory.delete(data);
        Files.createDirectories(data);
        try (Children children = new Children(data, javaOptions)) {
            Process[] servers = new Process[SERVERS];
            for (int i = 0; i < SERVERS; i++) {
                servers[i] = start(children, i);
            }
            put(WARM_UP_PUTS);
            for (int i = 0; i < kills; i++) {
                report.accept(LEADER_KILLED, killLeader(children, servers));
            }
            report.accept(CATCH_UP, catchUp(children, servers));
            report.accept(RESTART, restart(children, servers));
        } finally {
            DataDirectory.delete(data);
        }
    }

    /** From the death of the leader to the first write that is acknowledged. */
    private long killLeader(Children children, Process[] servers) throws IOException, InterruptedException {
        int leader = leader();
        TimeUnit.NANOSECONDS.sleep(CALM.toNanos());
        kill(servers[leader]);
        long millis = millisUntilAcknowledged(System.nanoTime());
        servers[leader] = start(children, leader);
        awaitListening(leader);
        return millis;
    }

    /** From when a server listens that has missed puts, to when a write is acknowledged that only it and the leader can have. */
    private long catchUp(Children children, Process[] servers) throws IOException, InterruptedException {
        int leader = leader();
        int away = (leader + 1) % SERVERS;
        int other = (leader + 2) % SERVERS;
        kill(servers[away]);
        put(entries);
        servers[away] = start(children, away);
        awaitListening(away);
        long since = System.nanoTime();
        kill(servers[other]);
        long millis = millisUntilAcknowledged(since);
        servers[other] = start(children, other);
        awaitListening(other);
        leader();
        return millis;
    }

    /** From the start of all processes to the first write that is acknowledged. */
    private long restart(Children children, Process[] servers) throws IOException, InterruptedException {
        for (Process server : servers) {
            kill(server);
        }
        long since = System.nanoTime();
        for (int i = 0; i < SERVERS; i++) {
            servers[i] = start(children, i);
        }
        return millisUntilAcknowledged(since);
    }

    private Process start(Children children, int index) throws IOException {
        return children.start(
                "server-" + index, Optional.empty(), ServerCommand.arguments(deployment, index, basePort, data));
    }

    private static void kill(Process server) throws InterruptedException {
        server.destroyForcibly().waitFor();
    }

    private int leader() throws IOException, InterruptedException {
        return LeaderSearch.findServer(basePort, SERVERS, EAGER, PATIENCE);
    }

    private long millisUntilAcknowledged(long sinceNanos) throws IOException, InterruptedException {
        leader();
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNanos);
    }

    private void put(long puts) throws IOException, InterruptedException {
        Load load = new Load(SEED, Operation.WRITE);
        try {
            Target target = new Target(basePort, SERVERS, 1, valueBytes);
            AutoCloseable connection = deployment.system().connector().connect(target, PATIENCE, load);
            try {
                load.fill(puts, PATIENCE);
            } finally {
                connection.close();
            }
        } catch (IOException | InterruptedException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("could not put " + puts + " values", e);
        }
    }

    private void awaitListening(int server) throws IOException, InterruptedException {
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
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), ServerPlace.clientPort(basePort, server)));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
