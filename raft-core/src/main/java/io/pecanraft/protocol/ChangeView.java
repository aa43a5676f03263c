package io.pecanraft.protocol;

/**
 * A change of membership that a leader has under way.
 *
 * @param sinceNanos when it was asked for; of one that an earlier leader began, when this one was elected
 * @param waitsFor what it waits for, in words
 */
public record ChangeView(long sinceNanos, String waitsFor) {}
