package io.pecanraft.testkit.sim;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import java.util.HashMap;
import java.util.Map;

/**
 * Log Matching (§5.3) as a function: term and index of an entry determine the whole log up to it. Every entry that any
 * server ever writes is looked up here, and two servers that disagree are found at once, long before either commits.
 */
public final class LogMatching {

    /** The hash of the log before the first entry. */
    public static final long EMPTY = 0x2545f4914f6cdd1dL;

    private final Map<EntryId, Long> prefixHashes = new HashMap<>();
    private final Map<Long, Integer> authors = new HashMap<>();
    private final Verdict verdict;

    /** An empty function. */
    public LogMatching(Verdict verdict) {
        this.verdict = verdict;
        prefixHashes.put(EntryId.ZERO, EMPTY);
    }

    /** The hash of the log up to and including this entry, given that of the log before it. */
    public static long extend(long prefixHash, LogEntry entry) {
        long hash = Hash.mix(Hash.mix(prefixHash, entry.index()), entry.term());
        hash = Hash.mix(Hash.mix(hash, entry.timestampMillis()), entry.type().code());
        return Hash.mix(hash, entry.payload());
    }

    /** A server wrote an entry. */
    void written(int node, EntryId id, long prefixHash) {
        Long known = prefixHashes.putIfAbsent(id, prefixHash);
        if (known != null && known != prefixHash) {
            verdict.fail(
                    "log-matching",
                    "n" + (node + 1) + " wrote " + id
                            + " after another log, or with other content, than somebody before");
        }
        if (known == null) {
            Integer author = authors.putIfAbsent(id.term(), node);
            if (author != null && author != node) {
                verdict.fail(
                        "one-author-per-term",
                        "n" + (node + 1) + " created " + id + ", but n" + (author + 1)
                                + " creates the entries of that term");
            }
        }
    }

    /** The server that created the entries of a term; {@link SimScheduler#NO_NODE} when there are none. */
    public int author(long term) {
        return authors.getOrDefault(term, SimScheduler.NO_NODE);
    }

    /** Whether any server ever wrote this entry. */
    public boolean exists(EntryId id) {
        return prefixHashes.containsKey(id);
    }

    /** The hash of the log up to this entry; 0 when nobody ever wrote it, which is reported. */
    public long prefixHash(EntryId id) {
        Long hash = prefixHashes.get(id);
        if (hash == null) {
            verdict.fail("log-matching", "a log goes on after " + id + ", which nobody ever wrote");
            return 0;
        }
        return hash;
    }
}
