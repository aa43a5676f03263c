package io.pecanraft.protocol;

import io.pecanraft.model.MemberId;
import java.util.OptionalInt;

/**
 * One follower as its leader sees it, for status and metrics.
 *
 * @param member who
 * @param matchIndex known to be durable there
 * @param nextIndex the next index to send
 * @param lagBytes payload bytes it lacks, as far as they are in memory
 * @param state how it is replicated to
 * @param contactNanos when a message of this term last came from it, on the driver's clock; {@code Long.MIN_VALUE} for never
 * @param applicationVersion what it says that it runs; empty before it has said so in this term
 */
public record FollowerView(
        MemberId member,
        long matchIndex,
        long nextIndex,
        long lagBytes,
        State state,
        long contactNanos,
        OptionalInt applicationVersion) {

    /** How a follower is replicated to. */
    public enum State {
        /** Looking for where the logs agree, one message at a time. */
        PROBE,
        /** Streaming entries. */
        REPLICATE,
        /** Sending a snapshot. */
        SNAPSHOT
    }
}
