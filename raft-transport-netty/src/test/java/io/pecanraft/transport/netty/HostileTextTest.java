package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import io.netty.pkitesting.X509Bundle;
import io.pecanraft.model.NodeId;
import io.pecanraft.transport.netty.wire.Wire;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the other side says of itself ends up in the log, and may not look like lines of our own there. */
@Timeout(120)
class HostileTextTest {

    private static final String FORGED = "sorry\nINFO became leader\r\u0007\u001b[31m\u0085\u2028";

    private static final String SUBJECT_ALTERNATIVE_NAMES = "2.5.29.17";

    @TempDir
    Path directory;

    @Test
    void theReasonOfARefusalIsOneShortPrintableLine() throws Exception {
        try (WrittenLines lines = new WrittenLines(PeerConnection.class, Level.WARN);
                ServerSocket listening = RawPeer.listen();
                Server n1 = new Server("n1")) {
            n1.out.updatePeers(Map.of(NodeId.of("n2"), "127.0.0.1:" + listening.getLocalPort()));
            for (int lane = 0; lane < 2; lane++) { // one of them has news
                try (RawPeer peer = RawPeer.acceptedBy(listening)) {
                    peer.refuse(Wire.Refusal.WRONG_CLUSTER, FORGED + "x".repeat(900));
                    assertThat(peer.isClosedByTheOther()).isTrue();
                }
            }
            String line = lines.next("peer refused the connection, will keep trying");
            assertThat(line).contains("detail=sorry?INFO became leader???[31m??xxx");
            assertPrintable(line);
            assertThat(line).hasSizeLessThan(900);
        }
    }

    /** The names in a certificate are text of the other side too. */
    @Test
    void theNamesInACertificateArePrintable() throws Exception {
        Authority authority = new Authority("cluster");
        X509Bundle forging = authority.issue(builder -> builder.subject("CN=any")
                .addExtensionOctetString(SUBJECT_ALTERNATIVE_NAMES, false, dnsName("n3\nINFO\u0007")));
        try (WrittenLines lines = new WrittenLines(InboundServer.class, Level.WARN);
                Server n1 =
                        new Server("n1", settings -> settings.tls(authority.files(directory, authority.issue("n1"))));
                RawPeer caller = RawPeer.over(authority
                        .context(forging)
                        .getSocketFactory()
                        .createSocket(InetAddress.getLoopbackAddress(), n1.port()))) {
            caller.send(Frames.first(RawPeer.helloTo(n1, "n2", Lane.CONSENSUS)));
            assertThat(caller.readFirst(Wire.HelloAnswer.parser()).getRefusal())
                    .isEqualTo(Wire.Refusal.WRONG_CERTIFICATE);
            String line = lines.next("turned a connection away");
            assertThat(line).contains("n3?INFO?");
            assertPrintable(line);
        }
    }

    /** A sequence of one name, as it is encoded; whoever builds certificates properly would refuse this one. */
    private static byte[] dnsName(String name) {
        byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(4 + bytes.length)
                .put((byte) 0x30)
                .put((byte) (2 + bytes.length))
                .put((byte) 0x82)
                .put((byte) bytes.length)
                .put(bytes)
                .array();
    }

    private static void assertPrintable(String line) {
        assertThat(line.chars()).allMatch(each -> each >= ' ' && each < 0x7f);
    }
}
