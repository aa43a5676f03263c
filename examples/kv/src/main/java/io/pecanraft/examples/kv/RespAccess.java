package io.pecanraft.examples.kv;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Optional;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * How the commands of this program reach a server.
 *
 * @param password what the server wants to hear; empty for nothing
 * @param sockets makes plain sockets, or such that talk TLS
 */
record RespAccess(Optional<String> password, SocketFactory sockets) {

    /** Plain text, without a password. */
    static final RespAccess PLAIN = new RespAccess(Optional.empty(), SocketFactory.getDefault());

    boolean talksTls() {
        return sockets instanceof SSLSocketFactory;
    }

    /** Plain text, with a password where one is given. */
    static RespAccess withPassword(Optional<Path> passwordFile) {
        return new RespAccess(passwordFile.map(ClientSecurityOptions::readLine), SocketFactory.getDefault());
    }

    /**
     * TLS, with servers whose certificates these authorities have issued.
     *
     * @throws IllegalArgumentException when the file cannot be used
     */
    RespAccess trusting(Path authorities) {
        try (InputStream pem = Files.newInputStream(authorities)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int number = 0;
            for (Certificate authority : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("ca" + number++, authority);
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return new RespAccess(password, context.getSocketFactory());
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException("cannot use the authorities in " + authorities + ": " + e, e);
        }
    }
}
