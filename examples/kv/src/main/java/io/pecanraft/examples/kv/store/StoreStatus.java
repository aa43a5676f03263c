package io.pecanraft.examples.kv.store;

import java.util.Map;

/**
 * How the keys stand after the last batch, for whoever looks from outside.
 *
 * @param format the format of commands and snapshots that the log has been switched to: an {@link OperationCodec} version. It never falls
 * @param nowMillis the time of the last command
 * @param soonestDeadline when the next key's time is over, by the time of the log; {@link Long#MAX_VALUE} for never
 * @param keys how many keys there are; while more than {@value Limits#TICK_SWEEP} of them wait to be swept, at most so many
 * @param expiring how many of them have a deadline
 * @param servers where servers can be reached, by name, as they have said; also some that are no members any more
 */
public record StoreStatus(
        int format, long nowMillis, long soonestDeadline, int keys, int expiring, Map<String, Announced> servers) {

    /** Nothing yet. */
    public static final StoreStatus EMPTY = new StoreStatus(1, 0, Long.MAX_VALUE, 0, 0, Map.of());

    /** Copies the map, unless it cannot be changed. */
    public StoreStatus {
        servers = Map.copyOf(servers);
    }

    /**
     * Where a server can be reached.
     *
     * @param clients host:port for clients
     * @param http host:port for HTTP; empty for nowhere
     */
    public record Announced(String clients, String http) {}
}
