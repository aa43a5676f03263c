package io.pecanraft.examples.kv.chaos;

/**
 * One fault of a plan.
 *
 * @param atMillis when, from the beginning of the round, without the time that was waited for service
 * @param forMillis for how long
 * @param node whom it hits; {@link #LEADER} for the one that leads by then
 * @param other another node, where there are two
 * @param amount how much of it; what that is depends on the kind
 * @param patient whether it waits until the clients are served, or else comes on top of what has stopped that
 */
record Injection(Kind kind, int atMillis, int forMillis, int node, int other, int amount, boolean patient) {

    static final int LEADER = -1;

    /** What can be done. */
    enum Kind {
        /** SIGKILL; started again at the end. */
        KILL,
        /** SIGTERM, and started again at once, on another Java by chance. */
        RESTART,
        /** SIGSTOP, SIGCONT at the end. */
        PAUSE,
        /** Nothing passes between the node and the others. */
        ISOLATE,
        /** Nothing passes between these two and the others. */
        SPLIT,
        /** Nothing that the node sends arrives. */
        MUTE,
        /** Nothing arrives at the node. */
        DEAF,
        /** Nothing that the node sends to the other one arrives. */
        ONE_WAY,
        /** What the node sends and receives takes longer, by so many milliseconds. */
        DELAY,
        /** As {@link #ISOLATE}, but shorter than an election timeout. */
        STALL,
        /** Of the pieces that the node sends and receives, one of so many arrives damaged. */
        CORRUPT,
        /** No room is left on the node's disk. */
        DISK_FULL,
        /** The node loses its power: what was not flushed is gone. */
        POWER,
        /** All lose their power at once. */
        POWER_ALL,
        /** A flush fails. */
        EIO,
        /** The node's wall clock is off by so many seconds, and goes back at the end. */
        CLOCK
    }
}
