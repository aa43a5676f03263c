package io.pecanraft.protocol;

import io.pecanraft.model.Invariant;
import io.pecanraft.model.LogEntry;
import java.util.ArrayDeque;
import java.util.List;

/**
 * Hands committed entries to the state machine, in order, each once, a bounded number at a time.
 *
 * <p>Only entries that are durable here are handed out: a state machine that persists itself must never be ahead of its own
 * log after a crash.
 */
final class ApplyFlow {

    /** One batch is being applied and one waits, so that the state machine never idles for want of a turn. */
    private static final int MAX_BATCHES = 2;

    private final ServerState state;
    private final ArrayDeque<Long> batchEnds = new ArrayDeque<>();
    private long nextIndex;
    private long applied;

    /** The token of the read from the log that is under way; 0 for none. */
    private long readToken;

    /** The index of the newest snapshot that is replacing the state, 0 for none; nothing is handed out meanwhile. */
    private long restoringIndex;

    ApplyFlow(ServerState state, long applied) {
        this.state = state;
        this.applied = applied;
        this.nextIndex = applied + 1;
    }

    long applied() {
        return applied;
    }

    boolean isRestoring() {
        return restoringIndex > 0;
    }

    /** The state machine has applied everything up to this index. Reports from before a restored snapshot change nothing. */
    void applied(long index) {
        while (!batchEnds.isEmpty() && batchEnds.getFirst() <= index) {
            batchEnds.removeFirst();
        }
        applied = Math.max(applied, index);
    }

    /** From now on, until this index is {@link #restored}, nothing is handed out; a read under way is void. */
    void restoring(long index) {
        restoringIndex = index;
        readToken = 0;
    }

    /** The state machine has the state of this index. */
    void restored(long index) {
        if (index < restoringIndex) {
            // Two leaders' snapshots arrived one right after the other. What follows this one is compacted already; the
            // newer is being restored next.
            return;
        }
        restoringIndex = 0;
        applied = Math.max(applied, index);
        nextIndex = Math.max(nextIndex, index + 1);
        batchEnds.clear();
    }

    /** Takes entries that were read for this. Returns whether the token was ours. */
    boolean logRead(long token, List<LogEntry> entries, Outbox out) {
        if (token != readToken) {
            return false;
        }
        readToken = 0;
        Invariant.that(!entries.isEmpty(), "a committed entry that is not applied is gone from the log");
        Invariant.that(
                entries.get(0).index() == nextIndex,
                "entries are applied in order",
                entries.get(0).index(),
                nextIndex);
        handOut(entries, out);
        return true;
    }

    /** Hands out what may be handed out now. */
    void flush(Outbox out) {
        long through = Math.min(state.commitIndex(), state.durability.durableIndex());
        while (!isRestoring() && readToken == 0 && batchEnds.size() < MAX_BATCHES && nextIndex <= through) {
            if (state.log.inMemory(nextIndex)) {
                handOut(
                        state.log.slice(
                                nextIndex, through, state.settings.maxApplyEntries(), state.settings.maxApplyBytes()),
                        out);
            } else {
                readToken = state.nextToken();
                long end = Math.min(through + 1, nextIndex + state.settings.maxApplyEntries());
                out.add(new Effect.ReadLog(
                        readToken, nextIndex, Math.min(end, state.log.inMemoryFrom()), state.settings.maxApplyBytes()));
            }
        }
    }

    private void handOut(List<LogEntry> entries, Outbox out) {
        out.add(new Effect.Apply(entries));
        long last = entries.get(entries.size() - 1).index();
        batchEnds.addLast(last);
        nextIndex = last + 1;
    }
}
