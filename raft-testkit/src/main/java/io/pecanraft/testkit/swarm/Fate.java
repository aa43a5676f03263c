package io.pecanraft.testkit.swarm;

import java.util.List;

/** What is wrong, for good, with a server that does not belong to the healed core of a cluster. None can lead. */
enum Fate {
    /** It does not run. */
    DOWN,
    /** It runs, and nothing gets to it or from it. */
    ISOLATED,
    /** It speaks to all and hears nobody. */
    DEAF,
    /** It hears all and nobody hears it. */
    MUTE,
    /** Its process is stopped and its connections stay open. */
    PAUSED,
    /** It runs, and no flush of its disk ends. */
    DISK_HUNG,
    /** It reaches exactly one server of the core. Only where two servers are no majority, or it might lead that one. */
    PARTIAL;

    static final List<Fate> ALL = List.of(values());

    static boolean allowsPartial(int nodes) {
        return nodes / 2 + 1 > 2;
    }
}
