package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import io.pecanraft.transport.netty.TlsConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Servers of the program that prove to each other who they are. */
class SecuredClusterTest {

    @TempDir
    Path directory;

    @Test
    void serversReplicateOverTlsAndLeaveOutWhomTheyDoNotTrust() throws Exception {
        X509Bundle authority = authority();
        X509Bundle another = authority();
        InProcess three = new InProcess(directory, 3);
        try (KvServer n1 = start(three, 0, authority);
                KvServer n2 = start(three, 1, authority)) {
            try (KvServer n3 = start(three, 2, authority)) {
                writes(three, 0, "a");
                reads(three, 2, "a");
                assertThat(n3.failure()).isNotDone();
            }
            try (KvServer stranger = start(three, 2, another)) {
                writes(three, 1, "b");
                assertThat(report(three, 2).text("leader"))
                        .as("of whom it has heard")
                        .isEqualTo("-");
                assertThat(stranger.failure()).isNotDone();
            }
            try (KvServer n3 = start(three, 2, authority)) {
                reads(three, 2, "b");
                assertThat(n3.failure()).isNotDone();
            }
            assertThat(n1.failure()).isNotDone();
            assertThat(n2.failure()).isNotDone();
        }
    }

    private static void writes(InProcess cluster, int i, String value) {
        answers(cluster, i, client -> client.set("k", value), "OK");
    }

    private static void reads(InProcess cluster, int i, String value) {
        answers(cluster, i, client -> client.get("k"), value);
    }

    /** Asks again what was certainly not done, until there is a leader. */
    private static void answers(InProcess cluster, int i, Function<Jedis, String> request, String answer) {
        try (Jedis client = ProcessCluster.client(cluster.clients(i))) {
            String answered = await().atMost(ProcessCluster.PATIENCE)
                    .ignoreExceptionsMatching(
                            e -> String.valueOf(e.getMessage()).startsWith("CLUSTERDOWN not done"))
                    .until(() -> request.apply(client), Objects::nonNull);
            assertThat(answered).isEqualTo(answer);
        }
    }

    private static NodeReport report(InProcess cluster, int i) {
        return NodeReport.ask(ProcessCluster.name(i), cluster.clients(i), RespAccess.PLAIN, InProcess.HOLD);
    }

    /** With a certificate of this authority, which it trusts. */
    private KvServer start(InProcess cluster, int i, X509Bundle authority) throws Exception {
        String name = ProcessCluster.name(i);
        X509Bundle own = new CertificateBuilder()
                .subject("CN=" + name)
                .addSanDnsName(name)
                .buildIssuedBy(authority);
        Path files = Files.createTempDirectory(directory, name);
        TlsConfig tls = TlsConfig.of(
                Files.writeString(files.resolve("chain.pem"), own.getCertificatePathPEM()),
                Files.writeString(files.resolve("key.pem"), own.getPrivateKeyPEM()),
                Files.writeString(files.resolve("ca.pem"), authority.getCertificatePEM()));
        return KvServer.start(cluster.settings(i, transport -> transport.tls(tls)));
    }

    private static X509Bundle authority() throws Exception {
        return new CertificateBuilder()
                .subject("CN=authority")
                .setIsCertificateAuthority(true)
                .buildSelfSigned();
    }
}
