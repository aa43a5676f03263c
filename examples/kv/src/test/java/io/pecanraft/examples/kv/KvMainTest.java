package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line: help, mistakes, exit codes. Nothing here starts a node. */
class KvMainTest {

    private static final String MEMBERS = " --members n1=a:1,n2=b:1,n3=c:1";

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(String line) {
        CommandLine kv = KvMain.commandLine();
        kv.setOut(new PrintWriter(out));
        kv.setErr(new PrintWriter(err));
        return kv.execute(line.isEmpty() ? new String[0] : line.split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "cluster --help",
                "server --help",
                "status --help",
                "call --help",
                "log verify --help",
                "log dump --help",
                "log repair --help",
                "-h"
            })
    void explainsItself(String line) {
        assertThat(run(line)).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("Usage: kv").doesNotContain("supervised");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void namesItsVersion() {
        assertThat(run("--version")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).startsWith("kv ").contains("Java 1").contains(System.lineSeparator());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "                                              | a command is missing",
                "nope                                          | nope",
                "cluster --nope                                | Unknown option: '--nope'",
                "cluster --nodes x                             | Invalid value for option '--nodes'",
                "cluster --nodes 0                             | --nodes must be from 1 to 99, got 0",
                "cluster --base-port 65000                     | --base-port must be from 1 to 63533 for 3 nodes, got 65000",
                "cluster --chaos --base-port 63000             | --base-port must be at most 62535 with --chaos, got 63000",
                "cluster --chaos --nodes 10                    | --chaos takes at most 9 nodes, got 10",
                "cluster --chaos-seed 7                        | --chaos-seed is for --chaos, which is missing",
                "server --id n1 --listen a:1 --data d$M --raft-listen 127.0.0.1:9 --detour x=y:1 | detour from x through y:1",
                "status --nodes 0                              | --nodes must be from 1 to 99, got 0",
                "status --servers a                            | expected host:port, got 'a'",
                "status --timeout soon                         | expected a duration such as 250ms, 5s or 2m, got 'soon'",
                "call                                          | Missing required parameter: 'WORD'",
                "call --servers a get k                        | expected host:port, got 'a'",
                "call --password-file nowhere get k            | cannot read the password from nowhere",
                "call --answer-timeout soon get k              | expected a duration such as 250ms, 5s or 2m, got 'soon'",
                "call set k \uFFFD                               | cannot read '\uFFFD' as text; set LC_ALL=C.UTF-8",
                "server                                        | Missing required options",
                "server --id n9 --listen a:1 --data d$M        | --id n9 is not in --members, which names n1, n2, n3",
                "server --id n1 --listen a:1 --data d          | --members is missing; a server that is to be added",
                "server --id n4 --listen a:1 --data d --join$M | needs --raft-listen, the address that RAFT ADD is told",
                "server --id n4 --listen a:1 --data d --join --raft-listen b:1 | --join needs --cluster-name, or the --members",
                "server --id n1 --listen a --data d$M          | expected host:port, got 'a'",
                "server --id n1 --listen a:0 --data d$M        | port must be from 1 to 65535, got 0 in 'a:0'",
                "server --id n1 --listen a:99999 --data d$M    | port must be from 1 to 65535, got 99999 in 'a:99999'",
                "server --id n1 --listen a:1 --data d --members n1  | expected name=host:port, got 'n1'",
                "server --id n1 --listen a:1 --data d --members n1=a:1,n1=b:1 | member n1 is named twice",
                "server --id n1 --listen a:1 --data d --members n1=a:1,n2=a:1 | address a:1 is given to two members",
                "server --id n1 --listen a:1 --data d --members n/1=a:1      | node id must be 1 to 64 bytes",
                "server --id n1 --listen a:1 --data d$M             | need two addresses, both are a:1",
                "server --id n1 --listen b:9 --raft-listen b:9 --data d$M    | need two addresses, both are b:9",
                "server --id n1 --listen a:9 --data d$M                      | in plain text, and whoever else reaches it",
                "server --id n1 --listen a:9 --data d$M --tls-cert c         | --tls-cert, --tls-key and --tls-ca are given together",
                "server --id n1 --listen a:9 --data d$M --insecure --tls-cert c --tls-key k --tls-ca a | exclude each other",
                "server --id n1 --listen a:9 --data d$M --insecure          | whoever reaches a:9 could read and change everything",
                "server --id n1 --listen a:9 --data d$M --insecure --resp-no-password --advertise x | expected host:port, got 'x'",
                "server --id n1 --listen a:9 --data d$M --insecure --resp-tls-key k --resp-no-password | --resp-tls-cert and --resp-tls-key are given",
                "cluster -- --resp-tls-cert c                                | kv cluster asks its nodes in plain text",
                "status --password-file nowhere                              | cannot read the password from nowhere",
                "status --tls-ca nowhere                                     | cannot use the authorities in nowhere",
                "server --id n1 --listen a:9 --data d$M --durability maybe   | --durability must be power-loss or process-crash, got 'maybe'",
                "server --id n1 --listen a:9 --data d$M --log-format xml     | Invalid value for option '--log-format'",
                "server --id n1 --listen a:9 --data d$M --hold 0s            | hold must be positive",
                "server --id n1 --listen a:9 --data d$M --hold 5             | expected a duration",
                "server --id n1 --listen a:9 --data d$M --snapshot-log-bytes many | expected a size such as 4096, 64k, 16m or 1g",
                "server --id n1 --listen a:9 --data d$M --max-connections 0  | limits must be positive",
                "server --id n1 --listen a:9 --data d$M --election-timeout 100ms | electionTimeout (100 ms) must be at least 5 x heartbeatInterval (100 ms)",
            })
    void refusesAWrongCommandLineWithASentence(String line, String sentence) {
        assertThat(run(line == null ? "" : line.replace("$M", MEMBERS))).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString())
                .startsWith("kv")
                .contains(sentence)
                .contains("--help'.")
                .doesNotContain("\tat ");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void statusSaysThatNobodyAnswers() throws IOException {
        int port = unusedPort();
        assertThat(run("status --servers 127.0.0.1:" + port)).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(out.toString()).contains("unreachable").contains("refused");
    }

