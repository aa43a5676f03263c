package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pecanraft.examples.kv.Program.Finished;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.Jedis;

/** What is wrong is said in a sentence, ends in an exit code or a closed connection, and loses nothing. */
class BadInputIT {

    private static final int READ_TIMEOUT_MILLIS = 20_000;

    private static ProcessCluster running;

    @BeforeAll
    static void startOneNode() {
        running = ProcessCluster.started("bad-input", 1);
        try (Jedis jedis = running.client(0)) {
            jedis.set("before", "still there");
        }
    }

    @AfterAll
    static void theNodeHasLostNothing() {
        try (Jedis jedis = running.client(0)) {
            assertThat(jedis.get("before")).isEqualTo("still there");
            assertThat(jedis.set("after", "v")).isEqualTo("OK");
            assertThat(jedis.dbSize()).isEqualTo(2);
        } finally {
            running.close();
        }
    }

    @Test
    void aWrongFlagIsNamed() {
        expect(server("--nope"), ExitCode.USAGE, "Unknown option", "--nope", "Try 'kv server --help'");
    }

    @Test
    void aNodeThatIsNotAMemberIsNamed() {
        expect(
                run("server", "--id", "n7", "--members", "n1=127.0.0.1:1", "--listen", "127.0.0.1:2", "--data", "d"),
                ExitCode.USAGE,
                "--id n7 is not in --members, which names n1");
        assertThat(Path.of("d")).doesNotExist();
    }

