package io.pecanraft;

/**
 * Learns when this node leads and when it does no more, for services that do something on one server only.
 *
 * <p>Every {@link #elected} is followed by one {@link #lost} of the same term before the next one, and terms only grow. A leadership
 * that was over before it could be told is not told at all.
 *
 * <p><b>A leader may be deposed without knowing it yet</b>: its process stood still, its network was cut, and another one leads. So
 * {@code lost} may come after the other's {@code elected}, and what a leader does outside of this library must carry the
 * term, as a fencing token: whoever receives it refuses a term lower than one it has seen. Commands that are proposed need no
 * token, for a deposed leader's are not committed.
 *
 * <p>Called on the node's event thread, or the callback executor, one call at a time. Must not block.
 */
public interface LeadershipListener {

    /**
     * This node leads, and its state machine has applied everything that earlier leaders may have acknowledged.
     *
     * @param term the fencing token; greater than that of any leader before
     */
    void elected(long term);

    /**
     * This node leads no longer, or has stopped.
     *
     * @param term the term in which it led
     */
    void lost(long term);
}
