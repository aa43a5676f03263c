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
 */
public record ClientSecurity(
        Optional<Password> password, Optional<SslContext> tls, Optional<CertificateExpiry> certificate) {

    /** Nothing. */
    public static final ClientSecurity NONE = new ClientSecurity(Optional.empty(), Optional.empty(), Optional.empty());
}