    @Test
    void aRespPortInUseIsNamed() throws IOException {
        try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String raft = "127.0.0.1:" + Program.unusedPorts(1).get(0);
            String listen = "127.0.0.1:" + used.getLocalPort();
            Path data = Program.freshDirectory("bad-input-resp-port").resolve("n1");
            expect(
                    server("n1", "n1=" + raft, listen, data),
                    ExitCode.FAILURE,
                    "cannot listen for clients on " + listen,
                    "in use");
        }
    }

    @Test
    void aRaftPortInUseIsNamed() throws IOException {
        try (ServerSocket used = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String raft = "127.0.0.1:" + used.getLocalPort();
            String listen = "127.0.0.1:" + Program.unusedPorts(1).get(0);
            Path data = Program.freshDirectory("bad-input-raft-port").resolve("n1");
            expect(
                    server("n1", "n1=" + raft, listen, data),
                    ExitCode.FAILURE,
                    String.valueOf(used.getLocalPort()),
                    "in use");
        }
    }

    @Test
    void aDirectoryInMemoryIsRefusedAndTheOptionsThatAllowItAreNamed() throws IOException {
        Path memory = Path.of("/dev/shm");
        assumeTrue(
                Files.isWritable(memory) && Files.getFileStore(memory).type().equals("tmpfs"), "no tmpfs at " + memory);
        Path data = Files.createTempDirectory(memory, "pecanraft-bad-input");
        try {
            expect(
                    server("n1", data),
                    ExitCode.STORAGE,
                    data + " is in memory (tmpfs)",
                    "--allow-file-system TYPE",
                    "--durability process-crash");
        } finally {
            Program.delete(data);
        }
    }

    @Test
    void aDirectoryThatCannotBeMadeIsNamed() throws IOException {
        Path file = Program.freshDirectory("bad-input-unwritable").resolve("a-file");
        Files.writeString(file, "not a directory");
        expect(server("n1", file.resolve("n1")), ExitCode.STORAGE, file.toString());
        expect(
                run("cluster", "--data", file.resolve("c").toString(), "--base-port", "50001"),
                ExitCode.STORAGE,
                "cannot write to the data directory " + file.resolve("c"));
    }

    @Test
    void aSecondProcessOnTheSameDirectoryIsRefused() {
        expect(server("n1", running.data(0)), ExitCode.STORAGE, running.data(0).toString(), "LOCKED");
        assertThat(running.ask(0).isLeader()).isTrue();
    }

    @Test
    void aDirectoryOfAnotherClusterOrAnotherNodeIsRefused() throws IOException {
        Path data = Program.freshDirectory("bad-input-foreign").resolve("n1");
        try (ProcessCluster owner = ProcessCluster.started("bad-input-owner", 1)) {
            owner.stop(0);
            Files.move(owner.data(0), data);
        }
        expect(server("n1", data), ExitCode.STORAGE, data.toString(), "cluster", "FOREIGN");
        expect(server("n2", data), ExitCode.STORAGE, data.toString(), "FOREIGN");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\nHost: x\r\n\r\n",
                "\0\1\2\3\4\5\6\7 \r\n*\r\n",
                "*1\r\n*1\r\n*1\r\n",
                "*99999999999\r\n",
                "$-2\r\n",
                "*2\r\n$3\r\nGET\r\n$999999999\r\n",
                "PING\n"
            })
    void garbageOnTheRespPortGetsAnErrorAndAClosedConnection(String garbage) throws IOException {
        try (Socket socket = connect(running.resp(0))) {
            socket.getOutputStream().write(garbage.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            socket.shutdownOutput();
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(answer).startsWith("-ERR ");
        }
    }

    @Test
    void anyNoiseOnTheRespPortClosesTheConnectionOrIsAnswered() throws IOException {
        Random random = new Random(3);
        for (int round = 0; round < 50; round++) {
            byte[] noise = new byte[100_000];
            random.nextBytes(noise);
            try (Socket socket = connect(running.resp(0))) {
                socket.getOutputStream().write(noise);
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|abort).*");
            }
        }
    }

    @Test
    void aLineWithoutEndIsCutOff() throws IOException {
        try (Socket socket = connect(running.resp(0))) {
            socket.getOutputStream().write("x".repeat(70_000).getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("-ERR Protocol error: ");
        }
    }

    @Test
    void halfARequestWaitsAndIsForgottenWithItsConnection() throws IOException {
        try (Socket socket = connect(running.resp(0))) {
            socket.getOutputStream()
                    .write("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nhal".getBytes(StandardCharsets.US_ASCII));
        }
        try (Jedis jedis = running.client(0)) {
            assertThat(jedis.exists("k")).isFalse();
        }
    }

    @Test
    void garbageOnTheRaftPortClosesTheConnection() throws IOException {
        Random random = new Random(4);
        for (int round = 0; round < 20; round++) {
            byte[] noise = new byte[1 + random.nextInt(10_000)];
            random.nextBytes(noise);
            try (Socket socket = connect(running.raft(0))) {
                socket.getOutputStream().write(noise);
                socket.shutdownOutput();
                InputStream in = socket.getInputStream();
                assertThat(in.readAllBytes()).hasSizeLessThan(10_000);
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("(?i).*(reset|broken pipe|abort).*");
            }
        }
        assertThat(running.ask(0).isLeader()).isTrue();
    }

    private static Socket connect(HostPort address) throws IOException {
        Socket socket = new Socket(address.host(), address.port());
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        return socket;
    }

    private static Finished run(String... args) {
        return Program.run(running.directory(), args);
    }

    private static Finished server(String flag) {
        return run(
                "server", "--id", "n1", "--members", "n1=127.0.0.1:1", "--listen", "127.0.0.1:2", "--data", "d", flag);
    }

    private static Finished server(String id, String members, String listen, Path data) {
        return run("server", "--id", id, "--members", members, "--listen", listen, "--data", data.toString());
    }

    private static Finished server(String id, Path data) {
        var ports = Program.unusedPorts(3);
        return server(
                id,
                "n1=127.0.0.1:" + ports.get(0) + ",n2=127.0.0.1:" + ports.get(1),
                "127.0.0.1:" + ports.get(2),
                data);
    }

    private static void expect(Finished finished, int exitCode, String... parts) {
        assertThat(finished.output()).contains(parts).doesNotContain("\tat io.");
        assertThat(finished.exitCode()).as(finished.output()).isEqualTo(exitCode);
    }
}
