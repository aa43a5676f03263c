package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** No thread blocks per request: 10,000 proposals wait, and the number of threads is what it was. */
class ManyRequestsIT {

    private static final int REQUESTS = 10_000;

    /** Spread over connections, since one connection has one command of the log under way at a time. */
    private static final int CONNECTIONS = 2_500;

    private static final int PIPELINED = REQUESTS / CONNECTIONS;

    @Test
    void tenThousandOutstandingRequestsNeedNoThreads() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/self/status")), "counts threads by /proc");
        try (ProcessCluster cluster = ProcessCluster.started("many-requests", 3, "--hold", "8s")) {
            int leader = cluster.awaitLeader();
            List<SocketChannel> clients = new ArrayList<>();
            try {
                connect(cluster, leader, clients);
                for (SocketChannel client : clients.subList(0, 200)) {
                    send(client, "PING\r\nSET warm up\r\nGET warm\r\n");
                }
                await().until(() -> info(cluster, leader, "requests_in_flight") <= 1);
                int before = threads(cluster, leader);

                // Stopped, not killed: their sockets stay open, and the leader's proposals wait for them.
                for (int i = 0; i < cluster.size(); i++) {
                    if (i != leader) {
                        cluster.signal(i, "STOP");
                    }
                }
                for (int i = 0; i < clients.size(); i++) {
                    send(clients.get(i), ("SET k" + i + " v\r\n").repeat(PIPELINED));
                }
                await().atMost(Duration.ofSeconds(7))
                        .pollInterval(Duration.ofMillis(20))
                        .until(() -> info(cluster, leader, "requests_in_flight") >= REQUESTS);
                int during = threads(cluster, leader);
                Program.report(
                        "%d requests wait on %d connections: %d threads, %d before",
                        REQUESTS, CONNECTIONS, during, before);
                assertThat(during).isLessThanOrEqualTo(before);

                for (int i = 0; i < cluster.size(); i++) {
                    if (i != leader) {
                        cluster.signal(i, "CONT");
                    }
                }
                await().atMost(ProcessCluster.PATIENCE).until(() -> info(cluster, leader, "requests_in_flight") <= 1);
                Program.report("their answers: %s", answers(clients));
            } finally {
                for (SocketChannel client : clients) {
                    client.close();
                }
            }
        }
    }

    private static void connect(ProcessCluster cluster, int node, List<SocketChannel> clients) throws IOException {
        HostPort address = cluster.resp(node);
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(SocketChannel.open(new InetSocketAddress(address.host(), address.port())));
        }
    }

    private static void send(SocketChannel client, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            client.write(bytes);
        }
    }

    private static int threads(ProcessCluster cluster, int node) throws IOException {
        Path status = Path.of("/proc/" + cluster.process(node).pid() + "/status");
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("Threads:"))
                .map(line ->
                        Integer.parseInt(line.substring("Threads:".length()).trim()))
                .findFirst()
                .orElseThrow();
    }

    private static long info(ProcessCluster cluster, int node, String field) {
        try (Jedis jedis = cluster.client(node)) {
            return jedis.info("clients")
                    .lines()
                    .filter(line -> line.startsWith(field + ":"))
                    .map(line -> Long.parseLong(line.substring(field.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** Every request got one answer; what kinds there were. */
    private static TreeMap<String, Integer> answers(List<SocketChannel> clients) throws IOException {
        TreeMap<String, Integer> kinds = new TreeMap<>();
        ByteBuffer buffer = ByteBuffer.allocate(100_000);
        for (int i = 0; i < clients.size(); i++) {
            int expected = PIPELINED + (i < 200 ? 3 : 0);
            StringBuilder text = new StringBuilder();
            while (text.chars().filter(c -> c == '\n').count() < expected + (i < 200 ? 1 : 0)) {
                buffer.clear();
                assertThat(clients.get(i).read(buffer)).isPositive();
                text.append(StandardCharsets.UTF_8.decode(buffer.flip()));
            }
            text.toString()
                    .lines()
                    .skip(i < 200 ? 4 : 0)
                    .forEach(line -> kinds.merge(line.replaceAll("[ :].*", ""), 1, Integer::sum));
        }
        assertThat(kinds.values().stream().mapToInt(Integer::intValue).sum()).isEqualTo(REQUESTS);
        assertThat(kinds.keySet()).isSubsetOf("+OK", "-TIMEOUT", "-CLUSTERDOWN");
        return kinds;
    }
}
