package io.pecanraft.transport.netty;

import java.nio.file.Path;
import java.time.Duration;

/**
 * How servers prove to each other who they are: mutual TLS 1.3, from PEM files.
 *
 * <p>Both sides of every connection show a certificate, and both demand that it was issued by a trusted authority and names the
 * server that the other side claims to be: its node id as a subject alternative name, either a DNS name ({@code n1}) or a URI
 * ({@code pecanraft:n1}). Host names and addresses are not compared, so a server may move; wildcards and common names count for
 * nothing. A certificate of the same authority for another purpose must therefore not bear such a name: best is an authority
 * that issues for the cluster alone.
 *
 * <p>Files are read again every {@link #reloadInterval()}. When all three are there, fit together and have not expired,
 * connections made from then on use them; otherwise the old ones stay in use, and a warning says why. Connections that stand are
 * not cut.
 *
 * @param certificateChain this server's certificate, then those that lead to the authority, if any
 * @param privateKey its key in PKCS#8 without a password ({@code BEGIN PRIVATE KEY}): RSA, EC or Ed25519. Give it to this
 *     process alone
 * @param trustedCertificates the certificates of the authorities
 * @param reloadInterval how often files are looked at. Default 10 s, at least 1 ms
 */
public record TlsConfig(Path certificateChain, Path privateKey, Path trustedCertificates, Duration reloadInterval) {

    private static final Duration DEFAULT_RELOAD_INTERVAL = Duration.ofSeconds(10);

    /** Checks the interval. The files are read when the transport is opened. */
    public TlsConfig {
        if (reloadInterval.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("reloadInterval must be at least 1 ms, got " + reloadInterval);
        }
    }

    /** With the default interval. */
    public static TlsConfig of(Path certificateChain, Path privateKey, Path trustedCertificates) {
        return new TlsConfig(certificateChain, privateKey, trustedCertificates, DEFAULT_RELOAD_INTERVAL);
    }

    /** Looks at the files this often. */
    public TlsConfig withReloadInterval(Duration interval) {
        return new TlsConfig(certificateChain, privateKey, trustedCertificates, interval);
    }
}
