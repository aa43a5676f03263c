package io.pecanraft.transport.netty;

import io.netty.channel.EventLoopGroup;
import io.netty.util.NetUtil;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a {@link NettyTransport}: where it listens, its timing, and its limits, each with its unit, default, and what
 * happens at the limit. Immutable.
 *
 * <p>Servers of one cluster may differ in all of them. Only two are noticed by the other side: the frame limit, which both tell
 * each other, and the timing of pings, of which the slower side's interval must be below the other side's idle timeout.
 */
public final class NettyTransportConfig {

    private static final int KIB = 1024;
    private static final int MIB = 1024 * KIB;

    /** Which implementation of sockets is used. */
    public enum SocketImplementation {
        /** Epoll where its native library is on the class path and works, NIO otherwise. The default. */
        AUTO,
        /** Epoll; refused at opening where it does not work. */
        EPOLL,
        /** The JDK's own. */
        NIO
    }

    private final String host;
    private final int port;
    private final Optional<String> connectFrom;
    private final Map<String, String> detours;
    private final Duration connectTimeout;
    private final Duration handshakeTimeout;
    private final Duration pingInterval;
    private final Duration idleTimeout;
    private final Duration reconnectMin;
    private final Duration reconnectMax;
    private final Duration closeTimeout;
    private final int maxFrameBytes;
    private final int writeBufferLowBytes;
    private final int writeBufferHighBytes;
    private final long maxPendingBytesPerPeer;
    private final int maxInboundConnections;
    private final int eventLoopThreads;
    private final SocketImplementation socketImplementation;
    private final Optional<EventLoopGroup> eventLoopGroup;
    private final Optional<TlsConfig> tls;
    private final boolean insecure;

    private NettyTransportConfig(Builder builder, String host) {
        this.host = host;
        this.port = builder.port;
        this.connectFrom = Optional.ofNullable(builder.connectFrom);
        this.detours = Map.copyOf(builder.detours);
        this.connectTimeout = builder.connectTimeout;
        this.handshakeTimeout = builder.handshakeTimeout;
        this.pingInterval = builder.pingInterval;
        this.idleTimeout = builder.idleTimeout;
        this.reconnectMin = builder.reconnectMin;
        this.reconnectMax = builder.reconnectMax;
        this.closeTimeout = builder.closeTimeout;
        this.maxFrameBytes = builder.maxFrameBytes;
        this.writeBufferLowBytes = builder.writeBufferLowBytes;
        this.writeBufferHighBytes = builder.writeBufferHighBytes;
        this.maxPendingBytesPerPeer = builder.maxPendingBytesPerPeer;
        this.maxInboundConnections = builder.maxInboundConnections;
        this.eventLoopThreads = builder.eventLoopThreads;
        this.socketImplementation = builder.socketImplementation;
        this.eventLoopGroup = Optional.ofNullable(builder.eventLoopGroup);
        this.tls = Optional.ofNullable(builder.tls);
        this.insecure = builder.insecure;
    }

    /** Begins with the defaults; {@link Builder#listen} has none and must be called. */
    public static Builder builder() {
        return new Builder();
    }

    /** The local name or address on which peers are accepted. */
    public String host() {
        return host;
    }

    /** The port on which peers are accepted; 0 lets the system choose, see {@link NettyTransport#boundAddress()}. */
    public int port() {
        return port;
    }

    /** The local address, not a name, from which peers are called; by default the system chooses. */
    public Optional<String> connectFrom() {
        return connectFrom;
    }

    /**
     * Where this server calls a peer instead of at the address that the members have agreed on, by that address: a tunnel or a proxy
     * of its own, which only passes bytes on, and so needs no certificate. Nobody else hears of it. None by default.
     */
    public Map<String, String> detours() {
        return detours;
    }

    /** How long a connection may take to be made. Default 1 s; then the next attempt is due. */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** How long a connected peer may take for its half of the handshake. Default 5 s; then the connection is closed. */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /** How often each connection is tested from the side that made it. Default 500 ms. */
    public Duration pingInterval() {
        return pingInterval;
    }

    /**
     * How long a connection may be silent before it is closed, by either side. Default 3 s; at least twice {@link
     * #pingInterval()}. Bounds how long a connection survives whose other end has vanished.
     */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /** The bound of the pause before the first attempt to reconnect. Default 50 ms. */
    public Duration reconnectMin() {
        return reconnectMin;
    }

