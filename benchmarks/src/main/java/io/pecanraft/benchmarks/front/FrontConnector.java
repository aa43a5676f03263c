package io.pecanraft.benchmarks.front;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.pecanraft.benchmarks.load.Connector;
import io.pecanraft.benchmarks.load.Load;
import io.pecanraft.benchmarks.load.Target;
import io.pecanraft.benchmarks.system.ServerPlace;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;

/** Connects to the front of the leader. */
public final class FrontConnector implements Connector {

    /** The same bytes in every run; random ones, so that nobody gains by compressing them. */
    private static final long VALUE_SEED = 1;

    @Override
    public AutoCloseable connect(Target target, Duration patience, Load load)
            throws IOException, InterruptedException {
        return connect(
                LeaderSearch.find(target.basePort(), target.servers(), patience), target.valueBytes(), load);
    }

    static AutoCloseable connect(int port, int valueBytes, Load load) throws InterruptedException {
        byte[] value = new byte[valueBytes];
        new Random(VALUE_SEED).nextBytes(value);
        EventLoopGroup threads = EventLoops.open(1);
        new Bootstrap()
                .group(threads)
                .channel(EventLoops.sockets())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelActive(ChannelHandlerContext context) {
                        FrontClient.start(load, value, context);
                    }
                })
                .connect(ServerPlace.HOST, port)
                .sync();
        return threads::shutdownGracefully;
    }
}
