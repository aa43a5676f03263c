package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** {@code kv cluster} and {@code kv status} as a person meets them. */
class ClusterCommandIT {

    private static final String HOST = "127.0.0.1";

    private final List<Process> started = new ArrayList<>();
    private final int base = Program.unusedBase(20_001);

    @AfterEach
    void endAll() {
        started.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    @Test
    void startsAnswersSaysWhatItDoesStopsAndContinues() throws Exception {
        Path directory = Program.freshDirectory("cluster-command");
        Path data = directory.resolve("data with a blank");
        Path output = directory.resolve("first.out");
        Process cluster = cluster(output, data);
        awaitReady(cluster, output);
        assertThat(Program.read(output))
                .contains("data in " + data)
                .contains("NODE  RESP", "n1    127.0.0.1:" + base, "127.0.0.1:" + (base + 1_000), data + "/n3")
                .contains("redis-cli -p " + base + " set k v", " call --base-port " + base + " --nodes 3 get k");

        try (Jedis first = client(0);
                Jedis last = client(2)) {
            assertThat(first.set("k", "v")).isEqualTo("OK");
            assertThat(last.get("k")).isEqualTo("v");
        }

        var status = Program.run(directory, "status", "--base-port", String.valueOf(base), "--json", "--strict");
        assertThat(status.exitCode()).as(status.output()).isZero();
        List<ProcessHandle> nodes = cluster.children().toList();
        assertThat(nodes).hasSize(3);
        List<Long> pids = new ArrayList<>();
        for (JsonElement node : JsonParser.parseString(status.output()).getAsJsonArray()) {
            pids.add(node.getAsJsonObject().get("pid").getAsLong());
        }
        assertThat(pids)
                .containsExactlyInAnyOrderElementsOf(
                        nodes.stream().map(ProcessHandle::pid).toList());

        var get = Program.run(directory, "call", "--base-port", String.valueOf(base), "GET", "k");
        assertThat(get.output()).isEqualTo("v" + System.lineSeparator());
        assertThat(get.exitCode()).isZero();
        var transfer = Program.run(directory, "call", "--base-port", String.valueOf(base), "RAFT", "TRANSFER");
        assertThat(transfer.exitCode()).as(transfer.output()).isZero();
        status = Program.run(directory, "status", "--base-port", String.valueOf(base), "--json", "--strict");
        assertThat(transfer.output()).endsWith(ProcessCluster.name(leader(status.output())) + System.lineSeparator());

        var well = Program.run(directory, "doctor", "--base-port", String.valueOf(base));
        assertThat(well.exitCode()).as(well.output()).isZero();
        assertThat(well.output()).contains("All is well: 3 nodes");
        var sameDirectory = onOtherPorts(directory, data);
        assertThat(sameDirectory.exitCode()).as(sameDirectory.output()).isEqualTo(ExitCode.STORAGE);
        assertThat(sameDirectory.output()).contains("in use by another kv cluster");

        // The leader, which is the harder one to lose.
        int leader = leader(status.output());
        String victim = ProcessCluster.name(leader);
        ProcessHandle.of(pids.get(leader)).orElseThrow().destroyForcibly();
        await().atMost(ProcessCluster.PATIENCE).until(() -> Program.read(output).contains("2 of 3 nodes go on"));
        assertThat(Program.read(output))
                .contains(victim + " (pid " + pids.get(leader) + ") was ended by signal 9; its log: " + data + "/"
                        + victim + ".log")
                .contains("kv server --id " + victim);
        var withoutOne = Program.run(directory, "status", "--base-port", String.valueOf(base));
        assertThat(withoutOne.exitCode()).isZero();
        assertThat(withoutOne.output()).contains("unreachable");
        var unwell = Program.run(directory, "doctor", "--base-port", String.valueOf(base));
        assertThat(unwell.exitCode()).as(unwell.output()).isEqualTo(ExitCode.UNWELL);
        assertThat(unwell.output()).contains(victim + " at 127.0.0.1:").contains("does not answer");
        try (Jedis follower = client((leader + 1) % 3)) {
            // Nothing was under way when the leader died, so nothing is of unknown outcome: what comes now is held.
            assertThat(follower.set("k2", "v2")).isEqualTo("OK");
        }

        cluster.destroy();
        assertThat(cluster.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(cluster.exitValue()).isEqualTo(128 + 15);
        assertThat(nodes).noneMatch(ProcessHandle::isAlive);
        assertThat(Program.read(output))
                .contains("Stopping 2 nodes")
                .doesNotContain("was killed", "All nodes are gone");

        Path again = directory.resolve("second.out");
        Path log = data.resolve("n1.log");
        int before = Program.read(log).length();
        Process second = cluster(again, data, "--", "--log-format", "json");
        awaitReady(second, again);
        List<String> lines = Program.read(log).substring(before).lines().toList();
        assertThat(lines)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(
                                JsonParser.parseString(line).getAsJsonObject().get("message"))
                        .as(line)
                        .isNotNull());
        try (Jedis jedis = client(1)) {
            assertThat(jedis.mget("k", "k2")).containsExactly("v", "v2");
        }
        List<ProcessHandle> orphans = second.children().toList();
        long killed = System.nanoTime();
        second.destroyForcibly();
        await("nodes end when their parent is killed with -9")
                .atMost(ProcessCluster.PATIENCE)
                .until(() -> orphans.stream().noneMatch(ProcessHandle::isAlive));
        Program.report("nodes were gone %d ms after kill -9 of their parent", (System.nanoTime() - killed) / 1_000_000);

        var otherPorts = onOtherPorts(directory, data);
        assertThat(otherPorts.exitCode()).as(otherPorts.output()).isEqualTo(ExitCode.STORAGE);
        assertThat(otherPorts.output()).contains("FOREIGN");
    }

    @Test
    void refusesAPortInUseBeforeItStartsAnything() throws IOException {
        Path directory = Program.freshDirectory("cluster-command-port");
        try (ServerSocket used = new ServerSocket()) {
            used.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), base + 1_001));
            var refused = Program.run(
                    directory,
                    "cluster",
                    "--base-port",
                    String.valueOf(base),
                    "--data",
                    directory.resolve("data").toString());
            assertThat(refused.exitCode()).isEqualTo(ExitCode.FAILURE);
            assertThat(refused.output())
                    .contains("cannot listen on 127.0.0.1:" + (base + 1_001) + ", the Raft port of n2")
                    .contains("--base-port");
            assertThat(directory.resolve("data").resolve("n1")).doesNotExist();
        }
    }

    private static int leader(String statusJson) {
        List<JsonElement> nodes =
                JsonParser.parseString(statusJson).getAsJsonArray().asList();
        return IntStream.range(0, nodes.size())
                .filter(i ->
                        nodes.get(i).getAsJsonObject().get("role").getAsString().equals("LEADER"))
                .findFirst()
                .orElseThrow();
    }

    private Process cluster(Path output, Path data, String... more) {
        List<String> arguments =
                new ArrayList<>(List.of("cluster", "--base-port", String.valueOf(base), "--data", data.toString()));
        arguments.addAll(List.of(more));
        Process process = Program.start(output, Program.command(arguments.toArray(String[]::new)));
        started.add(process);
        return process;
    }

    private static void awaitReady(Process cluster, Path output) {
        await().atMost(ProcessCluster.PATIENCE.multipliedBy(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    String text = Program.read(output);
                    if (!cluster.isAlive()) {
                        throw new IllegalStateException("cluster ended: " + text);
                    }
                    return text.contains("Ctrl-C stops all nodes");
                });
    }

    private Jedis client(int node) {
        return ProcessCluster.client(new HostPort(HOST, base + node));
    }

    private Program.Finished onOtherPorts(Path directory, Path data) {
        return Program.run(
                directory,
                "cluster",
                "--data",
                data.toString(),
                "--base-port",
                String.valueOf(Program.unusedBase(base + 1)));
    }
}