    /**
     * The bound of the pause before any attempt to reconnect. Default 2 s. The bound doubles with every attempt; each pause is
     * drawn between 0 and its bound, so that servers do not call a returning one all at once.
     */
    public Duration reconnectMax() {
        return reconnectMax;
    }

    /** How long {@link NettyTransport#close()} waits for its threads. Default 5 s; they end soon after at the latest. */
    public Duration closeTimeout() {
        return closeTimeout;
    }

    /**
     * The longest frame, in bytes. Default 8 MiB, at least 64 KiB. A longer one that comes in closes its connection before any
     * memory is reserved; a message that would need a longer one, here or at the peer, is dropped, counted and logged. Must
     * exceed the node's largest batch, command and snapshot chunk by their headers.
     */
    public int maxFrameBytes() {
        return maxFrameBytes;
    }

    /** Below how many bytes in a connection's write buffer a clogged connection is fed again. Default 512 KiB. */
    public int writeBufferLowBytes() {
        return writeBufferLowBytes;
    }

    /** Above how many bytes in a connection's write buffer messages wait in its queue instead. Default 1 MiB. */
    public int writeBufferHighBytes() {
        return writeBufferHighBytes;
    }

    /**
     * The most bytes that may wait in the queue of one peer and lane, about. Default 32 MiB; at least {@link #maxFrameBytes()}.
     * Further messages are dropped, counted, and reported as unreachable.
     */
    public long maxPendingBytesPerPeer() {
        return maxPendingBytesPerPeer;
    }

    /**
     * The most connections that are accepted at a time. Default 256; a cluster needs two per peer. At the limit the oldest one
     * that has not completed its handshake is closed in favour of a new one; when there is none, the new one is closed.
     */
    public int maxInboundConnections() {
        return maxInboundConnections;
    }

    /** The number of threads that serve all connections. Default 2, so that bulk rarely shares one with heartbeats. */
    public int eventLoopThreads() {
        return eventLoopThreads;
    }

    /** Which implementation of sockets is used. Default {@link SocketImplementation#AUTO}. */
    public SocketImplementation socketImplementation() {
        return socketImplementation;
    }

    /** The threads to be used instead of own ones. They are not closed with the transport. */
    public Optional<EventLoopGroup> eventLoopGroup() {
        return eventLoopGroup;
    }

    /**
     * How peers prove who they are. Default not at all: whoever reaches the port may claim to be a peer, and read what passes. So
     * without it peers are accepted on the loopback interface only, unless {@link Builder#insecure()} was called.
     */
    public Optional<TlsConfig> tls() {
        return tls;
    }

    /** Whether it was asked for by name to go without {@link #tls()} on any interface. Default no. */
    public boolean insecure() {
        return insecure;
    }

