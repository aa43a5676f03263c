package io.pecanraft.model;

/**
 * How long a client session lives and how much it may keep on every server. Travels in the entry that opens the session, so
 * that all servers keep and forget the same whatever each is configured with.
 *
 * @param timeoutMillis log time after its last sign of life at which the session expires
 * @param maxOutstanding how many sequences from the first outstanding one on may be applied
 * @param maxReplyBytes replies kept for this session; when full its oldest goes
 * @param maxSessions sessions in all; when there are as many, this one is not opened
 * @param maxTotalReplyBytes replies kept for all sessions from now on; when full the oldest goes
 */
public record SessionLimits(
        long timeoutMillis, int maxOutstanding, long maxReplyBytes, int maxSessions, long maxTotalReplyBytes) {

    /** Checks the ranges. */
    public SessionLimits {
        if (timeoutMillis < 1 || maxOutstanding < 1 || maxReplyBytes < 0 || maxSessions < 1 || maxTotalReplyBytes < 0) {
            throw new IllegalArgumentException("limits of a session out of range: timeoutMillis " + timeoutMillis
                    + ", maxOutstanding " + maxOutstanding + ", maxReplyBytes " + maxReplyBytes + ", maxSessions "
                    + maxSessions + ", maxTotalReplyBytes " + maxTotalReplyBytes);
        }
    }
}
