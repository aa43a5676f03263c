package io.pecanraft.testkit.check;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.MemberId;
import io.pecanraft.testkit.sim.LogImage;
import io.pecanraft.testkit.sim.LogMatching;
import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.sim.SimScheduler;
import io.pecanraft.testkit.sim.Verdict;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Who led each term, and with which log it began. */
final class Leaders {

    private final Verdict verdict;
    private final LogMatching matching;
    private final NavigableMap<Long, Reign> reigns = new TreeMap<>();
    private final Map<Integer, Long> lives = new TreeMap<>();

    /**
     * One term's leader.
     *
     * @param node its number
     * @param member its storage
     * @param life which start of it this was: leadership ends with a restart
     * @param base the entry before the first it had in its log when it was elected
     * @param termStarts the terms of that log
     * @param last the last entry of that log
     */
    record Reign(int node, MemberId member, long life, EntryId base, List<EntryId> termStarts, EntryId last) {

        /** Whether the log at the election had this entry; entries before its base count as had. */
        boolean beganWith(EntryId entry) {
            if (entry.index() > last.index()) {
                return false;
            }
            if (entry.index() <= base.index()) {
                return entry.index() < base.index() || entry.equals(base);
            }
            long term = 0;
            for (EntryId start : termStarts) {
                if (start.index() <= entry.index()) {
                    term = start.term();
                }
            }
            return term == entry.term();
        }
    }

    Leaders(Verdict verdict, LogMatching matching) {
        this.verdict = verdict;
        this.matching = matching;
    }

    /** A server starts, and with it ends whatever it led. */
    void starts(SimDisk disk) {
        lives.merge(disk.node(), 1L, Long::sum);
    }

    /**
     * A server acts as leader of a term. Election Safety (§5.2): at most one does, with one storage, and not after a restart.
     *
     * @param disk its disk, in whose log entries of its own term may already be
     * @param how what it did, for the message
     */
    void acts(long term, SimDisk disk, String how) {
        Reign reign = reign(term, disk, how);
        if (!reign.member().equals(disk.identity().memberId()) || reign.life() != life(disk)) {
            verdict.fail(
                    "election-safety",
                    "n" + (disk.node() + 1) + " " + how + " in term " + term + ", which " + reign.member()
                            + " led in an earlier life or with another storage");
        }
    }

    /** A server appends entries of which it is the author: it leads their term, or gets them back after it has lost them. */
    void appends(long term, SimDisk disk) {
        reign(term, disk, "appends its own entries");
    }

    private Reign reign(long term, SimDisk disk, String how) {
        Reign reign = reigns.get(term);
        if (reign == null) {
            reign = begins(term, disk);
            reigns.put(term, reign);
        } else if (reign.node() != disk.node()) {
            verdict.fail(
                    "election-safety",
                    "n" + (disk.node() + 1) + " " + how + " in term " + term + ", which n" + (reign.node() + 1)
                            + " leads");
        }
        return reign;
    }

    private Reign begins(long term, SimDisk disk) {
        LogImage log = disk.written();
        List<EntryId> before =
                log.termStarts().stream().filter(start -> start.term() < term).toList();
        EntryId last = log.lastId();
        for (EntryId start : log.termStarts()) {
            if (start.term() == term) {
                long lastBefore = start.index() - 1;
                last = lastBefore == 0 ? EntryId.ZERO : new EntryId(log.termAt(lastBefore), lastBefore);
            }
        }
        return new Reign(disk.node(), disk.identity().memberId(), life(disk), log.base(), before, last);
    }

    private long life(SimDisk disk) {
        return lives.getOrDefault(disk.node(), 0L);
    }

    /** Who leads a term; {@link SimScheduler#NO_NODE} when nobody is known to. */
    int leader(long term) {
        Reign reign = reigns.get(term);
        return reign == null ? SimScheduler.NO_NODE : reign.node();
    }

    /** Whether the leader of a term has, or had, this entry in its log. */
    boolean leaderHas(long term, EntryId entry) {
        Reign reign = reigns.get(term);
        return entry.term() == term ? matching.exists(entry) : reign != null && reign.beganWith(entry);
    }

    /**
     * Leader Completeness (§5.4): an entry that is committed in a term is in the logs of the leaders of all later terms.
     * Those that were elected before anybody saw the commit are judged here.
     */
    void committed(EntryId entry, long inTerm) {
        for (Map.Entry<Long, Reign> later : reigns.tailMap(inTerm, false).entrySet()) {
            if (!later.getValue().beganWith(entry)) {
                verdict.fail(
                        "leader-completeness",
                        entry + " was committed in term " + inTerm + ", but n"
                                + (later.getValue().node() + 1) + " leads term " + later.getKey() + " without it");
            }
        }
    }

    /** The greatest term that has a leader. */
    long lastTerm() {
        return reigns.isEmpty() ? 0 : reigns.lastKey();
    }
}
