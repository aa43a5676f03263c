package io.pecanraft.examples.kv.resp;

import io.netty.handler.ssl.SslContext;
import io.pecanraft.examples.kv.command.CertificateExpiry;
import java.util.Optional;

/**
 * What clients must do before they are served.
 *
 * @param password what they must know; empty for nothing
 * @param tls the side of TLS that this server takes; empty for plain text
 * @param certificate what it shows them there
 * @param timeouts how long they may take
 */
public record ClientSecurity(
        Optional<Password> password,
        Optional<SslContext> tls,
        Optional<CertificateExpiry> certificate,
        StrangerTimeouts timeouts) {

    /** Nothing. */
    public static final ClientSecurity NONE = new ClientSecurity(Optional.empty(), Optional.empty(), Optional.empty());

    /** With the usual patience. */
    public ClientSecurity(
            Optional<Password> password, Optional<SslContext> tls, Optional<CertificateExpiry> certificate) {
        this(password, tls, certificate, StrangerTimeouts.DEFAULTS);
    }

    ClientSecurity within(StrangerTimeouts others) {
        return new ClientSecurity(password, tls, certificate, others);
    }
}
