package io.pecanraft.transport.netty;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The three files of a {@link TlsConfig} as they were at one moment, checked against each other, so that a rotation that is half
 * done is recognised.
 *
 * @param key this server's private key
 * @param chain its certificate first
 * @param trusted the authorities
 * @param fingerprint equal for equal contents
 */
record PemFiles(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> trusted, int fingerprint) {

    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private static final List<String> KEY_ALGORITHMS = List.of("RSA", "EC", "Ed25519");

    /** Far above any chain of certificates; what is longer is the wrong file. */
    private static final long MAX_FILE_BYTES = 1024 * 1024;

    /**
     * Reads and checks the files.
     *
     * @throws TransportException naming the file, what is wrong with it, and what to do
     */
    static PemFiles read(TlsConfig config, Instant now) {
        byte[] chainBytes = contents(config.certificateChain());
        byte[] keyBytes = contents(config.privateKey());
        byte[] trustedBytes = contents(config.trustedCertificates());
        List<X509Certificate> chain = certificates(config.certificateChain(), chainBytes);
        PrivateKey key = key(config.privateKey(), keyBytes);
        X509Certificate own = chain.get(0);
        if (!now.isBefore(own.getNotAfter().toInstant())) {
            throw new TransportException("the certificate in " + config.certificateChain() + " expired at "
                    + own.getNotAfter().toInstant() + ", so every peer would refuse it; renew it");
        }
        if (!belong(key, own)) {
            throw new TransportException("the key in " + config.privateKey() + " is not that of the certificate in "
                    + config.certificateChain() + "; give the two that were made together");
        }
        return new PemFiles(
                key, chain, certificates(config.trustedCertificates(), trustedBytes), Arrays.hashCode(new int[] {
                    Arrays.hashCode(chainBytes), Arrays.hashCode(keyBytes), Arrays.hashCode(trustedBytes)
                }));
    }

    /** When this server's certificate stops being valid. */
    Instant expiry() {
        return chain.get(0).getNotAfter().toInstant();
    }

    /** When the last of the authorities stops being valid: while one takes the place of another, both are there. */
    Instant authorityExpiry() {
        return trusted.stream()
                .map(authority -> authority.getNotAfter().toInstant())
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }

    private static byte[] contents(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new TransportException(
                        file + " is longer than " + MAX_FILE_BYTES + " bytes, so it is no PEM file");
            }
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new TransportException(
                    "cannot read " + file + ": " + e + "; check that it exists and may be read", e);
        }
    }

    private static List<X509Certificate> certificates(Path file, byte[] pem) {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            for (var certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(pem))) {
                certificates.add((X509Certificate) certificate);
            }
        } catch (GeneralSecurityException e) {
            throw new TransportException("no certificates can be read from " + file + ": " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new TransportException(file + " holds no certificate; expected PEM, BEGIN CERTIFICATE");
        }
        return List.copyOf(certificates);
    }

    private static PrivateKey key(Path file, byte[] pem) {
        Matcher matcher = PKCS8.matcher(new String(pem, StandardCharsets.US_ASCII));
        if (!matcher.find()) {
            throw new TransportException(file + " holds no key in PKCS#8 without a password (BEGIN PRIVATE KEY);"
                    + " openssl pkcs8 -topk8 -nocrypt converts others");
        }
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(matcher.group(1));
        } catch (IllegalArgumentException e) {
            throw new TransportException("the key in " + file + " is damaged: " + e.getMessage(), e);
        }
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                // of another algorithm
            } catch (GeneralSecurityException e) {
                throw new TransportException("this JDK cannot read " + algorithm + " keys", e);
            }
        }
        throw new TransportException("the key in " + file + " is none of " + KEY_ALGORITHMS);
    }

    /** Whether what the key signs is what the certificate verifies. */
    private static boolean belong(PrivateKey key, X509Certificate certificate) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> "Ed25519";
        };
        byte[] probe = {'p', 'r', 'o', 'b', 'e'};
        try {
            Signature signer = Signature.getInstance(algorithm);
            signer.initSign(key);
            signer.update(probe);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(algorithm);
            verifier.initVerify(certificate.getPublicKey());
            verifier.update(probe);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // a key of another kind than the certificate's
        }
    }
}
