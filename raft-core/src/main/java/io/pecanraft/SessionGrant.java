package io.pecanraft;

import java.time.Duration;

/**
 * A session as the cluster has opened it.
 *
 * @param sessionId unique in the cluster's lifetime
 * @param timeout log time without a sign of life after which it expires
 * @param maxOutstanding how many sequences, from the first outstanding one on, it takes
 */
public record SessionGrant(long sessionId, Duration timeout, int maxOutstanding) {}
