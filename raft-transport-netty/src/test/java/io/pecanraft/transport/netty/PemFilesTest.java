package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that cannot be used are named, with what is wrong with them. */
class PemFilesTest {

    @TempDir
    Path directory;

    private final Authority authority = new Authority("cluster");

    @ParameterizedTest
    @EnumSource(
            value = Algorithm.class,
            names = {"ecp256", "ecp384", "rsa2048", "ed25519"})
    void keysOfTheUsualKindsAreRead(Algorithm algorithm) {
        TlsConfig files = authority.files(
                directory,
                authority.issue(
                        builder -> builder.subject("CN=any").addSanDnsName("n1").algorithm(algorithm)));
        assertThat(PemFiles.read(files, Instant.now()).chain()).isNotEmpty();
    }

    @Test
    void aMissingFile() throws IOException {
        TlsConfig files = good();
        Files.delete(files.privateKey());
        refuses(files, "cannot read", "key.pem");
    }

    @Test
    void aKeyOfAnotherCertificate() throws IOException {
        TlsConfig files = good();
        Files.writeString(files.privateKey(), authority.issue("n1").getPrivateKeyPEM());
        refuses(files, "is not that of the certificate", "chain.pem");
    }

    @Test
    void aKeyOfAnotherKind() throws IOException {
        TlsConfig files = good();
        Files.writeString(
                files.privateKey(),
                authority.issue(builder -> builder.subject("CN=any").rsa2048()).getPrivateKeyPEM());
        refuses(files, "is not that of the certificate", "key.pem");
    }

    @Test
    void aKeyWithAPassword() throws IOException {
        TlsConfig files = good();
        Files.writeString(
                files.privateKey(),
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n");
        refuses(files, "without a password", "key.pem");
    }

    @Test
    void somethingElse() throws IOException {
        TlsConfig files = good();
        Files.writeString(files.trustedCertificates(), "hello");
        refuses(files, "trusted.pem");
    }

    @Test
    void aCertificateThatHasExpired() {
        refuses(authority.files(directory, authority.expired("n1")), "expired at", "chain.pem");
    }

    private TlsConfig good() {
        return authority.files(directory, authority.issue("n1"));
    }

    private static void refuses(TlsConfig files, String... words) {
        assertThatThrownBy(() -> PemFiles.read(files, Instant.now()))
                .isInstanceOf(TransportException.class)
                .hasMessageContainingAll(words);
    }
}
