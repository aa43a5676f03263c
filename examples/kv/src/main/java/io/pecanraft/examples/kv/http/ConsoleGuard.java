package io.pecanraft.examples.kv.http;

import com.sun.net.httpserver.Headers;
import io.netty.util.NetUtil;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Decides whether a request that changes something comes from the page itself, and not from another one that a browser was led to.
 *
 * <p>Another origin can send a POST, but not with a header of its own unless we allow it, which we do not; and it cannot pretend another
 * {@code Origin}. What is left is a name that an attacker lets point at this address (DNS rebinding): so the page must have been
 * called by an address, by localhost, or by the name that this port is known by.
 */
public final class ConsoleGuard {

    /** Marks a request of the page. */
    public static final String HEADER = "X-PecanRaft-Console";

    static final String FROM_PAGE = "page";
    static final String PASSED_ON = "node";

    private final boolean admin;
    private final String host;

    /**
     * Guards a port.
     *
     * @param admin whether anything may be changed at all
     * @param host a name, besides addresses and localhost, by which a browser may have been led here
     */
    public ConsoleGuard(boolean admin, String host) {
        this.admin = admin;
        this.host = host;
    }

    /** Why a request may change nothing; empty if it may. */
    public Optional<String> refusal(Headers headers) {
        if (!admin) {
            return Optional.of("this node's console only looks; start it with --http-admin");
        }
        String mark = headers.getFirst(HEADER);
        if (!FROM_PAGE.equals(mark) && !PASSED_ON.equals(mark)) {
            return Optional.of("the header " + HEADER + " is missing");
        }
        String called = headers.getFirst("Host");
        if (called == null || !isOurs(hostOf(called))) {
            return Optional.of("called by a name that is not ours");
        }
        List<String> origins = headers.getOrDefault("Origin", List.of());
        boolean foreign = origins.stream().anyMatch(origin -> !origin.equals("http://" + called));
        String site = headers.getFirst("Sec-Fetch-Site");
        return foreign || site != null && !site.equals("same-origin")
                ? Optional.of("it comes from another page")
                : Optional.empty();
    }

    private boolean isOurs(String name) {
        return name.equals("localhost")
                || name.equalsIgnoreCase(host)
                || NetUtil.isValidIpV4Address(name)
                || NetUtil.isValidIpV6Address(name);
    }

    private static String hostOf(String called) {
        try {
            String name = URI.create("http://" + called).getHost();
            return name == null ? "" : name.replace("[", "").replace("]", "");
        } catch (IllegalArgumentException e) {
            return "";
        }
    }
}
