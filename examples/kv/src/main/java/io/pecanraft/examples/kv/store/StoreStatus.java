package io.pecanraft.examples.kv.store;

/**
 * How the keys stand after the last batch, for whoever looks from outside.
 *
 * @param format the format of commands and snapshots that the log has been switched to: an {@link OperationCodec} version. It never falls
 * @param nowMillis the time of the last command
 * @param soonestDeadline when the next key's time is over, by the time of the log; {@link Long#MAX_VALUE} for never
 * @param keys how many keys there are
 * @param expiring how many of them have a deadline
 */
public record StoreStatus(int format, long nowMillis, long soonestDeadline, int keys, int expiring) {

    /** Nothing yet. */
    public static final StoreStatus EMPTY = new StoreStatus(1, 0, Long.MAX_VALUE, 0, 0);
}