    /** Whether a name or address is one of this machine that no other can reach. Nothing is looked up. */
    public static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.equals("::1")
                || (NetUtil.isValidIpV4Address(host) && host.startsWith("127."));
    }

    /** Collects settings. Not thread-safe. */
    public static final class Builder {

        private static final int MIN_FRAME_BYTES = 64 * KIB;
        private static final int MAX_FRAME_BYTES = 512 * MIB;
        private static final int MAX_PORT = 65_535;

        private @Nullable String host;
        private int port;
        private @Nullable String connectFrom;
        private final Map<String, String> detours = new LinkedHashMap<>();
        private Duration connectTimeout = Duration.ofSeconds(1);
        private Duration handshakeTimeout = Duration.ofSeconds(5);
        private Duration pingInterval = Duration.ofMillis(500);
        private Duration idleTimeout = Duration.ofSeconds(3);
        private Duration reconnectMin = Duration.ofMillis(50);
        private Duration reconnectMax = Duration.ofSeconds(2);
        private Duration closeTimeout = Duration.ofSeconds(5);
        private int maxFrameBytes = 8 * MIB;
        private int writeBufferLowBytes = 512 * KIB;
        private int writeBufferHighBytes = MIB;
        private long maxPendingBytesPerPeer = 32L * MIB;
        private int maxInboundConnections = 256;
        private int eventLoopThreads = 2;
        private SocketImplementation socketImplementation = SocketImplementation.AUTO;
        private @Nullable EventLoopGroup eventLoopGroup;
        private @Nullable TlsConfig tls;
        private boolean insecure;

        private Builder() {}

        /** See {@link NettyTransportConfig#host()} and {@link NettyTransportConfig#port()}. */
        public Builder listen(String host, int port) {
            this.host = host;
            this.port = port;
            return this;
        }

        /** See {@link NettyTransportConfig#connectFrom()}. */
        public Builder connectFrom(String address) {
            this.connectFrom = address;
            return this;
        }

        /**
         * See {@link NettyTransportConfig#detours()}.
         *
         * @param address {@code host:port}, exactly as the members know the peer
         * @param through {@code host:port} to call instead
         */
        public Builder detour(String address, String through) {
            this.detours.put(address, through);
            return this;
        }

        /** See {@link NettyTransportConfig#connectTimeout()}. */
        public Builder connectTimeout(Duration connectTimeout) {
            this.connectTimeout = connectTimeout;
            return this;
        }

        /** See {@link NettyTransportConfig#handshakeTimeout()}. */
        public Builder handshakeTimeout(Duration handshakeTimeout) {
            this.handshakeTimeout = handshakeTimeout;
            return this;
        }

        /** See {@link NettyTransportConfig#pingInterval()}. */
        public Builder pingInterval(Duration pingInterval) {
            this.pingInterval = pingInterval;
            return this;
        }

        /** See {@link NettyTransportConfig#idleTimeout()}. */
        public Builder idleTimeout(Duration idleTimeout) {
            this.idleTimeout = idleTimeout;
            return this;
        }

        /** See {@link NettyTransportConfig#reconnectMin()}. */
        public Builder reconnectMin(Duration reconnectMin) {
            this.reconnectMin = reconnectMin;
            return this;
        }

        /** See {@link NettyTransportConfig#reconnectMax()}. */
        public Builder reconnectMax(Duration reconnectMax) {
            this.reconnectMax = reconnectMax;
            return this;
        }

        /** See {@link NettyTransportConfig#closeTimeout()}. */
        public Builder closeTimeout(Duration closeTimeout) {
            this.closeTimeout = closeTimeout;
            return this;
        }

        /** See {@link NettyTransportConfig#maxFrameBytes()}. */
        public Builder maxFrameBytes(int maxFrameBytes) {
            this.maxFrameBytes = maxFrameBytes;
            return this;
        }

        /** See {@link NettyTransportConfig#writeBufferLowBytes()} and {@link NettyTransportConfig#writeBufferHighBytes()}. */
        public Builder writeBuffer(int lowBytes, int highBytes) {
            this.writeBufferLowBytes = lowBytes;
            this.writeBufferHighBytes = highBytes;
            return this;
        }

        /** See {@link NettyTransportConfig#maxPendingBytesPerPeer()}. */
        public Builder maxPendingBytesPerPeer(long maxPendingBytesPerPeer) {
            this.maxPendingBytesPerPeer = maxPendingBytesPerPeer;
            return this;
        }

        /** See {@link NettyTransportConfig#maxInboundConnections()}. */
        public Builder maxInboundConnections(int maxInboundConnections) {
            this.maxInboundConnections = maxInboundConnections;
            return this;
        }

        /** See {@link NettyTransportConfig#eventLoopThreads()}. */
        public Builder eventLoopThreads(int eventLoopThreads) {
            this.eventLoopThreads = eventLoopThreads;
            return this;
        }

        /** See {@link NettyTransportConfig#socketImplementation()}. */
        public Builder socketImplementation(SocketImplementation socketImplementation) {
            this.socketImplementation = socketImplementation;
            return this;
        }

        /** See {@link NettyTransportConfig#eventLoopGroup()}. */
        public Builder eventLoopGroup(EventLoopGroup eventLoopGroup) {
            this.eventLoopGroup = eventLoopGroup;
            return this;
        }

        /** See {@link NettyTransportConfig#tls()}. */
        public Builder tls(TlsConfig tls) {
            this.tls = tls;
            return this;
        }

        /**
         * Goes without TLS on any interface. Only for a network that nobody else can reach: who reaches the port can pretend to be
         * a peer, and take over the cluster.
         */
        public Builder insecure() {
            this.insecure = true;
            return this;
        }

        /**
         * Checks all settings.
         *
         * @throws IllegalArgumentException naming every violation, not only the first
         */
        public NettyTransportConfig build() {
            List<String> violations = new ArrayList<>();
            String listenHost = host == null ? "" : host;
            if (listenHost.isBlank()) {
                violations.add("listen(host, port) must be called; \"0.0.0.0\" accepts peers on every interface");
            }
            range(violations, "port", port, 0, MAX_PORT);
            checkSecurity(violations, listenHost);
            // Not a name: nothing is looked up on the threads of the network.
            if (connectFrom != null && NetUtil.createByteArrayFromIpAddressString(connectFrom) == null) {
                violations.add("connectFrom must be a literal address, got '" + connectFrom + "'");
            }
            detours.forEach((address, through) -> checkDetour(violations, address, through));
            checkTiming(violations);
            checkLimits(violations);
            if (!violations.isEmpty()) {
                throw new IllegalArgumentException("invalid transport configuration: " + String.join("; ", violations));
            }
            return new NettyTransportConfig(this, listenHost);
        }

        private static void checkDetour(List<String> violations, String address, String through) {
            for (String end : List.of(address, through)) {
                try {
                    HostPort.parse(end);
                } catch (IllegalArgumentException e) {
                    violations.add("detour from " + address + " through " + through + ": " + e.getMessage());
                }
            }
        }

        private void checkSecurity(List<String> violations, String listenHost) {
            if (tls != null && insecure) {
                violations.add("tls(...) and insecure() exclude each other");
            }
            if (tls == null && !insecure && !listenHost.isBlank() && !isLoopback(listenHost)) {
                violations.add("listening on " + listenHost
                        + " without TLS would let anybody who reaches the port pretend to be"
                        + " a peer; give tls(...), or call insecure() if nobody else can reach it, on the"
                        + " NettyTransportConfig.builder() for NettyTransport.open(config)");
            }
        }

        private void checkTiming(List<String> violations) {
            milliseconds(violations, "connectTimeout", connectTimeout);
            milliseconds(violations, "handshakeTimeout", handshakeTimeout);
            milliseconds(violations, "pingInterval", pingInterval);
            milliseconds(violations, "idleTimeout", idleTimeout);
            milliseconds(violations, "reconnectMin", reconnectMin);
            milliseconds(violations, "reconnectMax", reconnectMax);
            milliseconds(violations, "closeTimeout", closeTimeout);
            if (idleTimeout.compareTo(pingInterval.multipliedBy(2)) < 0) {
                violations.add("idleTimeout (" + idleTimeout.toMillis() + " ms) must be at least 2 x pingInterval ("
                        + pingInterval.toMillis() + " ms)");
            }
            if (reconnectMax.compareTo(reconnectMin) < 0) {
                violations.add("reconnectMax (" + reconnectMax.toMillis() + " ms) must be at least reconnectMin ("
                        + reconnectMin.toMillis() + " ms)");
            }
        }

        private void checkLimits(List<String> violations) {
            range(violations, "maxFrameBytes", maxFrameBytes, MIN_FRAME_BYTES, MAX_FRAME_BYTES);
            range(violations, "writeBufferLowBytes", writeBufferLowBytes, 1, writeBufferHighBytes);
            range(violations, "writeBufferHighBytes", writeBufferHighBytes, 1, Integer.MAX_VALUE);
            range(violations, "maxPendingBytesPerPeer", maxPendingBytesPerPeer, maxFrameBytes, Long.MAX_VALUE);
            range(violations, "maxInboundConnections", maxInboundConnections, 1, Integer.MAX_VALUE);
            range(violations, "eventLoopThreads", eventLoopThreads, 1, Short.MAX_VALUE);
        }

        // Timers of sockets count milliseconds in an int.
        private static void milliseconds(List<String> violations, String name, Duration value) {
            if (value.compareTo(Duration.ofMillis(1)) < 0
                    || value.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
                violations.add(name + " must be from 1 ms to " + Integer.MAX_VALUE + " ms, got " + value);
            }
        }

        private static void range(List<String> violations, String name, long value, long least, long greatest) {
            if (value < least || value > greatest) {
                violations.add(name + " must be from " + least + " to " + greatest + ", got " + value);
            }
        }
    }
}
