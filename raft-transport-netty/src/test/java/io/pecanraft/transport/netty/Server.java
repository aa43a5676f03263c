package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.spi.Transport;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** A transport on the loopback interface with one node of group 0 behind it. */
final class Server implements AutoCloseable {

    final StorageIdentity identity;
    final NettyTransport transport;
    private final Watched watched;
    final Inbox inbox = new Inbox();
    final Transport.Outbound out;

    Server(String node) {
        this(node, settings -> settings);
    }

    Server(String node, UnaryOperator<NettyTransportConfig.Builder> settings) {
        this(Frames.identity(node, 0), settings);
    }

    Server(StorageIdentity identity, UnaryOperator<NettyTransportConfig.Builder> settings) {
        this.identity = identity;
        this.watched = new Watched(settings.apply(quick()).build());
        this.transport = watched.transport;
        this.out = transport.register(identity, inbox);
    }

    /** Reconnects soon, and is patient otherwise: a machine that is slow for a while must not fail a test. */
    static NettyTransportConfig.Builder quick() {
        return NettyTransportConfig.builder()
                .listen("127.0.0.1", 0)
                .connectTimeout(Duration.ofMinutes(1))
                .handshakeTimeout(Duration.ofMinutes(1))
                .idleTimeout(Duration.ofMinutes(1))
                .reconnectMin(Duration.ofMillis(1))
                .reconnectMax(Duration.ofMillis(50));
    }

    NodeId node() {
        return identity.node();
    }

    int port() {
        return transport.boundAddress().getPort();
    }

    String address() {
        return "127.0.0.1:" + port();
    }

    void knows(Server... peers) {
        Map<NodeId, String> addresses = new HashMap<>();
        for (Server peer : peers) {
            addresses.put(peer.node(), peer.address());
        }
        out.updatePeers(addresses);
    }

    /** Waits until this server has made so many connections since it was opened. */
    Server awaitConnections(long made) throws InterruptedException {
        await(stats -> stats.connectionsMade() >= made);
        return this;
    }

    /** Waits until the counters fulfil a condition. */
    void await(Predicate<TransportStats> condition) throws InterruptedException {
        watched.await(condition);
    }

    /** Sends and waits for the very message at the other side; for connections that stand. */
    void reaches(Server peer, RaftMessage message) throws InterruptedException {
        out.send(peer.node(), message);
        Inbox.Delivery delivery = peer.inbox.next();
        assertThat(delivery.message()).isEqualTo(message);
        assertThat(delivery.from()).isEqualTo(identity.memberId());
    }

    @Override
    public void close() {
        transport.close();
    }
}