    @Test
    void statusShowsTheUnreachableWithinTheArray() throws IOException {
        int port = unusedPort();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            answerOnce(
                    server,
                    "{\"node\":\"n1\",\"role\":\"LEADER\",\"term\":7,\"leader\":\"n1\",\"commitIndex\":5,\"appliedIndex\":5,"
                            + "\"lastIndex\":6,\"pid\":1,\"followers\":[{\"node\":\"n2\",\"matchIndex\":4,\"lagEntries\":2}]}");
            String servers = "127.0.0.1:" + server.getLocalPort() + ",127.0.0.1:" + port;

            assertThat(run("status --json --servers " + servers)).isEqualTo(ExitCode.OK);
        }
        JsonArray array = JsonParser.parseString(out.toString()).getAsJsonArray();
        assertThat(array).hasSize(2);
        assertThat(array.get(0).getAsJsonObject().get("role").getAsString()).isEqualTo("LEADER");
        JsonObject unreachable = array.get(1).getAsJsonObject();
        assertThat(unreachable.get("role").getAsString()).isEqualTo("UNREACHABLE");
        assertThat(unreachable.get("term").isJsonNull()).isTrue();
        assertThat(unreachable.keySet())
                .contains(
                        "node",
                        "role",
                        "term",
                        "leader",
                        "commitIndex",
                        "appliedIndex",
                        "lastIndex",
                        "pid",
                        "followers");
    }

    @Test
    void strictStatusFailsWhenOneIsUnreachable() throws IOException {
        int port = unusedPort();
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            answerOnce(server, "{\"node\":\"n1\",\"role\":\"LEADER\",\"followers\":[]}");
            assertThat(run("status --strict --servers 127.0.0.1:" + server.getLocalPort() + ",127.0.0.1:" + port))
                    .isEqualTo(ExitCode.UNREACHABLE);
        }
        assertThat(out.toString()).contains("LEADER").contains("unreachable");
    }

    @Test
    void statusRecognisesThatSomethingElseAnswers() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread other = new Thread(() -> {
                try (var socket = server.accept()) {
                    socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n".getBytes(StandardCharsets.US_ASCII));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            other.start();
            assertThat(run("status --servers 127.0.0.1:" + server.getLocalPort()))
                    .isEqualTo(ExitCode.UNREACHABLE);
        }
        assertThat(out.toString()).contains("not a PecanRaft server: it answered 'HTTP/1.1 400 Bad Request'");
    }

    @Test
    void readsAddresses() {
        assertThat(HostPort.parse("a.example:7001")).isEqualTo(new HostPort("a.example", 7001));
        assertThat(HostPort.parse("[::1]:7001"))
                .isEqualTo(new HostPort("::1", 7001))
                .hasToString("[::1]:7001");
        assertThatThrownBy(() -> HostPort.parse(":7001")).hasMessageContaining("host is missing");
    }

    @Test
    void readsQuantities() {
        var durations = new Quantities.DurationConverter();
        assertThat(durations.convert("250ms")).isEqualTo(Duration.ofMillis(250));
        assertThat(durations.convert("5s")).isEqualTo(Duration.ofSeconds(5));
        assertThat(durations.convert("2m")).isEqualTo(Duration.ofMinutes(2));
        var sizes = new Quantities.BytesConverter();
        assertThat(sizes.convert("100")).isEqualTo(100);
        assertThat(sizes.convert("64k")).isEqualTo(65_536);
        assertThat(sizes.convert("16M")).isEqualTo(16 << 20);
        assertThat(sizes.convert("1g")).isEqualTo(1L << 30);
    }

    @Test
    void portsOfALocalClusterLieAsPromised() {
        LocalPorts ports = new LocalPorts(7001, 3);
        assertThat(ports.resp(2)).hasToString("127.0.0.1:7003");
        assertThat(ports.raft(2)).hasToString("127.0.0.1:8003");
        assertThat(ports.http(2)).hasToString("127.0.0.1:9003");
        assertThat(ports.members()).isEqualTo("n1=127.0.0.1:8001,n2=127.0.0.1:8002,n3=127.0.0.1:8003");
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static void answerOnce(ServerSocket server, String json) {
        Thread thread = new Thread(() -> {
            try (var socket = server.accept()) {
                socket.getInputStream().read();
                socket.getOutputStream()
                        .write(("$" + json.length() + "\r\n" + json + "\r\n").getBytes(StandardCharsets.US_ASCII));
                socket.shutdownOutput();
                socket.getInputStream().readAllBytes();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        thread.start();
    }
}
