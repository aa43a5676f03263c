package io.pecanraft.benchmarks.front;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.pecanraft.benchmarks.load.Connector;
import io.pecanraft.benchmarks.load.Load;
import io.pecanraft.benchmarks.load.Target;
import io.pecanraft.benchmarks.system.ServerPlace;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Connects to the fronts of the leaders of all groups. */
public final class FrontConnector implements Connector {

    /** The same bytes in every run; random ones, so that nobody gains by compressing them. */
    private static final long VALUE_SEED = 1;

    @Override
    public AutoCloseable connect(Target target, Duration patience, Load load) throws IOException, InterruptedException {
        return connect(LeaderSearch.findAll(target, patience), target.valueBytes(), load);
    }

    /** Connects to the front at the port of each group, once for each port. */
    static AutoCloseable connect(List<Integer> portOfGroup, int valueBytes, Load load) throws InterruptedException {
        byte[] value = new byte[valueBytes];
        new Random(VALUE_SEED).nextBytes(value);
        EventLoopGroup threads = EventLoops.open(1);
        Map<Integer, Channel> connected = new HashMap<>();
        List<Channel> leaders = new ArrayList<>();
        for (int port : portOfGroup) {
            Channel channel = connected.get(port);
            if (channel == null) {
                channel = open(threads, port);
                connected.put(port, channel);
            }
            leaders.add(channel);
        }
        new FrontClient(load, value, leaders).start();
        return threads::shutdownGracefully;
    }

    private static Channel open(EventLoopGroup threads, int port) throws InterruptedException {
        return new Bootstrap()
                .group(threads)
                .channel(EventLoops.sockets())
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(new ChannelInboundHandlerAdapter())
                .connect(ServerPlace.HOST, port)
                .sync()
                .channel();
    }
}
