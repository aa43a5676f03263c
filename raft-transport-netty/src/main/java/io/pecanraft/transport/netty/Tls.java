package io.pecanraft.transport.netty;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.pecanraft.model.NodeId;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What makes connections of one transport into ones between servers that have proven who they are. Follows its files: new ones
 * are taken for new connections once they are whole (see {@link TlsConfig}).
 */
final class Tls {

    static final String THREAD_NAME = "pecanraft-tls";

    private static final Logger LOG = LoggerFactory.getLogger(Tls.class);

    private static final String PROTOCOL = "TLSv1.3";

    private final TlsConfig config;
    private final long handshakeTimeoutMillis;
    private final ScheduledExecutorService reloads =
            Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory(THREAD_NAME, true));
    private volatile Contexts contexts;

    /** Why the files were not taken last time, so that it is said once. Reload thread only. */
    private String complaint = "";

    private record Contexts(PemFiles files, SslContext server, SslContext client) {}

    /**
     * Reads the files.
     *
     * @throws TransportException when they cannot be used
     */
    Tls(TlsConfig config, long handshakeTimeoutMillis) {
        this.config = config;
        this.handshakeTimeoutMillis = handshakeTimeoutMillis;
        this.contexts = contexts(PemFiles.read(config, Instant.now()));
        long intervalMillis = config.reloadInterval().toMillis();
        var unused =
                reloads.scheduleWithFixedDelay(this::reload, intervalMillis, intervalMillis, TimeUnit.MILLISECONDS);
    }

    private static Contexts contexts(PemFiles files) {
        X509Certificate[] chain = files.chain().toArray(new X509Certificate[0]);
        X509Certificate[] trusted = files.trusted().toArray(new X509Certificate[0]);
        try {
            SslContext server = SslContextBuilder.forServer(files.key(), chain)
                    .trustManager(trusted)
                    .clientAuth(ClientAuth.REQUIRE)
                    .protocols(PROTOCOL)
                    .build();
            SslContext client = SslContextBuilder.forClient()
                    .keyManager(files.key(), chain)
                    .trustManager(trusted)
                    // Not the host name but the node id must be in the certificate; see speaksFor.
                    .endpointIdentificationAlgorithm("")
                    .protocols(PROTOCOL)
                    .build();
            return new Contexts(files, server, client);
        } catch (SSLException e) {
            throw new TransportException("TLS cannot be set up with the given files: " + e.getMessage(), e);
        }
    }

    /** Looks whether there are new files. On the reload thread. */
    void reload() {
        try {
            PemFiles files = PemFiles.read(config, Instant.now());
            complaint = "";
            if (files.fingerprint() != contexts.files().fingerprint()) {
                contexts = contexts(files);
                LOG.atInfo()
                        .addKeyValue("certificate", config.certificateChain())
                        .addKeyValue("validUntil", files.expiry())
                        .log("took new certificates for new connections");
            }
        } catch (RuntimeException e) {
            String reason = String.valueOf(e.getMessage());
            if (!reason.equals(complaint)) {
                complaint = reason;
                LOG.atWarn()
                        .addKeyValue("reason", reason)
                        .addKeyValue("validUntil", contexts.files().expiry())
                        .log("cannot take the certificates that are there now, going on with the old ones");
            }
        }
    }

    /** For a connection that was made from outside. {@link InboundHandshake} has one time for this handshake and its own. */
    SslHandler accepting(ByteBufAllocator alloc) {
        return timed(contexts.server().newHandler(alloc), 0);
    }

    /** For a connection that is made from here. */
    SslHandler calling(ByteBufAllocator alloc) {
        return timed(contexts.client().newHandler(alloc), handshakeTimeoutMillis);
    }

    private static SslHandler timed(SslHandler handler, long millis) {
        handler.setHandshakeTimeoutMillis(millis);
        return handler;
    }

    /** When this server's certificate stops being valid. */
    Instant expiry() {
        return contexts.files().expiry();
    }

    /** When nobody is trusted any more. */
    Instant authorityExpiry() {
        return contexts.files().authorityExpiry();
    }

    /**
     * Refuses a node that could never talk to anybody.
     *
     * @throws TransportException when this server's certificate does not name it
     */
    void requireName(NodeId node) {
        X509Certificate own = contexts.files().chain().get(0);
        if (!PeerNames.speaksFor(own, node)) {
            throw new TransportException("the certificate in " + config.certificateChain() + " speaks for "
                    + PeerNames.of(own) + ", so peers would refuse this server, " + node
                    + "; issue one with the DNS name " + node + " or the URI pecanraft:" + node);
        }
    }

    /** What is wrong with the other side's certificate if it claims to be this server; empty for nothing. */
    static Optional<String> objection(Channel channel, NodeId claimed) {
        SslHandler handler = channel.pipeline().get(SslHandler.class);
        if (handler == null) {
            return Optional.empty();
        }
        try {
            X509Certificate certificate =
                    (X509Certificate) handler.engine().getSession().getPeerCertificates()[0];
            return PeerNames.speaksFor(certificate, claimed)
                    ? Optional.empty()
                    : Optional.of("certificate speaks for " + PeerNames.of(certificate) + ", not for " + claimed);
        } catch (SSLPeerUnverifiedException e) {
            return Optional.of("no certificate was shown");
        }
    }

    /** What went wrong if it went wrong in TLS, in words. */
    static Optional<String> failure(@Nullable Throwable cause) {
        Throwable inner = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (inner instanceof NotSslRecordException) {
            return Optional.of("the other side does not speak TLS");
        }
        return inner instanceof SSLException
                ? Optional.of("TLS: " + Handshake.printable(String.valueOf(inner.getMessage())))
                : Optional.empty();
    }

    void close() {
        reloads.shutdownNow();
    }
}
