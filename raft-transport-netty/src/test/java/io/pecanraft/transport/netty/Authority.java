package io.pecanraft.transport.netty;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/** Issues certificates to the servers of tests, good ones and bad ones. */
final class Authority {

    private final X509Bundle root;

    Authority(String name) {
        try {
            root = new CertificateBuilder()
                    .subject("CN=" + name)
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    Instant expiry() {
        return root.getCertificate().getNotAfter().toInstant();
    }

    X509Bundle issue(String node) {
        return issue(builder -> builder.subject("CN=any").addSanDnsName(node));
    }

    X509Bundle expired(String node) {
        Instant now = Instant.now();
        return issue(builder -> builder.subject("CN=any")
                .addSanDnsName(node)
                .notBefore(now.minus(Duration.ofDays(2)))
                .notAfter(now.minus(Duration.ofDays(1))));
    }

    X509Bundle issue(UnaryOperator<CertificateBuilder> what) {
        try {
            return what.apply(new CertificateBuilder()).buildIssuedBy(root);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static X509Bundle selfSigned(String node) {
        try {
            return new CertificateBuilder()
                    .subject("CN=any")
                    .addSanDnsName(node)
                    .setIsCertificateAuthority(true)
                    .buildSelfSigned();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** Writes the files for one server, over those that are there, and the key, which makes them whole, last. */
    TlsConfig files(Path directory, X509Bundle own) {
        try {
            Path trusted = Files.writeString(directory.resolve("trusted.pem"), root.getCertificatePEM());
            Path chain = Files.writeString(directory.resolve("chain.pem"), own.getCertificatePathPEM());
            Path key = Files.writeString(directory.resolve("key.pem"), own.getPrivateKeyPEM());
            return TlsConfig.of(chain, key, trusted);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** For the raw end of a connection that trusts this authority and shows this certificate, whatever that is worth. */
    SSLContext context(@Nullable X509Bundle own) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(
                    own == null ? null : keys(own), new TrustManager[] {root.toTrustManager()}, new SecureRandom());
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyManager[] keys(X509Bundle own) throws GeneralSecurityException, IOException {
        char[] password = {'x'};
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, password);
        store.setKeyEntry("own", own.getKeyPair().getPrivate(), password, own.getCertificatePath());
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }
}
