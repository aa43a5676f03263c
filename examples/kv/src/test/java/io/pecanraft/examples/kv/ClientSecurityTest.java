package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.pecanraft.examples.kv.command.CertificateExpiry;
import io.pecanraft.examples.kv.command.CommandTable;
import io.pecanraft.examples.kv.command.ServerInfo;
import io.pecanraft.examples.kv.replication.FormatGate;
import io.pecanraft.examples.kv.replication.HoldPolicy;
import io.pecanraft.examples.kv.replication.ScriptedNode;
import io.pecanraft.examples.kv.resp.ClientSecurity;
import io.pecanraft.examples.kv.resp.Counters;
import io.pecanraft.examples.kv.resp.RespLimits;
import io.pecanraft.examples.kv.resp.RespServer;
import io.pecanraft.model.NodeId;
import io.pecanraft.transport.netty.TlsConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The RESP port with TLS and a password, and what the program's own commands need to get through. */
class ClientSecurityTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final HostPort LOOPBACK = new HostPort("127.0.0.1", 1);
    private static final HostPort ANYWHERE = new HostPort("0.0.0.0", 1);

    @TempDir
    static Path directory;

    private static Path certificate;
    private static Instant expires;
    private static Path key;
    private static Path authority;
    private static Path password;

    @BeforeAll
    static void issue() throws Exception {
        X509Bundle root = new CertificateBuilder()
                .subject("CN=authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        X509Bundle server = new CertificateBuilder()
                .subject("CN=n1")
                .addSanDnsName("n1")
                .addSanIpAddress("127.0.0.1")
                .buildIssuedBy(root);
        certificate = Files.writeString(directory.resolve("n1.pem"), server.getCertificatePathPEM());
        expires = server.getCertificate().getNotAfter().toInstant();
        key = Files.writeString(directory.resolve("n1.key"), server.getPrivateKeyPEM());
        authority = Files.writeString(directory.resolve("ca.pem"), root.getCertificatePEM());
        password = Files.writeString(directory.resolve("password"), "open sesame\nsecond line\n");
    }

    @Test
    void serversAreReachedByTlsAndPassword() throws IOException {
        ClientSecurity security = options(
                        "--resp-password-file=" + password, "--resp-tls-cert=" + certificate, "--resp-tls-key=" + key)
                .security(ANYWHERE);
        try (RespServer server = open(security)) {
            HostPort address = new HostPort("127.0.0.1", server.address().getPort());
            RespAccess access = RespAccess.withPassword(Optional.of(password)).trusting(authority);
            assertThat(RespClient.ask(address, access, TIMEOUT, "PING")).isEqualTo("PONG");

            assertThatThrownBy(() -> RespClient.ask(address, RespAccess.PLAIN.trusting(authority), TIMEOUT, "PING"))
                    .hasMessage("NOAUTH Authentication required.");
            assertThatThrownBy(() -> RespClient.ask(address, RespAccess.PLAIN, TIMEOUT, "PING"))
                    .as("plain text")
                    .isInstanceOf(IOException.class);
            try (Socket socket = new Socket(address.host(), address.port())) {
                socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                        .as("and no answer in plain text")
                        .doesNotContain("PONG", "NOAUTH");
            }
        }
    }

    private static Path anotherAuthority() throws Exception {
        X509Bundle other = new CertificateBuilder()
                .subject("CN=other")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
        return Files.writeString(directory.resolve("other.pem"), other.getCertificatePEM());
    }

    @Test
    void clientsDoNotTalkToAServerOfAnotherAuthority() throws Exception {
        Path others = anotherAuthority();
        ClientSecurity security = options("--resp-tls-cert=" + certificate, "--resp-tls-key=" + key)
                .security(LOOPBACK);
        try (RespServer server = open(security)) {
            HostPort address = new HostPort("127.0.0.1", server.address().getPort());
            assertThatThrownBy(() -> RespClient.ask(address, RespAccess.PLAIN.trusting(others), TIMEOUT, "PING"))
                    .isInstanceOf(IOException.class);
        }
    }

    private static NodeReport ask(RespServer server, RespAccess access) {
        HostPort address = new HostPort("127.0.0.1", server.address().getPort());
        return NodeReport.ask("n1", address, access, TIMEOUT);
    }

    private static void assertSays(NodeReport report, String role, String remedy) {
        assertThat(report.role()).isEqualTo(role);
        assertThat(report.silence().orElseThrow().remedy().orElse("")).contains(remedy);
    }

    @Test
    void whoGivesNoPasswordOrAWrongOneHearsWhichOptionToGive() throws IOException {
        Path other = Files.writeString(directory.resolve("other-password"), "open barley");
        RespAccess wrong = RespAccess.withPassword(Optional.of(other));
        try (RespServer server =
                open(options("--resp-password-file=" + password).security(ANYWHERE))) {
            assertSays(ask(server, RespAccess.PLAIN), "REFUSED", "give --password-file");
            assertSays(ask(server, wrong), "REFUSED", "give --password-file");
        }
        try (RespServer server = open(ClientSecurity.NONE)) {
            assertSays(ask(server, wrong), "REFUSED", "leave out --password-file");
        }
    }

    @Test
    void whoTalksPlainTextToAPortWithTlsHearsWhichOptionToGive() {
        ClientSecurity tls = options("--resp-tls-cert=" + certificate, "--resp-tls-key=" + key)
                .security(LOOPBACK);
        try (RespServer server = open(tls)) {
            NodeReport report = ask(server, RespAccess.PLAIN);
            assertThat(report.silence().orElseThrow().remedy())
                    .contains("if it talks TLS (--resp-tls-cert), give --tls-ca");
        }
    }

    /** With the wrong authorities, or where none are needed. */
    @Test
    void whoTalksTlsInVainHearsWhatItsOptionIsFor() throws Exception {
        RespAccess trusting = RespAccess.PLAIN.trusting(anotherAuthority());
        ClientSecurity tls = options("--resp-tls-cert=" + certificate, "--resp-tls-key=" + key)
                .security(LOOPBACK);
        try (RespServer server = open(tls)) {
            assertSays(ask(server, trusting), "REFUSED", "--tls-ca is the file of the authorities");
        }
        try (RespServer server = open(ClientSecurity.NONE)) {
            assertSays(ask(server, trusting), "REFUSED", "leave out --tls-ca");
        }
    }

    @Test
    void itIsKnownHowLongTheCertificateLasts() {
        ClientSecurity security = options("--resp-tls-cert=" + certificate, "--resp-tls-key=" + key)
                .security(LOOPBACK);
        assertThat(security.certificate())
                .contains(new CertificateExpiry("--resp-tls-cert", certificate, expires, false));
    }

    /** What the doctor looks at; here the certificates between nodes, for which those of clients will do. */
    @Test
    void theStatusNamesTheCertificatesBetweenNodesAndWhenTheyExpire() throws Exception {
        InProcess only = new InProcess(directory, 1);
        TlsConfig files = TlsConfig.of(certificate, key, authority);
        try (KvServer server = KvServer.start(only.settings(0, transport -> transport.tls(files)))) {
            assertThat(server.failure()).isNotDone();
            NodeReport report = NodeReport.ask("n1", only.clients(0), RespAccess.PLAIN, TIMEOUT);
            assertThat(report.list("certificates"))
                    .extracting(
                            each -> each.get("option").getAsString(),
                            each -> each.get("file").getAsString())
                    .containsExactly(
                            tuple("--tls-cert", certificate.toString()), tuple("--tls-ca", authority.toString()));
            assertThat(report.list("certificates").get(0).get("expires").getAsString())
                    .isEqualTo(expires.toString());
            assertThat(Http.get(only.http(0), "/metrics").body())
                    .contains("raft_transport_certificate_left_seconds{node=\"n1\"} ")
                    .contains("raft_transport_authority_left_seconds{node=\"n1\"} ");
        }
    }

    @Test
    void onlyTheLoopbackInterfaceIsOpenWithoutBeingAskedForByName() {
        assertThat(options().security(LOOPBACK)).isEqualTo(ClientSecurity.NONE);
        assertThatThrownBy(() -> options().security(ANYWHERE))
                .hasMessage("whoever reaches 0.0.0.0:1 could read and change everything; give --resp-password-file, or"
                        + " --resp-no-password if nobody else can reach it");
        assertThat(options("--resp-no-password").security(ANYWHERE)).isEqualTo(ClientSecurity.NONE);
    }

    @Test
    void whatDoesNotGoTogetherIsNamed() throws IOException {
        assertThatThrownBy(() -> options("--resp-no-password", "--resp-password-file=" + password)
                        .security(LOOPBACK))
                .hasMessage("--resp-password-file and --resp-no-password exclude each other");
        assertThatThrownBy(() -> options("--resp-tls-key=" + key).security(LOOPBACK))
                .hasMessage("--resp-tls-cert and --resp-tls-key are given together or not at all");
        assertThatThrownBy(() -> options("--resp-tls-cert=" + key, "--resp-tls-key=" + key)
                        .security(LOOPBACK))
                .hasMessageStartingWith("cannot use " + key);
        Path empty = Files.writeString(directory.resolve("empty"), "\nsecret");
        assertThatThrownBy(() -> options("--resp-password-file=" + empty).security(LOOPBACK))
                .hasMessage("the first line of " + empty + " is empty; it is the password");
        assertThatThrownBy(() -> options("--resp-password-file=" + empty + "x").security(LOOPBACK))
                .hasMessageStartingWith("cannot read the password from");
    }

    private static ClientSecurityOptions options(String... words) {
        return CommandLine.populateCommand(new ClientSecurityOptions(), words);
    }

    private static RespServer open(ClientSecurity security) {
        ScriptedNode node = new ScriptedNode();
        Counters counters = new Counters();
        ServerInfo info = new ServerInfo(
                "1",
                NodeId.of("n1"),
                node,
                node::store,
                counters,
                1,
                "h:1",
                security.password(),
                Duration.ofSeconds(5),
                Instant.EPOCH,
                List::of);
        return RespServer.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                node,
                new CommandTable(info),
                format -> new FormatGate.Open(),
                new HoldPolicy(Duration.ofSeconds(5)),
                RespLimits.DEFAULTS,
                security,
                counters);
    }
}
