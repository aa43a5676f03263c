package io.pecanraft.testkit.sim;

/**
 * How the simulated network behaves while nothing is broken on purpose.
 *
 * @param connections whether messages of a link and lane arrive in order and a loss breaks the connection, as over TCP; if
 *     not, each message is on its own, as over UDP. Raft must be safe over either
 * @param minDelayNanos the least time of a message on its way
 * @param meanExtraDelayNanos how much longer it takes on average; without connections this alone reorders
 * @param loss the probability that a message is lost
 * @param duplicate the probability that a message arrives twice; only without connections
 * @param replay the probability that with a message an old one of the same link arrives again; only without connections
 * @param slice the probability that an AppendEntries arrives as two smaller ones, the first perhaps without entries. No
 *     network does that; but a leader may cut its log as it likes, and one of another version will, so a follower must be
 *     right whatever the cut
 */
public record NetworkProfile(
        boolean connections,
        long minDelayNanos,
        long meanExtraDelayNanos,
        double loss,
        double duplicate,
        double replay,
        double slice) {

    /** A local network on a good day. */
    public static final NetworkProfile LAN = new NetworkProfile(true, 100_000, 100_000, 0, 0, 0, 0);

    /** The same network with nothing lost, repeated or replayed. */
    public NetworkProfile reliable() {
        return new NetworkProfile(connections, minDelayNanos, meanExtraDelayNanos, 0, 0, 0, 0);
    }
}
