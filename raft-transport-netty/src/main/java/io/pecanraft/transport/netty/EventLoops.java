package io.pecanraft.transport.netty;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.pecanraft.transport.netty.NettyTransportConfig.SocketImplementation;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a transport, and the only place that knows which kind of sockets they serve.
 *
 * <p>A mesh of Raft peers is a handful of sockets: NIO is enough, epoll saves some microseconds and can tell the kernel when to
 * give up on a vanished peer. So epoll is used when the embedder has put its native library on the class path, and never
 * required.
 */
final class EventLoops {

    static final String THREAD_NAME = "pecanraft-net";

    private final EventLoopGroup group;
    private final boolean epoll;

    /** Null when the loops are not ours to close. */
    private final @Nullable OwnThreads threads;

    private EventLoops(EventLoopGroup group, boolean epoll, @Nullable OwnThreads threads) {
        this.group = group;
        this.epoll = epoll;
        this.threads = threads;
    }

    static EventLoops open(NettyTransportConfig config) {
        SocketImplementation wanted = config.socketImplementation();
        EventLoopGroup injected = config.eventLoopGroup().orElse(null);
        if (injected != null) {
            boolean epoll = servesEpoll(injected);
            if (!epoll && wanted == SocketImplementation.EPOLL) {
                throw new TransportException("the given event loop group does not serve epoll sockets; make it with"
                        + " EpollIoHandler.newFactory(), or do not ask for EPOLL");
            }
            return new EventLoops(injected, epoll, null);
        }
        boolean epoll = wanted != SocketImplementation.NIO && epollWorks();
        if (!epoll && wanted == SocketImplementation.EPOLL) {
            throw new TransportException("epoll does not work here (" + whyEpollDoesNotWork()
                    + "); add netty-transport-native-epoll with the classifier of this platform, or ask for AUTO");
        }
        IoHandlerFactory sockets = epoll ? EpollSockets.ioHandlerFactory() : NioIoHandler.newFactory();
        OwnThreads threads = new OwnThreads();
        return new EventLoops(
                new MultiThreadIoEventLoopGroup(config.eventLoopThreads(), threads, sockets), epoll, threads);
    }

    EventLoopGroup group() {
        return group;
    }

    /** As in log lines. */
    String socketImplementation() {
        return epoll ? "epoll" : "nio";
    }

    Class<? extends ServerChannel> serverChannelType() {
        return epoll ? EpollSockets.serverChannelType() : NioServerSocketChannel.class;
    }

    Class<? extends SocketChannel> channelType() {
        return epoll ? EpollSockets.channelType() : NioSocketChannel.class;
    }

    /** Lets the kernel break a connection whose data stays unacknowledged for so long. Only epoll can; the idle timeout remains. */
    void setUserTimeout(Bootstrap bootstrap, int millis) {
        if (epoll) {
            EpollSockets.setUserTimeout(bootstrap, millis);
        }
    }

    /** Ends own threads, waiting at most so long. Injected ones are left alone. */
    void close(long timeoutMillis) {
        if (threads == null) {
            return;
        }
        // All channels are closed by now: there is nothing to be quiet for.
        group.shutdownGracefully(0, timeoutMillis, TimeUnit.MILLISECONDS);
        if (!inEventLoop()) {
            threads.join(timeoutMillis);
        }
    }

    /** Whether the calling thread is one of these, and so must not wait for them. */
    boolean inEventLoop() {
        for (EventExecutor executor : group) {
            if (executor.inEventLoop()) {
                return true;
            }
        }
        return false;
    }

    private static boolean epollWorks() {
        try {
            return EpollSockets.work();
        } catch (LinkageError e) {
            return false; // not even its classes are there
        }
    }

    private static boolean servesEpoll(EventLoopGroup group) {
        try {
            return EpollSockets.servedBy(group);
        } catch (LinkageError e) {
            return false;
        }
    }

    private static String whyEpollDoesNotWork() {
        try {
            Throwable cause = EpollSockets.unavailabilityCause();
            return cause == null ? "no reason given" : String.valueOf(cause.getMessage());
        } catch (LinkageError e) {
            return "netty-transport-classes-epoll is not on the class path";
        }
    }

    /** Remembers the threads of a group, since the group calls itself terminated shortly before they are. */
    private static final class OwnThreads extends DefaultThreadFactory {

        private final Queue<Thread> made = new ConcurrentLinkedQueue<>();

        OwnThreads() {
            super(THREAD_NAME, true);
        }

        @Override
        public Thread newThread(Runnable task) {
            Thread thread = super.newThread(task);
            made.add(thread);
            return thread;
        }

        void join(long timeoutMillis) {
            long deadlineNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
            try {
                for (Thread thread : made) {
                    TimeUnit.NANOSECONDS.timedJoin(thread, deadlineNanos - System.nanoTime());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt(); // the threads end without a witness
            }
        }
    }

    /** Touches the epoll classes, and is touched only where they may be missing or are known to be there. */
    private static final class EpollSockets {

        private EpollSockets() {}

        static boolean work() {
            return Epoll.isAvailable();
        }

        static @Nullable Throwable unavailabilityCause() {
            return Epoll.unavailabilityCause();
        }

        static boolean servedBy(EventLoopGroup group) {
            return group instanceof IoEventLoopGroup loops && loops.isIoType(EpollIoHandler.class);
        }

        static IoHandlerFactory ioHandlerFactory() {
            return EpollIoHandler.newFactory();
        }

        static Class<? extends ServerChannel> serverChannelType() {
            return EpollServerSocketChannel.class;
        }

        static Class<? extends SocketChannel> channelType() {
            return EpollSocketChannel.class;
        }

        static void setUserTimeout(Bootstrap bootstrap, int millis) {
            bootstrap.option(EpollChannelOption.TCP_USER_TIMEOUT, millis);
        }
    }
}
