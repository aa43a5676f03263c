package io.pecanraft.transport.netty;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.WriteBufferWaterMark;
import io.pecanraft.spi.StorageIdentity;
import java.net.InetSocketAddress;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Listens for peers, and keeps their connections within bounds. */
final class InboundServer {

    private static final Logger LOG = LoggerFactory.getLogger(InboundServer.class);

    /** For the short answers that leave by a connection that was made from outside: a pong is some twenty bytes. */
    private static final WriteBufferWaterMark ANSWERS = new WriteBufferWaterMark(16 * 1024, 32 * 1024);

    private final TransportParts parts;
    private final Registrations registrations;
    private final PeerTable peerTable;
    private final InboundConnections connections;
    private final RefusalLog refusalLog = new RefusalLog();
    private final Channel listening;

    /** Binds, or says why not. Blocks for as long as binding takes; not to be called on an event loop. */
    InboundServer(TransportParts parts, Registrations registrations, PeerTable peerTable) {
        this.parts = parts;
        this.registrations = registrations;
        this.peerTable = peerTable;
        this.connections = new InboundConnections(parts.config().maxInboundConnections());
        this.listening = bind();
    }

    private Channel bind() {
        InetSocketAddress address =
                new InetSocketAddress(parts.config().host(), parts.config().port());
        String name = parts.config().host() + ":" + parts.config().port();
        if (address.isUnresolved()) {
            throw new TransportException("cannot listen on " + name
                    + ": the host name is not known here; use a name or address of this machine, or 0.0.0.0");
        }
        ChannelFuture bound = new ServerBootstrap()
                .group(parts.loops().group())
                .channel(parts.loops().serverChannelType())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, ANSWERS)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel accepted) {
                        accept(accepted);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new TransportException(
                    "cannot listen on " + name + ": " + bound.cause().getMessage()
                            + "; if another process has the port, stop it or choose another port; if the address is not one"
                            + " of this machine, choose one that is, or 0.0.0.0",
                    bound.cause());
        }
        parts.channels().add(bound.channel());
        return bound.channel();
    }

    InetSocketAddress boundAddress() {
        return (InetSocketAddress) listening.localAddress();
    }

    private void accept(Channel channel) {
        InboundConnections.Admission admission = connections.admit(channel);
        if (!admission.admitted()) {
            tooMany(channel);
            return;
        }
        Channel evicted = admission.evicted();
        if (evicted != null) {
            tooMany(evicted);
        }
        channel.closeFuture().addListener(closed -> connections.gone(channel));
        Tls tls = parts.tls();
        if (tls != null) {
            channel.pipeline().addLast(tls.accepting(channel.alloc()));
        }
        FrameDecoder decoder = new FrameDecoder();
        channel.pipeline().addLast(decoder, new InboundHandshake(this, decoder));
        parts.channels().add(channel);
    }

    private void tooMany(Channel channel) {
        parts.counters().connectionsOverLimit.increment();
        refusalLog.turnedAway(
                channel.remoteAddress(),
                "too-many-connections",
                "more than maxInboundConnections (" + parts.config().maxInboundConnections() + ")");
        channel.close();
    }

    TransportParts parts() {
        return parts;
    }

    Registrations registrations() {
        return registrations;
    }

    RefusalLog refusalLog() {
        return refusalLog;
    }

    /** A connection has completed its handshake. */
    void introduced(InboundConnections.Key key, Channel channel) {
        parts.counters().connectionsAccepted.increment();
        channel.closeFuture().addListener(closed -> connections.gone(key, channel));
        LOG.atDebug()
                .addKeyValue("node", key.route().called())
                .addKeyValue("peer", key.route().caller())
                .addKeyValue("lane", key.lane().label())
                .addKeyValue("remote", channel.remoteAddress())
                .log("accepted a peer's connection");
        Channel replaced = connections.introduce(key, channel);
        if (replaced != null && replaced.isOpen()) {
            parts.counters().connectionsReplaced.increment();
            replaced.close();
        }
        if (!registrations.anyOf(key.route().cluster(), key.route().called())) {
            channel.close(); // the node was closed meanwhile, and its callers with it, when this was not yet one of
            // them
            return;
        }
        peerTable.hasCalled(
                key.route().cluster(), key.route().caller(), key.route().called());
    }

    /** A node is no longer served; unless another group goes on under its name, its callers shall notice. */
    void disconnectCallersOf(StorageIdentity node) {
        if (!registrations.anyOf(node.cluster(), node.node())) {
            connections.callersOf(node.cluster(), node.node()).forEach(Channel::close);
        }
    }
}
