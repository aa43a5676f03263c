package io.pecanraft.transport.netty;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Log lines about connections that were turned away. Whoever is refused comes again, so a caller is named once per reason, and
 * again only after a minute without it; attempts in between are on DEBUG. Safe on any thread.
 */
final class RefusalLog {

    private static final Logger LOG = LoggerFactory.getLogger(InboundServer.class);

    private static final long FORGET_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** How many callers and reasons are remembered; beyond, the one that was longest silent is forgotten. */
    private static final int MAX_REMEMBERED = 256;

    private final Map<String, Long> lastSeenNanos = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > MAX_REMEMBERED;
        }
    };

    void turnedAway(SocketAddress remote, String reason, String detail) {
        LOG.atLevel(isNews(remote, reason) ? Level.WARN : Level.DEBUG)
                .addKeyValue("remote", remote)
                .addKeyValue("reason", reason)
                .addKeyValue("detail", detail)
                .log("turned a connection away");
    }

    private synchronized boolean isNews(SocketAddress remote, String reason) {
        // Without the port, which is another one at each attempt.
        String host = remote instanceof InetSocketAddress inet ? inet.getHostString() : remote.toString();
        long nowNanos = System.nanoTime();
        Long before = lastSeenNanos.put(host + ' ' + reason, nowNanos);
        return before == null || nowNanos - before > FORGET_NANOS;
    }
}
