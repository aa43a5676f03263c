package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code kv call} with servers that answer what a test tells them. */
class CallCommandTest {

    private static final String HELLO = "%1\r\n$5\r\nproto\r\n:3\r\n";
    private static final String END = System.lineSeparator();

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final List<Answering> servers = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (Answering server : servers) {
            server.close();
        }
    }

    private Answering server(String... answers) throws IOException {
        Answering server = new Answering(answers);
        servers.add(server);
        return server;
    }

    /** Calls all servers of this test. */
    private int call(String... words) {
        return run(
                servers.stream().map(Answering::address).collect(Collectors.joining(",")),
                List.of("--timeout", "2s"),
                words);
    }

    private int run(String addresses, List<String> options, String... words) {
        CommandLine kv = KvMain.commandLine();
        kv.setOut(new PrintWriter(out));
        kv.setErr(new PrintWriter(err));
        List<String> arguments = new ArrayList<>(List.of("call", "--servers", addresses));
        arguments.addAll(options);
        arguments.addAll(Arrays.asList(words));
        return kv.execute(arguments.toArray(String[]::new));
    }

    private static String unusedAddress() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return "127.0.0.1:" + socket.getLocalPort();
        }
    }

    private void assertPrints(String answer, String... lines) throws IOException {
        servers.clear();
        out.getBuffer().setLength(0);
        server(HELLO, answer);
        assertThat(call("WHATEVER")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).isEqualTo(String.join(END, lines) + END);
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void repliesAreReadable() throws IOException {
        assertPrints("+OK\r\n", "OK");
        assertPrints(":-17\r\n", "-17");
        assertPrints("$5\r\ngrün\r\n", "grün");
        assertPrints("$0\r\n\r\n", "");
        assertPrints("_\r\n", "(nil)");
        assertPrints("$-1\r\n", "(nil)");
        assertPrints("*0\r\n", "(empty)");
        assertPrints("*3\r\n$1\r\na\r\n_\r\n-ERR no\r\n", "a", "(nil)", "(error) ERR no");
        assertPrints("*2\r\n*2\r\n:1\r\n:2\r\n*1\r\n*1\r\n:3\r\n", "- 1", "  2", "- - 3");
        assertPrints(
                "%3\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n*2\r\n%2\r\n$1\r\nx\r\n:2\r\n$1\r\ny\r\n:3\r\n:4\r\n$1\r\nc\r\n*0\r\n",
                "a: 1", "b:", "  - x: 2", "    y: 3", "  4", "c: (empty)");
    }

    @Test
    void wordsArriveAsTheyAreTyped() throws IOException {
        Answering server = server(HELLO, "+OK\r\n");
        Path file = Files.writeString(directory.resolve("words"), "other words");
        assertThat(call("SET", "-k", "--timeout", "-5", "", "\"ä b\"", "--", "@" + file))
                .isEqualTo(ExitCode.OK);
        assertThat(server.requests).containsExactly("HELLO 3", "SET -k --timeout -5  \"ä b\" -- @" + file);
    }

    @TempDir
    private Path directory;

    @Test
    void thePasswordGoesFirst() throws IOException {
        Answering server = server("+OK\r\n", HELLO, "$1\r\nv\r\n");
        Path password = Files.writeString(directory.resolve("password"), "open sesame\n");
        assertThat(run(server.address(), List.of("--password-file", password.toString()), "GET", "k"))
                .isEqualTo(ExitCode.OK);
        assertThat(server.requests).containsExactly("AUTH open sesame", "HELLO 3", "GET k");
    }

    @Test
    void anErrorIsAnError() throws IOException {
        server(HELLO, "-ERR unknown command 'x'\r\n");
        Answering second = server(HELLO, "+OK\r\n");
        assertThat(call("X")).isEqualTo(ExitCode.FAILURE);
        assertThat(err.toString()).isEqualTo("kv call: ERR unknown command 'x'" + END);
        assertThat(out.toString()).isEmpty();
        assertThat(second.connections).hasValue(0);
    }

    @Test
    void whoDoesNotAnswerIsPassedOver() throws IOException {
        String nobody = unusedAddress();
        try (ServerSocket hangs = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Answering closes = server("");
            Answering answers = server(HELLO, "+OK\r\n");
            String servers =
                    nobody + ",127.0.0.1:" + hangs.getLocalPort() + "," + closes.address() + "," + answers.address();
            assertThat(run(servers, List.of("--timeout", "100ms"), "SET", "k", "v"))
                    .isEqualTo(ExitCode.OK);
            assertThat(closes.requests).containsExactly("HELLO 3");
            assertThat(answers.requests).containsExactly("HELLO 3", "SET k v");
        }
        assertThat(err.toString().lines()).hasSize(3).first().asString().contains(nobody, "refused");
    }

    @Test
    void whenNobodyAnswersItSaysWhatToDo() throws IOException {
        assertThat(run(unusedAddress(), List.of(), "GET", "k")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(err.toString()).contains("nothing was done: no node answers; start them (kv cluster", "--servers");
    }

    @Test
    void withoutThePasswordNothingIsSent() throws IOException {
        Answering server = server("-NOAUTH HELLO must be called with the client already authenticated.\r\n", "+OK\r\n");
        assertThat(call("SET", "k", "v")).isEqualTo(ExitCode.FAILURE);
        assertThat(server.requests).containsExactly("HELLO 3");
        assertThat(err.toString())
                .contains(
                        "NOAUTH",
                        " -> give --password-file, with the file of its",
                        "nothing was done: no node took it");
    }

    @Test
    void aServerThatHangsUpPerhapsTalksTls() throws IOException {
        server("");
        assertThat(call("SET", "k", "v")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(err.toString())
                .contains("closed without an answer -> if it talks TLS (--resp-tls-cert), give --tls-ca");
    }

    /** The one answer, but for none at all, after which another may be asked: certainly nothing was done. */
    @Test
    void whoDoesNotLeadIsPassedOver() throws IOException {
        server(HELLO, "-NOTLEADER not done: n1 does not lead, n2 does; ask it\r\n");
        Answering leader = server(HELLO, "$2\r\nn3\r\n");
        assertThat(call("RAFT", "TRANSFER")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).isEqualTo("n3" + END);
        assertThat(err.toString()).contains("n1 does not lead, n2 does");
        assertThat(leader.requests).containsExactly("HELLO 3", "RAFT TRANSFER");
    }

    @Test
    void withoutALeaderAmongThemNothingIsDone() throws IOException {
        server(HELLO, "-NOTLEADER not done: n1 does not lead, n2 does; ask it\r\n");
        assertThat(call("RAFT", "TRANSFER")).isEqualTo(ExitCode.FAILURE);
        assertThat(err.toString()).contains("n2 does; ask it", "nothing was done");
    }

    @Test
    void aConnectionLostAfterSendingLeavesTheOutcomeUnknown() throws IOException {
        Answering first = server(HELLO, "");
        Answering second = server(HELLO, "+OK\r\n");
        assertThat(call("INCR", "n")).isEqualTo(ExitCode.UNKNOWN);
        assertThat(err.toString())
                .contains("outcome unknown: " + first.address() + " was sent the command", "look before you repeat it");
        assertThat(second.connections).hasValue(0);
    }

    @Test
    void anAnswerThatDoesNotComeLeavesTheOutcomeUnknown() throws IOException {
        Answering first = server(HELLO);
        Answering second = server(HELLO, "+OK\r\n");
        assertThat(run(first.address() + "," + second.address(), List.of("--answer-timeout", "50ms"), "INCR", "n"))
                .isEqualTo(ExitCode.UNKNOWN);
        assertThat(err.toString()).contains("outcome unknown", "timed out");
        assertThat(second.connections).hasValue(0);
    }

    @Test
    void aServerThatDoesNotKnowTheOutcomeSaysSo() throws IOException {
        server(HELLO, "-TIMEOUT outcome unknown (may still take effect): no answer\r\n");
        Answering second = server(HELLO, "+OK\r\n");
        assertThat(call("INCR", "n")).isEqualTo(ExitCode.UNKNOWN);
        assertThat(err.toString())
                .isEqualTo("kv call: TIMEOUT outcome unknown (may still take effect): no answer" + END);
        assertThat(second.connections).hasValue(0);
    }
}
