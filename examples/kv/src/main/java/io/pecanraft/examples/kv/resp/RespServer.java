package io.pecanraft.examples.kv.resp;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.redis.FixedRedisMessagePool;
import io.netty.handler.codec.redis.RedisDecoder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.ReadTimeoutHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.pecanraft.RaftNode;
import io.pecanraft.examples.kv.replication.EventThread;
import io.pecanraft.examples.kv.replication.FormatGate;
import io.pecanraft.examples.kv.replication.HoldPolicy;
import io.pecanraft.examples.kv.replication.OperationPipeline;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Listens for clients. A fixed number of threads, however many connections and requests there are. */
public final class RespServer implements AutoCloseable {

    private static final int MAX_THREADS = 4;
    private static final int BACKLOG = 1_024;
    private static final long SHUTDOWN_SECONDS = 3;

    private final RaftNode node;
    private final RequestHandler handler;
    private final FormatGate gate;
    private final HoldPolicy hold;
    private final RespLimits limits;
    private final ClientSecurity security;
    private final Counters counters;
    private final InFlight inFlight;
    private final EventLoopGroup eventLoops;
    private final ChannelGroup connections = new DefaultChannelGroup("resp", GlobalEventExecutor.INSTANCE);
    private final AtomicLong connectionIds = new AtomicLong();
    private final Channel listener;

    private RespServer(
            InetSocketAddress address,
            RaftNode node,
            RequestHandler handler,
            FormatGate gate,
            HoldPolicy hold,
            RespLimits limits,
            ClientSecurity security,
            Counters counters) {
        this.node = node;
        this.handler = handler;
        this.gate = gate;
        this.hold = hold;
        this.limits = limits;
        this.security = security;
        this.counters = counters;
        this.inFlight = new InFlight(limits, counters);
        boolean epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        Class<? extends ServerChannel> type = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        int threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
        this.eventLoops = new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("resp", true), io);
        var bound = new ServerBootstrap()
                .group(eventLoops)
                .channel(type)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(RespLimits.REPLY_LOW_WATER_BYTES, RespLimits.REPLY_HIGH_WATER_BYTES))
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel);
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        this.listener = bound.channel();
        if (!bound.isSuccess()) {
            eventLoops.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            String why = address.isUnresolved()
                    ? "the host name is not known here"
                    : String.valueOf(bound.cause().getMessage());
            throw new ListenException(
                    "cannot listen for clients on " + address.getHostString() + ":" + address.getPort() + ": " + why,
                    bound.cause());
        }
    }

    /** The address cannot be listened on: in use, not local, or not permitted. */
    public static final class ListenException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        ListenException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Begins to listen. The node and the handler stay the caller's.
     *
     * @throws ListenException when the address cannot be listened on
     */
    public static RespServer open(
            InetSocketAddress address,
            RaftNode node,
            RequestHandler handler,
            FormatGate gate,
            HoldPolicy hold,
            RespLimits limits,
            ClientSecurity security,
            Counters counters) {
        return new RespServer(address, node, handler, gate, hold, limits, security, counters);
    }

    /** Where it listens; with the real port when 0 was asked for. */
    public InetSocketAddress address() {
        return (InetSocketAddress) listener.localAddress();
    }

    private void accept(Channel channel) {
        if (counters.connected() > limits.maxConnections()) {
            counters.disconnected();
            counters.connectionRefused();
            refuse(channel);
            return;
        }
        channel.closeFuture().addListener(closed -> counters.disconnected());
        connections.add(channel);
        ClientState client = new ClientState(connectionIds.incrementAndGet(), describe(channel), Instant.now());
        client.authenticated(security.password().isEmpty());
        security.tls().ifPresent(tls -> {
            SslHandler handshake = tls.newHandler(channel.alloc());
            handshake.setHandshakeTimeoutMillis(security.timeouts().handshake().toMillis());
            channel.pipeline().addLast(handshake);
        });
        if (!limits.idleTimeout().isZero()) {
            channel.pipeline()
                    .addLast(new ReadTimeoutHandler(limits.idleTimeout().toMillis(), TimeUnit.MILLISECONDS));
        }
        closeStrangerAfter(security.timeouts().authentication(), channel, client);
        channel.pipeline()
                .addLast(new RedisDecoder(RespLimits.MAX_LINE_BYTES, FixedRedisMessagePool.INSTANCE, true))
                .addLast(new RequestAssembler(client::isAuthenticated))
                .addLast(new RespConnection(client, handler, counters, inFlight, this::pipeline));
    }

    /** In plain text, with a reason; who expects TLS could not read it. */
    private void refuse(Channel channel) {
        if (security.tls().isPresent()) {
            channel.close();
            return;
        }
        channel.writeAndFlush(ByteBufUtil.writeAscii(channel.alloc(), "-ERR max number of clients reached\r\n"))
                .addListener(ChannelFutureListener.CLOSE);
    }

    /** Who knows no password does not hold a connection that others could have. */
    static void closeStrangerAfter(Duration limit, Channel channel, ClientState client) {
        if (client.isAuthenticated()) {
            return;
        }
        var timer = channel.eventLoop()
                .schedule(
                        () -> {
                            if (!client.isAuthenticated()) {
                                channel.close();
                            }
                        },
                        limit.toMillis(),
                        TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> timer.cancel(false));
    }

    private OperationPipeline pipeline(RespConnection connection, EventLoop eventLoop) {
        return new OperationPipeline(
                node,
                new EventLoopThread(eventLoop),
                gate,
                hold,
                ThreadLocalRandom.current(),
                RespLimits.MAX_BATCH_OPERATIONS,
                limits.maxBatchBytes(),
                connection::takesReplies,
                connection::batchEnded);
    }

    private static String describe(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress remote
                ? remote.getAddress().getHostAddress() + ":" + remote.getPort()
                : String.valueOf(channel.remoteAddress());
    }

    /** No new connections from here on; the present ones go on. */
    public void stopListening() {
        listener.close().awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    }

    /** Stops listening and closes all connections, what is written to them first. */
    @Override
    public void close() {
        stopListening();
        connections.flush();
        connections.close().awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
        eventLoops
                .shutdownGracefully(0, SHUTDOWN_SECONDS, TimeUnit.SECONDS)
                .awaitUninterruptibly(SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    }

    private record EventLoopThread(EventLoop eventLoop) implements EventThread {

        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void execute(Runnable task) {
            eventLoop.execute(task);
        }

        @Override
        public void schedule(Runnable task, long delayNanos) {
            eventLoop.schedule(task, delayNanos, TimeUnit.NANOSECONDS);
        }
    }
}
