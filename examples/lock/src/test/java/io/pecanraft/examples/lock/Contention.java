package io.pecanraft.examples.lock;

import io.pecanraft.testkit.SimCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the contenders for one lock did to each other and to what it protects, and whether they may. */
final class Contention {

    static final String LOCK = "the lock";

    private final SimCluster cluster;
    private final boolean clocksAreGood;
    private final FencedRegister register = new FencedRegister();
    private final List<Contender> contenders = new ArrayList<>();
    private final Map<Long, Contender> holders = new TreeMap<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private long greatestWritten;

    /**
     * Begins without contenders.
     *
     * @param clocksAreGood whether no two may believe at once to hold the lock; else only their tokens keep them apart
     */
    Contention(SimCluster cluster, boolean clocksAreGood) {
        this.cluster = cluster;
        this.clocksAreGood = clocksAreGood;
    }

    void join(Contender contender) {
        contenders.add(contender);
    }

    /** A contender was told that it holds the lock, or goes on holding it. */
    void granted(Contender contender, Lease lease) {
        Contender before = holders.putIfAbsent(lease.token(), contender);
        if (before != null && before != contender) {
            broken("one-holder-a-token", before + " and " + contender + " were both given " + lease);
        }
        for (Contender other : contenders) {
            if (other != contender && contender.believesToHold(lease) && other.believesToHoldIt()) {
                if (clocksAreGood) {
                    broken("one-holder-at-a-time", other + " holds the lock, and " + contender + " got it: " + lease);
                }
                count("two believed to hold it, for a clock jumped");
            }
        }
    }

    /** A write arrives at what the lock protects. */
    void write(Contender writer, long token) {
        boolean accepted = register.write(token, writer.toString());
        count(accepted ? "wrote" : "stale writes refused");
        if (accepted && token < greatestWritten) {
            broken("fencing", writer + " wrote with token " + token + " after one with " + greatestWritten);
        }
        if (!accepted && token >= greatestWritten) {
            broken("fencing", writer + " was refused with token " + token + ", the greatest there was");
        }
        greatestWritten = Math.max(greatestWritten, token);
    }

    void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    Map<String, Long> counts() {
        return counts;
    }

    private void broken(String rule, String what) {
        cluster.verdict().fail(rule, what);
    }
}
