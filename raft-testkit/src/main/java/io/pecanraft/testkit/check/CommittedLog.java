package io.pecanraft.testkit.check;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import io.pecanraft.testkit.sim.Hash;
import io.pecanraft.testkit.sim.LogImage;
import io.pecanraft.testkit.sim.Trace;
import io.pecanraft.testkit.sim.Verdict;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The log as it was committed: the one thing that all servers must agree on (State Machine Safety, §5.4.3). It grows when
 * the first server says that an entry is committed, and never changes.
 */
public final class CommittedLog {

    /** The chain before the first command. */
    public static final long EMPTY_CHAIN = 0x1d872b41d6f2c3a7L;

    private static final long NO_REPLY = 0;

    private final Verdict verdict;
    private final Trace trace;
    private final List<Item> items = new ArrayList<>();
    private final NavigableMap<Long, Long> endsByTerm = new TreeMap<>();
    private final SessionRules sessionRules = new SessionRules();
    private final List<CommitListener> listeners = new ArrayList<>();

    /** Hears of every committed entry, in order, once. */
    public interface CommitListener {

        /** An entry was committed for the first time anywhere. */
        void committed(LogEntry entry);
    }

    private static final class Item {
        final LogEntry entry;
        final long prefixHash;
        final long chain;
        final long lastCommandIndex;
        final @Nullable ByteBuffer command; // null: nothing is applied for this entry
        long replyHash = NO_REPLY;

        Item(LogEntry entry, long prefixHash, long chain, long lastCommandIndex, @Nullable ByteBuffer command) {
            this.entry = entry;
            this.prefixHash = prefixHash;
            this.chain = chain;
            this.lastCommandIndex = lastCommandIndex;
            this.command = command;
        }
    }

    CommittedLog(Verdict verdict, Trace trace) {
        this.verdict = verdict;
        this.trace = trace;
    }

    /** Tells a listener of what will be committed from now on. */
    public void listen(CommitListener listener) {
        listeners.add(listener);
    }

    /** The greatest index that anybody has called committed. */
    public long lastIndex() {
        return items.size();
    }

    /** A committed entry. */
    public LogEntry entry(long index) {
        return item(index).entry;
    }

    /** The command that every server must apply at a committed index; empty where it must apply nothing, such as a copy. */
    public Optional<ByteBuffer> command(long index) {
        return Optional.ofNullable(item(index).command);
    }

    SessionRules sessionRules() {
        return sessionRules;
    }

    /** The index of the last command at or below a committed index; 0 when there is none. */
    public long lastCommandIndex(long index) {
        return index == 0 ? 0 : item(index).lastCommandIndex;
    }

    /** Stands for all commands up to a committed index, in order. */
    public long chain(long index) {
        return index == 0 ? EMPTY_CHAIN : item(index).chain;
    }

    private Item item(long index) {
        return items.get((int) (index - 1));
    }

    /**
     * A server calls an index committed.
     *
     * @param log its log
     * @return how many entries were not known to be committed before
     */
    long committed(int node, long commitIndex, LogImage log) {
        long before = lastIndex();
        for (long i = before + 1; i <= commitIndex; i++) {
            if (!log.covers(i) || i == log.base().index()) {
                verdict.fail(
                        "state-machine-safety",
                        "n" + (node + 1) + " calls " + commitIndex
                                + " committed, which nobody did before, but has no entry " + i);
                return i - before - 1;
            }
            add(log.entryAt(i), log.prefixHashAt(i));
            trace.add(
                    Trace.Kind.COMMIT,
                    node,
                    -1,
                    i,
                    items.get(items.size() - 1).entry.id());
        }
        if (commitIndex > 0
                && log.covers(commitIndex)
                && log.prefixHashAt(commitIndex) != item(commitIndex).prefixHash) {
            EntryId here = new EntryId(log.termAt(commitIndex), commitIndex);
            verdict.fail(
                    "state-machine-safety",
                    "n" + (node + 1) + " calls " + here + " committed, but "
                            + item(commitIndex).entry.id() + " after another or the same log was committed there");
        }
        return lastIndex() - before;
    }

    private void add(LogEntry entry, long prefixHash) {
        if (!items.isEmpty() && entry.timestampMillis() < entry(lastIndex()).timestampMillis()) {
            verdict.fail("timestamps-never-decrease", entry + " is stamped earlier than the entry before it");
        }
        ByteBuffer command = sessionRules.commandOf(entry);
        long chain = chain(lastIndex());
        long lastCommand = lastCommandIndex(lastIndex());
        items.add(new Item(
                entry,
                prefixHash,
                command == null ? chain : Hash.mix(Hash.mix(chain, entry.index()), command),
                command == null ? lastCommand : entry.index(),
                command));
        listeners.forEach(listener -> listener.committed(entry));
    }

    /** Notes that everything up to the present end was committed in this term, or an earlier one. */
    void committedIn(long term) {
        endsByTerm.put(term, lastIndex());
    }

    /** Whether anything was committed in this very term. */
    boolean hasCommittedIn(long term) {
        return endsByTerm.containsKey(term);
    }

    /** The greatest index that was committed in a term before this one. */
    long lastIndexCommittedBefore(long term) {
        Map.Entry<Long, Long> end = endsByTerm.lowerEntry(term);
        return end == null ? 0 : end.getValue();
    }

    /** Whether a server's log begins with what was committed up to an index, as far as it has not been compacted. */
    boolean isPrefixOf(LogImage log, long index) {
        return index == 0
                || log.base().index() >= index
                || (log.covers(index) && log.prefixHashAt(index) == item(index).prefixHash);
    }

    /** A state machine replied to a command; it must reply the same on every server and after every restart. */
    void replied(int node, long index, long replyHash) {
        Item item = item(index);
        long hash = replyHash == NO_REPLY ? 1 : replyHash;
        if (item.replyHash == NO_REPLY) {
            item.replyHash = hash;
        } else if (item.replyHash != hash) {
            verdict.fail(
                    "determinism",
                    "the state machine of n" + (node + 1) + " replies to command " + index + " otherwise than before");
        }
    }
}
