package io.pecanraft.examples.kv;

import io.pecanraft.transport.netty.NettyTransportConfig;
import io.pecanraft.transport.netty.TlsConfig;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options by which nodes prove to each other who they are. */
final class PeerSecurityOptions {

    @Option(
            names = "--tls-cert",
            paramLabel = "FILE",
            description = {
                "This node's certificate chain (PEM), for mutual TLS between nodes. It must bear the node's name,",
                "as DNS name or as URI pecanraft:NAME."
            })
    private @Nullable Path certificate;

    @Option(names = "--tls-key", paramLabel = "FILE", description = "Its key (PEM, PKCS#8, without a password).")
    private @Nullable Path key;

    @Option(
            names = "--tls-ca",
            paramLabel = "FILE",
            description =
                    "The authorities (PEM) that issue certificates to nodes. All three files may be replaced at run time.")
    private @Nullable Path authority;

    @Option(
            names = "--insecure",
            description = {
                "Talk to other nodes in plain text on any interface, when nobody else can reach it.",
                "Needed without --tls-cert unless nodes listen on the loopback interface."
            })
    private boolean insecure;

    /**
     * Where and how this node talks to others.
     *
     * @throws IllegalArgumentException saying what does not go together
     */
    NettyTransportConfig transport(HostPort listen, Map<String, String> detours) {
        NettyTransportConfig.Builder config = NettyTransportConfig.builder().listen(listen.host(), listen.port());
        detours.forEach(config::detour);
        Path chain = certificate;
        Path secret = key;
        Path trusted = authority;
        long given =
                Stream.of(chain, secret, trusted).filter(path -> path != null).count();
        if (chain != null && secret != null && trusted != null) {
            if (insecure) {
                throw new IllegalArgumentException("--insecure and --tls-cert exclude each other");
            }
            return config.tls(TlsConfig.of(chain, secret, trusted)).build();
        }
        if (given > 0) {
            throw new IllegalArgumentException("--tls-cert, --tls-key and --tls-ca are given together or not at all");
        }
        if (insecure) {
            return config.insecure().build();
        }
        if (!NettyTransportConfig.isLoopback(listen.host())) {
            throw new IllegalArgumentException("other nodes would connect to " + listen
                    + " in plain text, and whoever else reaches it could pretend to be one; give --tls-cert, --tls-key and"
                    + " --tls-ca, or --insecure if nobody else can");
        }
        return config.build();
    }
}
