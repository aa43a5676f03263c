package io.pecanraft.examples.kv.resp;

import java.time.Duration;

/**
 * How long a client may take to become one that is served; then it is closed.
 *
 * @param handshake for the handshake of TLS
 * @param authentication for the password, if one has to be given; from when it connected
 */
public record StrangerTimeouts(Duration handshake, Duration authentication) {

    /** As in the documentation. */
    public static final StrangerTimeouts DEFAULTS = new StrangerTimeouts(Duration.ofSeconds(5), Duration.ofSeconds(10));
}
