package io.pecanraft.examples.kv.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.pecanraft.examples.kv.replication.FormatGate;
import io.pecanraft.examples.kv.replication.HoldPolicy;
import io.pecanraft.examples.kv.replication.ScriptedNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The listener: who gets in, and who is told why not. */
class RespServerTest {

    private static final Duration SHORT = Duration.ofMillis(20);
    private static final Duration LONG = Duration.ofHours(1);

    private final Counters counters = new Counters();
    private final RespServer server = open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    private RespServer open(InetSocketAddress address) {
        return open(address, Duration.ofMillis(1_500), ClientSecurity.NONE);
    }

    private RespServer open(InetSocketAddress address, Duration idleTimeout, ClientSecurity security) {
        return RespServer.open(
                address,
                new ScriptedNode(),
                (client, request) -> new Response.Immediate(Reply.OK),
                format -> new FormatGate.Open(),
                new HoldPolicy(Duration.ofSeconds(5)),
                new RespLimits(2, 100, 1_000_000, 100_000, idleTimeout),
                security,
                counters);
    }

    /** Nothing else would close a client there. */
    private RespServer impatient(ClientSecurity security, StrangerTimeouts strangers) {
        return open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Duration.ZERO, security.within(strangers));
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

    @Test
    void closesAClientThatGivesNoPasswordInTime() throws IOException {
        ClientSecurity password =
                new ClientSecurity(Optional.of(Password.of("secret")), Optional.empty(), Optional.empty());
        try (RespServer guarded = impatient(password, new StrangerTimeouts(LONG, SHORT));
                Socket stranger = connect(guarded)) {
            assertThat(stranger.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void doesNotCloseAClientThatHasGivenThePassword() {
        Duration limit = StrangerTimeouts.DEFAULTS.authentication();
        EmbeddedChannel late = new EmbeddedChannel();
        EmbeddedChannel known = new EmbeddedChannel();
        ClientState knows = stranger();
        late.freezeTime();
        known.freezeTime();
        RespServer.closeStrangerAfter(limit, late, stranger());
        RespServer.closeStrangerAfter(limit, known, knows);
        knows.authenticated(true);
        pass(limit.minusMillis(1), late, known);
        assertThat(late.isOpen()).isTrue();
        pass(Duration.ofMillis(1), late, known);
        assertThat(late.isOpen()).isFalse();
        assertThat(known.isOpen()).isTrue();
    }

    private static ClientState stranger() {
        ClientState client = new ClientState(1, "h:1", Instant.EPOCH);
        client.authenticated(false);
        return client;
    }

    private static void pass(Duration time, EmbeddedChannel... channels) {
        for (EmbeddedChannel channel : channels) {
            channel.advanceTimeBy(time.toMillis(), TimeUnit.MILLISECONDS);
            channel.runScheduledPendingTasks();
        }
    }

    @Test
    void closesAClientThatDoesNotShakeHandsInTime() throws Exception {
        X509Bundle own = new CertificateBuilder()
                .subject("CN=n1")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        SslContext tls = SslContextBuilder.forServer(own.getKeyPair().getPrivate(), own.getCertificatePath())
                .build();
        ClientSecurity security = new ClientSecurity(Optional.empty(), Optional.of(tls), Optional.empty());
        try (RespServer guarded = impatient(security, new StrangerTimeouts(SHORT, LONG));
                Socket silent = connect(guarded)) {
            assertThat(silent.getInputStream().read()).isEqualTo(-1);
        }
    }

    private Socket connect() throws IOException {
        return connect(server);
    }

    private static Socket connect(RespServer server) throws IOException {
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
