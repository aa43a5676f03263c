package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.transport.netty.NettyTransportConfig.SocketImplementation;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class EventLoopsTest {

    @Test
    void epollIsUsedWhereItWorksAndNioWhereItIsAskedFor() {
        assumeTrue(Epoll.isAvailable());
        assertThat(socketsOf(SocketImplementation.AUTO)).isEqualTo("epoll");
        assertThat(socketsOf(SocketImplementation.EPOLL)).isEqualTo("epoll");
        assertThat(socketsOf(SocketImplementation.NIO)).isEqualTo("nio");
    }

    @Test
    void givenLoopsAreUsedAndNotClosed() throws Exception {
        assertThatALoopIsUsedAndNotClosed(NioIoHandler.newFactory(), "nio");
    }

    @Test
    void givenEpollLoopsAreUsedAndNotClosed() throws Exception {
        assumeTrue(Epoll.isAvailable());
        assertThatALoopIsUsedAndNotClosed(EpollIoHandler.newFactory(), "epoll");
    }

    @Test
    void givenNioLoopsDoNotServeEpoll() {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        try {
            assertThatThrownBy(() -> EventLoops.open(Server.quick()
                            .eventLoopGroup(group)
                            .socketImplementation(SocketImplementation.EPOLL)
                            .build()))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("does not serve epoll");
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    /** An embedder who has not put epoll's classes on the class path must not notice that they exist. */
    @Test
    void withoutEpollsClassesNioIsUsed() throws Exception {
        try (URLClassLoader withoutEpoll = classPathWithout("epoll")) {
            Class<?> probe = withoutEpoll.loadClass(WithoutEpoll.class.getName());
            assertThat(probe.getClassLoader()).isSameAs(withoutEpoll);

            Object seen = ((Callable<?>) probe.getDeclaredConstructor().newInstance()).call();

            assertThat(seen.toString()).startsWith("nio; ").contains("netty-transport-classes-epoll is not on");
        }
    }

    /** Runs where there is no epoll. */
    public static final class WithoutEpoll implements Callable<String> {

        /** Made by reflection. */
        public WithoutEpoll() {}

        @Override
        public String call() {
            String used = socketsOf(SocketImplementation.AUTO);
            NettyTransport.open(Server.quick().build()).close();
            try {
                return used + "; " + socketsOf(SocketImplementation.EPOLL);
            } catch (TransportException refused) {
                return used + "; " + refused.getMessage();
            }
        }
    }

    private static String socketsOf(SocketImplementation wanted) {
        EventLoops loops =
                EventLoops.open(Server.quick().socketImplementation(wanted).build());
        try {
            return loops.socketImplementation();
        } finally {
            loops.close(1_000);
        }
    }

    private static void assertThatALoopIsUsedAndNotClosed(IoHandlerFactory sockets, String kind) throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, sockets);
        try {
            assertThat(EventLoops.open(Server.quick().eventLoopGroup(group).build())
                            .socketImplementation())
                    .isEqualTo(kind);
            try (Server n1 = new Server("n1", settings -> settings.eventLoopGroup(group));
                    Server n2 = new Server("n2", settings -> settings.eventLoopGroup(group))) {
                n1.knows(n2);
                n1.awaitConnections(2);
                n1.reaches(n2, new Heartbeat(1, 2, 3));
            }
            assertThat(group.isShuttingDown()).isFalse();
            assertThat(group.submit(() -> "alive").get(Inbox.PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .isEqualTo("alive");
        } finally {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        }
    }

    private static URLClassLoader classPathWithout(String name) {
        URL[] parts = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(Path::of)
                .filter(part -> !part.getFileName().toString().contains(name))
                .map(EventLoopsTest::url)
                .toArray(URL[]::new);
        return new URLClassLoader(parts, ClassLoader.getPlatformClassLoader());
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
