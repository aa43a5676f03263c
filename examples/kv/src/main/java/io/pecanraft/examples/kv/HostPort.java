package io.pecanraft.examples.kv;

import io.pecanraft.transport.netty.NettyTransportConfig;
import java.net.InetSocketAddress;

/**
 * An address as people write it: {@code host:port}, {@code [::1]:port}.
 *
 * @param host a name or an address, without brackets
 * @param port 1 to 65535
 */
record HostPort(String host, int port) {

    private static final int MAX_PORT = 65_535;

    HostPort {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host is missing");
        }
        if (port < 1 || port > MAX_PORT) {
            throw new IllegalArgumentException("port must be from 1 to " + MAX_PORT + ", got " + port);
        }
    }

    static HostPort parse(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException("expected host:port, got '" + text + "'");
        }
        String host = text.substring(0, colon);
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        try {
            return new HostPort(host, Integer.parseInt(text.substring(colon + 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected host:port, got '" + text + "'", e);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + " in '" + text + "'", e);
        }
    }

    /** Whether this stands for all addresses of the machine, and so names none by which others could reach it. */
    boolean isWildcard() {
        return host.equals("0.0.0.0") || host.equals("::") || host.equals("*");
    }

    /** Whether only this machine reaches it. */
    boolean isLoopback() {
        return NettyTransportConfig.isLoopback(host);
    }

    InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
