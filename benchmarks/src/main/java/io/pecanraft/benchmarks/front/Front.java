package io.pecanraft.benchmarks.front;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.pecanraft.benchmarks.system.ReplicatedMap;
import java.util.List;

/** Offers the replicated maps of all groups to clients over TCP. */
final class Front {

    private Front() {}

    /** Listens for clients, with one thread, until the channel is closed. */
    static Channel open(String host, int port, List<ReplicatedMap> maps) throws InterruptedException {
        EventLoopGroup threads = EventLoops.open(1);
        return new ServerBootstrap()
                .group(threads)
                .channel(EventLoops.serverSockets())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new FrontConnection(maps, new Replies(channel)));
                    }
                })
                .bind(host, port)
                .sync()
                .channel();
    }
}
