package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.netty.pkitesting.X509Bundle;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.transport.netty.wire.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates and authority are exchanged under two servers that talk to each other. */
@Timeout(120)
class RotationTest {

    /** Of the new certificates. */
    private static final Instant EXPIRY = Instant.parse("2099-01-01T00:00:00Z");

    @TempDir
    Path directory;

    private final Authority old = new Authority("old");
    private final Authority next = new Authority("next");

    @Test
    void newConnectionsTakeTheNewFilesWhileTheServersRun() throws Exception {
        try (WrittenLines lines = new WrittenLines(Tls.class, Level.INFO);
                Server n1 = server("n1");
                Server n2 = server("n2")) {
            n1.knows(n2);
            n2.knows(n1);
            n1.awaitConnections(2);
            n2.awaitConnections(2);
            n1.reaches(n2, new Heartbeat(1, 2, 3));

            X509Bundle certificate = renew(n1);
            renew(n2);
            awaitExpiry(n1, lines);
            awaitExpiry(n2, lines);

            // What stands is not cut.
            n1.reaches(n2, new Heartbeat(1, 2, 4));
            assertThat(n1.transport.stats().connectionsMade()).isEqualTo(2);
            assertThat(n1.transport.stats().connectionsLost()).isZero();

            // Each trusts the new authority alone, so a new connection has new certificates at both of its ends.
            n1.out.updatePeers(Map.of());
            n1.knows(n2);
            n1.awaitConnections(4);
            n1.reaches(n2, new Heartbeat(1, 2, 5));
            assertThat(shownTo(next.context(next.issue("n2")), n1)).isEqualTo(certificate.getCertificate());

            long refused = n1.transport.stats().handshakesRefused();
            try (RawPeer late = RawPeer.over(call(next.context(old.issue("n2")), n1))) {
                try {
                    late.send(Frames.first(RawPeer.helloTo(n1, "n2", Lane.CONSENSUS)));
                } catch (IOException e) {
                    // refused already
                }
                assertThat(late.readUntilClosedOrBroken()).isEmpty();
            }
            n1.await(stats -> stats.handshakesRefused() == refused + 1);
        }
    }

    private Server server(String node) throws IOException {
        TlsConfig files = old.files(Files.createDirectory(directory.resolve(node)), old.issue(node));
        return new Server(node, settings -> settings.tls(files.withReloadInterval(Duration.ofMillis(10))));
    }

    /** One file after the other, as an operator does, the key last: what is half done is not taken. */
    private X509Bundle renew(Server server) {
        X509Bundle renewed = next.issue(builder ->
                builder.subject("CN=any").addSanDnsName(server.node().value()).notAfter(EXPIRY));
        next.files(directory.resolve(server.node().value()), renewed);
        return renewed;
    }

    private static void awaitExpiry(Server server, WrittenLines lines) throws InterruptedException {
        while (!server.transport.certificateExpiry().orElseThrow().equals(EXPIRY)) {
            lines.next("took new certificates for new connections");
        }
    }

    /** The certificate that a server shows to a peer that introduces itself. */
    private static X509Certificate shownTo(SSLContext caller, Server server) throws Exception {
        SSLSocket socket = call(caller, server);
        try (RawPeer peer = RawPeer.over(socket)) {
            peer.send(Frames.first(RawPeer.helloTo(server, "n2", Lane.BULK)));
            assertThat(peer.readFirst(Wire.HelloAnswer.parser()).getRefusal()).isEqualTo(Wire.Refusal.ACCEPTED);
            return (X509Certificate) socket.getSession().getPeerCertificates()[0];
        }
    }

    private static SSLSocket call(SSLContext caller, Server server) throws IOException {
        return (SSLSocket) caller.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.port());
    }
}
