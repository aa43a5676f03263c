package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.X509Bundle;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.transport.netty.wire.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who does not prove who it is hears nothing and says nothing. */
@Timeout(120)
class TlsTest {

    private static final Heartbeat HEARTBEAT = new Heartbeat(1, 2, 3);

    @TempDir
    Path directory;

    private final Authority authority = new Authority("cluster");

    @Test
    void serversThatProveWhoTheyAreTalk() throws Exception {
        try (Server n1 = server("n1");
                Server n2 = server("n2")) {
            n1.knows(n2);
            n2.knows(n1);
            n1.awaitConnections(2);
            n2.awaitConnections(2);
            n1.reaches(n2, HEARTBEAT);
            n2.reaches(n1, HEARTBEAT);
            assertThat(n1.transport.certificateExpiry()).isPresent();
            assertThat(n1.transport.authorityExpiry()).contains(authority.expiry());
        }
    }

    /** A node id need not be a host name. */
    @Test
    void aUriNamesAServerToo() throws Exception {
        X509Bundle uri = authority.issue(builder -> {
            try {
                return builder.subject("CN=any").addSanUriName("pecanraft:n_2");
            } catch (URISyntaxException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(PeerNames.of(uri.getCertificate())).containsExactly("n_2");
    }

    @Test
    void plainTextIsRefused() throws Exception {
        try (Server n1 = server("n1");
                RawPeer plain = RawPeer.callTo(n1)) {
            plain.send(Frames.first(RawPeer.helloTo(n1, "n2", Lane.CONSENSUS)));
            refuses(n1);
            plain.readUntilClosed();
        }
    }

    @Test
    void aCallerWithoutACertificateIsRefused() throws Exception {
        refusesCaller(authority.context(null));
    }

    @Test
    void aCallerOfAnotherAuthorityIsRefused() throws Exception {
        refusesCaller(authority.context(new Authority("another").issue("n2")));
    }

    @Test
    void aCallerThatVouchesForItselfIsRefused() throws Exception {
        refusesCaller(authority.context(Authority.selfSigned("n2")));
    }

    @Test
    void aCallerWhoseCertificateHasExpiredIsRefused() throws Exception {
        refusesCaller(authority.context(authority.expired("n2")));
    }

    /** Each goes as far as TLS lets it, and says Hello and more; nothing of that is read. */
    private void refusesCaller(SSLContext caller) throws Exception {
        try (Server n1 = server("n1");
                RawPeer stranger = call(n1, caller)) {
            try {
                stranger.send(Frames.first(RawPeer.helloTo(n1, "n2", Lane.CONSENSUS)));
                stranger.send(Frames.identity("n2", 0), HEARTBEAT);
            } catch (IOException e) {
                // refused already
            }
            refuses(n1);
            assertThat(n1.inbox.isEmpty()).isTrue();
            // Who is heard to say a Hello that is refused gets an answer.
            assertThat(stranger.readUntilClosedOrBroken()).isEmpty();
        }
    }

    private static void refuses(Server n1) throws Exception {
        n1.await(stats -> stats.handshakesRefused() == 1);
        assertThat(n1.transport.stats().connectionsAccepted()).isZero();
        assertThat(n1.transport.stats().connectionsMalformed()).isZero();
    }

    /** A good certificate, of a server that claims to be another. */
    @Test
    void aCallerThatIsNotWhoItSaysIsRefused() throws Exception {
        try (Server n1 = server("n1");
                RawPeer n3 = call(n1, authority.context(authority.issue("n3")))) {
            n3.send(Frames.first(RawPeer.helloTo(n1, "n2", Lane.CONSENSUS)));
            Wire.HelloAnswer answer = n3.readFirst(Wire.HelloAnswer.parser());
            assertThat(answer.getRefusal()).isEqualTo(Wire.Refusal.WRONG_CERTIFICATE);
            assertThat(answer.getDetail()).contains("n3").contains("n2");
            refuses(n1);
        }
    }

    @Test
    void nothingIsSaidToAServerOfAnotherAuthority() throws Exception {
        saysNothingTo(authority.context(new Authority("another").issue("n2")));
    }

    @Test
    void nothingIsSaidToAServerWhoseCertificateHasExpired() throws Exception {
        saysNothingTo(authority.context(authority.expired("n2")));
    }

    @Test
    void nothingIsSaidToAServerThatVouchesForItself() throws Exception {
        saysNothingTo(authority.context(Authority.selfSigned("n2")));
    }

    @Test
    void nothingIsSaidToAServerThatIsNotTheOneThatWasCalled() throws Exception {
        saysNothingTo(authority.context(authority.issue("n3")));
    }

    /** It hears how TLS begins, and answers as a server without TLS would answer a Hello. */
    @Test
    void nothingIsSaidToAServerThatTalksPlainText() throws Exception {
        byte[] handshakeOfTls = {22, 3};
        try (ServerSocket listening = RawPeer.listen();
                Server n1 = server("n1")) {
            n1.out.updatePeers(Map.of(NodeId.of("n2"), "127.0.0.1:" + listening.getLocalPort()));
            try (Socket accepted = listening.accept();
                    RawPeer plain = RawPeer.over(accepted)) {
                assertThat(accepted.getInputStream().readNBytes(2)).isEqualTo(handshakeOfTls);
                plain.send(Frames.first(Wire.HelloAnswer.newBuilder()
                        .setVersion(1)
                        .setMaxFrameBytes(8 * 1024 * 1024)
                        .build()));
                assertThat(plain.isClosedByTheOther()).isTrue();
            }
            assertThat(n1.transport.stats().connectionsMade()).isZero();
        }
    }

    private void saysNothingTo(SSLContext called) throws Exception {
        try (SSLServerSocket listening = (SSLServerSocket)
                        called.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
                Server n1 = server("n1")) {
            listening.setNeedClientAuth(true);
            n1.out.updatePeers(Map.of(NodeId.of("n2"), "127.0.0.1:" + listening.getLocalPort()));
            try (RawPeer accepted = RawPeer.acceptedBy(listening)) {
                assertThat(accepted.readUntilClosedOrBroken()).isEmpty();
            }
            assertThat(n1.transport.stats().connectionsMade()).isZero();
        }
    }

    @Test
    void aServerWhoseCertificateDoesNotNameItDoesNotStart() {
        NettyTransportConfig config = Server.quick()
                .tls(authority.files(directory, authority.issue("n1")))
                .build();
        try (NettyTransport transport = NettyTransport.open(config)) {
            assertThatThrownBy(() -> transport.register(Frames.identity("n2", 0), new Inbox()))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("speaks for [n1]")
                    .hasMessageContaining("n2");
        }
    }

    @Test
    void newFilesAreTakenWhenTheyAreWhole() throws IOException {
        TlsConfig files = authority.files(directory, authority.issue("n1"));
        Tls tls = new Tls(files, 1_000);
        try {
            X509Bundle next = authority.issue(builder -> builder.subject("CN=any")
                    .addSanDnsName("n1")
                    .notAfter(Instant.now().plus(Duration.ofDays(7))));
            Instant before = tls.expiry();

            // The certificate is there, its key is not yet.
            Files.writeString(files.certificateChain(), next.getCertificatePathPEM());
            tls.reload();
            assertThat(tls.expiry()).isEqualTo(before);

            Files.writeString(files.privateKey(), next.getPrivateKeyPEM());
            tls.reload();
            assertThat(tls.expiry())
                    .isEqualTo(next.getCertificate().getNotAfter().toInstant());
        } finally {
            tls.close();
        }
    }

    private Server server(String node) throws IOException {
        Path own = Files.createTempDirectory(directory, node);
        TlsConfig files = authority.files(own, authority.issue(node));
        return new Server(node, settings -> settings.tls(files));
    }

    private static RawPeer call(Server server, SSLContext context) throws IOException {
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port());
        return RawPeer.over(socket);
    }
}
