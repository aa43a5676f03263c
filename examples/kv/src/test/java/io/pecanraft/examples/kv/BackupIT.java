package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/**
 * A cluster is gone, and another one is made of a backup, or of the one directory that is left; by real processes, with the commands that
 * the program says to type.
 */
class BackupIT {

    private static final Duration ASK_TIMEOUT = Duration.ofSeconds(2);
    private static final int IN_THE_BACKUP = 300;
    private static final int WRITTEN = 350;
    private static final int LEFT = 2;

    private final List<Process> processes = new ArrayList<>();

    @Test
    void anotherClusterIsMadeOfABackupAndOfADirectoryThatIsLeft() throws IOException {
        try (ProcessCluster old = ProcessCluster.started("backup", 3, "--hold", "15s")) {
            Path directory = old.directory();
            write(old.resp(0), 0, IN_THE_BACKUP);
            assertThat(value(old.resp(LEFT), IN_THE_BACKUP - 1))
                    .as("the last write is applied there")
                    .isNotNull();
            ProcessCluster.raft(old.resp(LEFT), "SNAPSHOT");
            run(directory, 0, "backup", "--data", old.data(LEFT).toString(), "--to", in(directory, "kv.backup"));
            write(old.resp(0), IN_THE_BACKUP, WRITTEN);
            assertThat(value(old.resp(LEFT), WRITTEN - 1))
                    .as("the last write is applied there")
                    .isNotNull();

            refusesWhatIsWrong(directory, old);
            old.killAll();

            restored(directory);
            recovered(directory, old.data(LEFT));
        } finally {
            processes.forEach(Process::destroyForcibly);
        }
    }

    private void refusesWhatIsWrong(Path directory, ProcessCluster old) throws IOException {
        String data = old.data(LEFT).toString();
        assertThat(run(directory, 2, "backup", "--data", data, "--to", in(directory, "kv.backup")))
                .contains("is not replaced");
        Files.writeString(directory.resolve("diary"), "no backup");
        assertThat(restore(directory, 1, "diary", "new", "another")).contains("is no backup");
        assertThat(restore(directory, 2, "kv.backup", data, "another")).contains("is not empty");
        assertThat(recover(directory, 2, data, "new", "--force-new-cluster")).contains("in use", "LOCKED");
        assertThat(recover(directory, 2, data, "new")).contains("--force-new-cluster");
        assertThat(directory.resolve("new")).doesNotExist();
    }

    private void restored(Path directory) {
        String said = restore(directory, 0, "kv.backup", "restored", "of-a-backup");
        List<HostPort> servers = runs(directory, said, "a");
        for (HostPort server : servers) {
            assertThat(value(server, IN_THE_BACKUP - 1)).isEqualTo("v" + (IN_THE_BACKUP - 1));
            assertThat(value(server, IN_THE_BACKUP))
                    .as("written after the backup")
                    .isNull();
        }
    }

    private void recovered(Path directory, Path left) {
        assertThat(recover(directory, 1, left.toString(), "recovered", "--force-new-cluster"))
                .contains(
                        "lost perhaps: whatever the others had acknowledged after", "not confirmed; nothing was made");
        String said = recover(directory, 0, left.toString(), "recovered", "--force-new-cluster", "--yes");
        for (HostPort server : runs(directory, said, "b")) {
            for (int i = 0; i < WRITTEN; i += 7) {
                assertThat(value(server, i)).isEqualTo("v" + i);
            }
            assertThat(value(server, WRITTEN - 1)).isEqualTo("v" + (WRITTEN - 1));
        }
    }

    private static String restore(Path directory, int exitCode, String from, String data, String name) {
        return run(
                directory,
                exitCode,
                "restore",
                "--from",
                in(directory, from),
                "--data",
                in(directory, data),
                "--id",
                "a1",
                "--raft-address",
                "127.0.0.1:" + Program.unusedPorts(1).get(0),
                "--cluster-name",
                name);
    }

    private static String recover(Path directory, int exitCode, String data, String newData, String... more) {
        List<String> line = new ArrayList<>(List.of(
                "recover",
                "--data",
                data,
                "--new-data",
                in(directory, newData),
                "--id",
                "b1",
                "--raft-address",
                "127.0.0.1:" + Program.unusedPorts(1).get(0),
                "--cluster-name",
                "of-what-is-left"));
        line.addAll(List.of(more));
        return run(directory, exitCode, line.toArray(String[]::new));
    }

    private static String in(Path directory, String name) {
        return directory.resolve(name).toString();
    }

    private static String run(Path directory, int exitCode, String... line) {
        Program.Finished finished = Program.run(directory, line);
        assertThat(finished.exitCode()).as(finished.output()).isEqualTo(exitCode);
        return finished.output();
    }

    /** Types what the program has said, with addresses and names filled in. */
    private List<HostPort> runs(Path directory, String said, String prefix) {
        Iterator<Integer> ports = Program.unusedPorts(3).iterator();
        HostPort first = new HostPort("127.0.0.1", ports.next());
        HostPort second = new HostPort("127.0.0.1", ports.next());
        HostPort raft = new HostPort("127.0.0.1", ports.next());
        String name = prefix + "2";

        start(directory, prefix + "1", line(said, "  kv server --id ").replace("HOST:PORT", first.toString()));
        await("the only member leads").atMost(ProcessCluster.PATIENCE).until(() -> leads(ask(first, prefix + "1")));
        start(
                directory,
                name,
                line(said, "  kv server --join ")
                        .replace("--raft-listen HOST:PORT", "--raft-listen " + raft)
                        .replace("--listen HOST:PORT", "--listen " + second)
                        .replace("NAME", name)
                        .replace("DIR", in(directory, "data-of-" + name)));
        await(name + " answers")
                .atMost(ProcessCluster.PATIENCE)
                .until(() -> ask(second, name).reachable());
        String[] add = words(line(said, "  RAFT ADD ").replace("NAME", name).replace("HOST:PORT", raft.toString()));
        ProcessCluster.raft(first, Arrays.copyOfRange(add, 1, add.length));
        return List.of(first, second);
    }

    private static String line(String said, String start) {
        return said.lines()
                .filter(line -> line.startsWith(start))
                .findFirst()
                .orElseThrow(() -> new AssertionError(said));
    }

    private static String[] words(String line) {
        return line.strip().split(" ", -1);
    }

    private void start(Path directory, String name, String line) {
        String[] words = words(line);
        processes.add(Program.start(
                directory.resolve(name + ".log"), Program.command(Arrays.copyOfRange(words, 1, words.length))));
    }

    private static boolean leads(NodeReport report) {
        return report.reachable() && report.isLeader();
    }

    private static NodeReport ask(HostPort server, String name) {
        return NodeReport.ask(name, server, RespAccess.PLAIN, ASK_TIMEOUT);
    }

    private static void write(HostPort server, int from, int to) {
        try (Jedis jedis = ProcessCluster.client(server)) {
            for (int i = from; i < to; i++) {
                assertThat(jedis.set("k" + i, "v" + i)).isEqualTo("OK");
            }
        }
    }

    private static String value(HostPort server, int i) {
        try (Jedis jedis = ProcessCluster.client(server)) {
            return jedis.get("k" + i);
        }
    }
}
