package io.pecanraft.benchmarks.microraft;

import io.microraft.RaftEndpoint;
import io.microraft.RaftNode;
import io.microraft.model.message.RaftMessage;
import io.microraft.transport.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.pecanraft.benchmarks.front.EventLoops;
import io.pecanraft.benchmarks.system.ServerPlace;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to each peer for what is sent; a message to a peer that is not connected is dropped, and connects. */
final class MicroRaftTransport implements Transport {

    private static final Logger LOG = LoggerFactory.getLogger(MicroRaftTransport.class);

    private final ServerPlace place;
    private final EventLoopGroup threads = EventLoops.open(1);
    private final MessageCodec codec = new MessageCodec();
    private final AtomicReferenceArray<Channel> peers;

    MicroRaftTransport(ServerPlace place) {
        this.place = place;
        this.peers = new AtomicReferenceArray<>(place.servers());
    }

    /** Hands what peers send to the node. */
    void listen(RaftNode node) throws InterruptedException {
        new ServerBootstrap()
                .group(threads)
                .channel(EventLoops.serverSockets())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Inbound(node));
                    }
                })
                .bind(ServerPlace.HOST, place.peerPort(place.index()))
                .sync();
    }

    @Override
    public void send(RaftEndpoint target, RaftMessage message) {
        int peer = ((MicroRaft.Endpoint) target).index();
        Channel channel = peers.get(peer);
        if (channel == null) {
            connect(peer);
            return;
        }
        ByteBuf out = ByteBufAllocator.DEFAULT.ioBuffer().writeInt(0);
        if (!codec.encode(message, out)) {
            LOG.atWarn()
                    .addKeyValue("message", message.getClass().getSimpleName())
                    .log("not sent: not supported");
            out.release();
            return;
        }
        out.setInt(0, out.readableBytes() - Integer.BYTES);
        channel.writeAndFlush(out, channel.voidPromise());
    }

    @Override
    public boolean isReachable(RaftEndpoint endpoint) {
        return peers.get(((MicroRaft.Endpoint) endpoint).index()) != null;
    }

    private void connect(int peer) {
        new Bootstrap()
                .group(threads)
                .channel(EventLoops.sockets())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new Outbound(peer))
                .connect(ServerPlace.HOST, place.peerPort(peer));
    }

    /** A connection that this server has made. */
    private final class Outbound extends ChannelInboundHandlerAdapter {

        private final int peer;

        Outbound(int peer) {
            this.peer = peer;
        }

        @Override
        @SuppressWarnings("NullAway") // the elements of the array are null until there is a connection
        public void channelActive(ChannelHandlerContext context) {
            if (!peers.compareAndSet(peer, null, context.channel())) {
                context.close();
            }
        }

        @Override
        @SuppressWarnings("NullAway")
        public void channelInactive(ChannelHandlerContext context) {
            peers.compareAndSet(peer, context.channel(), null);
        }
    }

    /** A connection that a peer has made. */
    private final class Inbound extends ByteToMessageDecoder {

        private final RaftNode node;

        Inbound(RaftNode node) {
            this.node = node;
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            while (in.readableBytes() >= Integer.BYTES) {
                int length = in.getInt(in.readerIndex());
                if (in.readableBytes() < Integer.BYTES + length) {
                    return;
                }
                in.skipBytes(Integer.BYTES);
                node.handle(codec.decode(in));
            }
        }
    }
}
