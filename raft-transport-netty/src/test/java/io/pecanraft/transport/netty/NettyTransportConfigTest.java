package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NettyTransportConfigTest {

    @Test
    void whereToListenIsAllThatMustBeSaid() {
        NettyTransportConfig config =
                NettyTransportConfig.builder().listen("127.0.0.1", 8001).build();

        assertThat(config.host()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(8001);
        assertThat(config.maxFrameBytes()).isEqualTo(8 * 1024 * 1024);
        assertThat(config.reconnectMin()).isEqualTo(Duration.ofMillis(50));
        assertThat(config.reconnectMax()).isEqualTo(Duration.ofSeconds(2));
        assertThat(config.handshakeTimeout()).isEqualTo(Duration.ofSeconds(5));
    }

    /** Plain text is for the loopback interface, or must be asked for by name. */
    @Test
    void otherInterfacesNeedTlsOrItsRefusalByName() {
        for (String host : List.of("0.0.0.0", "10.0.0.1", "example.org", "::")) {
            NettyTransportConfig.Builder builder =
                    NettyTransportConfig.builder().listen(host, 8001);
            assertThatThrownBy(builder::build)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(host)
                    .hasMessageContaining("insecure()");
            assertThat(builder.insecure().build().insecure()).isTrue();
        }
        for (String host : List.of("localhost", "127.0.0.1", "127.1.0.7", "::1")) {
            assertThat(NettyTransportConfig.builder().listen(host, 8001).build().insecure())
                    .isFalse();
        }
    }

    @Test
    void tlsAndItsRefusalExcludeEachOther() {
        NettyTransportConfig.Builder builder = NettyTransportConfig.builder()
                .listen("0.0.0.0", 8001)
                .tls(TlsConfig.of(Path.of("a"), Path.of("b"), Path.of("c")))
                .insecure();
        assertThatThrownBy(builder::build).hasMessageContaining("exclude each other");
    }

    @Test
    void everyViolationIsNamedAtOnceWithItsNumbers() {
        NettyTransportConfig.Builder builder = NettyTransportConfig.builder()
                .connectFrom("localhost")
                .detour("n2", "127.0.0.1:9")
                .connectTimeout(Duration.ZERO)
                .pingInterval(Duration.ofSeconds(2))
                .idleTimeout(Duration.ofSeconds(3))
                .reconnectMin(Duration.ofSeconds(3))
                .maxFrameBytes(1_000)
                .writeBuffer(10, 5)
                .maxPendingBytesPerPeer(999)
                .maxInboundConnections(0)
                .eventLoopThreads(0)
                .handshakeTimeout(Duration.ofDays(100));

        assertThatThrownBy(builder::build)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("listen(host, port) must be called")
                .hasMessageContaining("connectFrom must be a literal address, got 'localhost'")
                .hasMessageContaining("detour from n2 through 127.0.0.1:9: address 'n2' is not host:port")
                .hasMessageContaining("connectTimeout must be from 1 ms")
                .hasMessageContaining("idleTimeout (3000 ms) must be at least 2 x pingInterval (2000 ms)")
                .hasMessageContaining("reconnectMax (2000 ms) must be at least reconnectMin (3000 ms)")
                .hasMessageContaining("maxFrameBytes must be from 65536 to 536870912, got 1000")
                .hasMessageContaining("writeBufferLowBytes must be from 1 to 5, got 10")
                .hasMessageContaining("maxPendingBytesPerPeer must be from 1000 to")
                .hasMessageContaining("maxInboundConnections must be from 1 to")
                .hasMessageContaining("eventLoopThreads must be from 1 to")
                .hasMessageContaining("handshakeTimeout must be from 1 ms");
    }
}
