package io.pecanraft.examples.kv.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pecanraft.examples.kv.replication.FormatGate;
import io.pecanraft.examples.kv.replication.HoldPolicy;
import io.pecanraft.examples.kv.replication.ScriptedNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The listener: who gets in, and who is told why not. */
class RespServerTest {

    private final Counters counters = new Counters();
    private final RespServer server = open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    private RespServer open(InetSocketAddress address) {
        return open(address, ClientSecurity.NONE);
    }

    private RespServer open(InetSocketAddress address, ClientSecurity security) {
        return RespServer.open(
                address,
                new ScriptedNode(),
                (client, request) -> new Response.Immediate(Reply.OK),
                format -> new FormatGate.Open(),
                new HoldPolicy(Duration.ofSeconds(5)),
                new RespLimits(2, 100, 1_000_000, Duration.ofMillis(1_500)),
                security,
                counters);
    }

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void tellsAClientTooManyWhyItIsSentAwayAndTakesTheNextOnceThereIsRoom() throws IOException {
        try (Socket first = connect();
                Socket second = connect()) {
            assertThat(ask(first)).isEqualTo("+OK\r\n");
            assertThat(ask(second)).isEqualTo("+OK\r\n");
            try (Socket third = connect()) {
                assertThat(new String(third.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                        .isEqualTo("-ERR max number of clients reached\r\n");
            }
            assertThat(counters.connectionsRefused()).isEqualTo(1);
        }
        await().until(() -> counters.connections() == 0);
        try (Socket next = connect()) {
            assertThat(ask(next)).isEqualTo("+OK\r\n");
        }
    }

    @Test
    void saysWhichAddressItCannotListenOnAndWhy() {
        assertThatThrownBy(() -> open(server.address()))
                .isInstanceOf(RespServer.ListenException.class)
                .hasMessageContaining("127.0.0.1:" + server.address().getPort())
                .hasMessageContaining("in use");
        assertThatThrownBy(() -> open(InetSocketAddress.createUnresolved("no.such.host.invalid", 1)))
                .isInstanceOf(RespServer.ListenException.class)
                .hasMessage("cannot listen for clients on no.such.host.invalid:1: the host name is not known here");
    }

    @Test
    void closesItsConnectionsWhenItCloses() throws IOException {
        try (Socket client = connect()) {
            assertThat(ask(client)).isEqualTo("+OK\r\n");
            server.close();
            assertThat(client.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void closesAClientThatSaysNothing() throws IOException {
        try (Socket client = connect()) {
            assertThat(ask(client)).isEqualTo("+OK\r\n");
            assertThat(client.getInputStream().read()).as("after 1.5 s").isEqualTo(-1);
        }
    }

    private Socket connect() throws IOException {
        Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout(20_000);
        return socket;
    }

    private static String ask(Socket socket) throws IOException {
        socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readNBytes(5), StandardCharsets.UTF_8);
    }
}
