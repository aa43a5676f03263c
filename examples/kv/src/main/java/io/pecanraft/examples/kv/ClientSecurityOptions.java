package io.pecanraft.examples.kv;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.pecanraft.examples.kv.command.CertificateExpiry;
import io.pecanraft.examples.kv.resp.ClientSecurity;
import io.pecanraft.examples.kv.resp.Password;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options by which clients prove that they may talk to this node, and it to them that it is the right one. */
final class ClientSecurityOptions {

    private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

    @Option(
            names = "--resp-password-file",
            paramLabel = "FILE",
            description = {
                "A file whose first line is the password that clients must give (AUTH). The same on every node.",
                "Needed, or --resp-no-password, unless --listen is on the loopback interface."
            })
    private @Nullable Path passwordFile;

    @Option(
            names = "--resp-no-password",
            description = "Let whoever reaches --listen read and write, when nobody else can reach it.")
    private boolean noPassword;

    @Option(
            names = "--resp-tls-cert",
            paramLabel = "FILE",
            description = "This node's certificate chain (PEM) for clients: they talk TLS, and nothing else.")
    private @Nullable Path certificate;

    @Option(names = "--resp-tls-key", paramLabel = "FILE", description = "Its key (PEM, PKCS#8, without a password).")
    private @Nullable Path key;

    /**
     * What clients must do.
     *
     * @throws IllegalArgumentException saying what does not go together
     */
    ClientSecurity security(HostPort listen) {
        if (passwordFile != null && noPassword) {
            throw new IllegalArgumentException("--resp-password-file and --resp-no-password exclude each other");
        }
        if (passwordFile == null && !noPassword && !listen.isLoopback()) {
            throw new IllegalArgumentException("whoever reaches " + listen + " could read and change everything; give"
                    + " --resp-password-file, or --resp-no-password if nobody else can reach it");
        }
        return new ClientSecurity(
                Optional.ofNullable(passwordFile).map(ClientSecurityOptions::read),
                tls(),
                Optional.ofNullable(certificate).map(ClientSecurityOptions::expiry));
    }

    private static CertificateExpiry expiry(Path chain) {
        try (InputStream in = Files.newInputStream(chain)) {
            X509Certificate own =
                    (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
            return new CertificateExpiry(
                    "--resp-tls-cert", chain, own.getNotAfter().toInstant(), false);
        } catch (IOException | CertificateException e) {
            throw new IllegalArgumentException("cannot read a certificate from " + chain + ": " + e.getMessage(), e);
        }
    }

    /** The first line of a file. */
    static Password read(Path file) {
        return Password.of(readLine(file));
    }

    static String readLine(Path file) {
        try {
            if (Files.size(file) > 2 * Password.MAX_BYTES) {
                throw new IllegalArgumentException(
                        file + " is too large for a password: " + Files.size(file) + " bytes");
            }
            String line = Files.readString(file, StandardCharsets.UTF_8)
                    .lines()
                    .findFirst()
                    .orElse("");
            if (line.isEmpty()) {
                throw new IllegalArgumentException("the first line of " + file + " is empty; it is the password");
            }
            return line;
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read the password from " + file + ": " + e, e);
        }
    }

    private Optional<SslContext> tls() {
        if (certificate == null && key == null) {
            return Optional.empty();
        }
        if (certificate == null || key == null) {
            throw new IllegalArgumentException("--resp-tls-cert and --resp-tls-key are given together or not at all");
        }
        try {
            return Optional.of(SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                    .protocols(PROTOCOLS)
                    .build());
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException("cannot use " + certificate + " with " + key + ": " + e.getMessage(), e);
        }
    }
}
