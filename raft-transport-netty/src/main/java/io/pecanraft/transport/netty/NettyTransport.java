package io.pecanraft.transport.netty;

import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.spi.Transport;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries Raft messages over TCP, for all nodes of a process.
 *
 * <p>To each peer two connections are kept, one per lane, whatever number of groups use them: heartbeats and votes never wait
 * behind entries and snapshots. The peer keeps two of its own for the way back. Addresses of peers are {@code host:port}; names
 * are looked up anew at every attempt to connect.
 *
 * <p>Messages are dropped, and counted in {@link #stats()}, rather than delayed without bound: while their peer is not
 * connected, and when more than {@link NettyTransportConfig#maxPendingBytesPerPeer()} wait for it. Raft sends again what
 * matters.
 *
 * <p>With {@link NettyTransportConfig.Builder#tls} peers prove who they are, and nobody else hears or says anything. Without,
 * they are identified, not authenticated, and the transport listens on the loopback interface only, unless told otherwise by name.
 *
 * <p>Safe on any thread. Messages and failures are delivered on the threads of the network, which must not be blocked.
 */
public final class NettyTransport implements Transport {

    private static final Logger LOG = LoggerFactory.getLogger(NettyTransport.class);

    private final TransportParts parts;
    private final Registrations registrations;
    private final PeerTable peerTable;
    private final InboundServer server;
    private final AtomicBoolean closed = new AtomicBoolean();

    private NettyTransport(TransportParts parts) {
        this.parts = parts;
        this.peerTable = new PeerTable(parts);
        this.registrations = new Registrations(this::removed);
        this.server = new InboundServer(parts, registrations, peerTable);
    }

    /**
     * Starts to listen. Peers that call before a node is registered are asked to come again.
     *
     * <p>Blocks while the address is bound. Not to be called on a thread of an injected event loop group.
     *
     * @throws TransportException when the address cannot be bound, or the wanted socket implementation does not work here
     */
    public static NettyTransport open(NettyTransportConfig config) {
        return open(config, new TransportCounters());
    }

    /**
     * The same with the defaults, at the address that the members have of one of them, in plain text: for the loopback interface only.
     * For any other address give {@link #open(NettyTransportConfig)} a configuration with {@link NettyTransportConfig.Builder#tls}, or one
     * that is {@link NettyTransportConfig.Builder#insecure}.
     *
     * @param self whose transport it is
     * @throws IllegalArgumentException when it is none of the members, or its address is not {@code host:port}, or not on the loopback
     *     interface
     * @throws TransportException when the address cannot be bound
     */
    public static NettyTransport open(List<MemberAddress> members, NodeId self) {
        String address = members.stream()
                .filter(member -> member.node().equals(self))
                .findFirst()
                .map(MemberAddress::address)
                .orElseThrow(() -> new IllegalArgumentException(self + " is none of " + members));
        HostPort listen = HostPort.parse(address);
        return open(NettyTransportConfig.builder()
                .listen(listen.host(), listen.port())
                .build());
    }

    static NettyTransport open(NettyTransportConfig config, TransportCounters counters) {
        Tls tls = config.tls()
                .map(files -> new Tls(files, config.handshakeTimeout().toMillis()))
                .orElse(null);
        EventLoops loops;
        try {
            loops = EventLoops.open(config);
        } catch (RuntimeException e) {
            close(tls);
            throw e;
        }
        TransportParts parts = new TransportParts(
                config,
                loops,
                new AddressResolver(),
                new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true),
                counters,
                tls);
        try {
            NettyTransport transport = new NettyTransport(parts);
            LOG.atInfo()
                    .addKeyValue("address", transport.boundAddress())
                    .addKeyValue("sockets", loops.socketImplementation())
                    .addKeyValue("security", tls == null ? "none" : "mutual TLS")
                    .log("listening for peers");
            return transport;
        } catch (RuntimeException e) {
            close(tls);
            loops.close(config.closeTimeout().toMillis());
            throw e;
        }
    }

    private static void close(@Nullable Tls tls) {
        if (tls != null) {
            tls.close();
        }
    }

    /**
     * When this server's certificate stops being valid, after which no new connection can be made; empty without TLS. Changes when
     * new files are taken.
     */
    public Optional<Instant> certificateExpiry() {
        return Optional.ofNullable(parts.tls()).map(Tls::expiry);
    }

    /**
     * When the last of the authorities that this server trusts stops being valid, after which it trusts nobody; empty without TLS. Changes when
     * new files are taken.
     */
    public Optional<Instant> authorityExpiry() {
        return Optional.ofNullable(parts.tls()).map(Tls::authorityExpiry);
    }

    /** Where this transport listens, with the true port when the system chose it. */
    public InetSocketAddress boundAddress() {
        return server.boundAddress();
    }

    /** What this transport has done since it was opened. */
    public TransportStats stats() {
        return parts.counters().stats();
    }

    @Override
    public Outbound register(StorageIdentity self, Inbound inbound) {
        if (closed.get()) {
            throw new IllegalStateException("transport on " + boundAddress() + " is closed");
        }
        Tls tls = parts.tls();
        if (tls != null) {
            tls.requireName(self.node());
        }
        Registration registration = new Registration(self, inbound, registrations, peerTable, parts.counters());
        registrations.add(registration);
        return registration;
    }

    private void removed(StorageIdentity node) {
        server.disconnectCallersOf(node);
    }

    /**
     * Closes all connections, and the nodes' ways out. Idempotent. Waits at most about {@link
     * NettyTransportConfig#closeTimeout()} for connections and threads to end; called on one of those threads, it does not wait.
     */
    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        long timeoutMillis = parts.config().closeTimeout().toMillis();
        registrations.all().forEach(Registration::close);
        parts.resolver().close();
        close(parts.tls());
        var connectionsClosed = parts.channels().close();
        if (!parts.loops().inEventLoop()) {
            connectionsClosed.awaitUninterruptibly(timeoutMillis);
        }
        parts.loops().close(timeoutMillis);
        LOG.atInfo().addKeyValue("address", boundAddress()).log("closed");
    }
}
