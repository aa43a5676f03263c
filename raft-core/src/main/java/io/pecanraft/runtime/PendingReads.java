package io.pecanraft.runtime;

import io.pecanraft.NotLeaderException;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.StalenessUnknownException;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.protocol.Raft;
import io.pecanraft.spi.RaftExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Reads on their way: first until the protocol confirms the index as of which each may be answered (thesis §6.4), then until
 * that index has been handed to the state machine, then until the state machine has answered.
 *
 * <p>The second step waits for entries to be <em>handed over</em>, not to be applied: the state machine takes its work in
 * order, so a query that is handed over after an entry sees its effect, and no turn is lost in between. Raft thread only.
 */
final class PendingReads {

    private static final Comparator<Read> BY_INDEX =
            Comparator.comparingLong(Read::index).thenComparingLong(Read::id);

    private final Raft raft;
    private final RaftExecutor clock;
    private final Applier applier;
    private final Completions completions;
    private final DeadlineWatch deadlines = new DeadlineWatch();
    private final Freshness freshness = new Freshness();

    private final Map<Long, Read> unconfirmed = new LinkedHashMap<>();
    private final PriorityQueue<Read> waiting = new PriorityQueue<>(BY_INDEX);
    private final List<Read> ready = new ArrayList<>();
    private final Deque<QueryBatch> asked = new ArrayDeque<>();
    private long lastId;

    PendingReads(Raft raft, RaftExecutor clock, Applier applier, Completions completions) {
        this.raft = raft;
        this.clock = clock;
        this.applier = applier;
        this.completions = completions;
    }

    /** A new read. */
    void add(Read read, long nowNanos) {
        if (read.deadlineNanos() <= nowNanos) {
            timeOut(read);
            return;
        }
        deadlines.add(read.deadlineNanos());
        long id = ++lastId;
        read.identify(id);
        if (read.consistency() instanceof ReadConsistency.Local local) {
            read.confirm(local.notBeforeIndex());
            waiting.add(read);
        } else if (read.consistency() instanceof ReadConsistency.BoundedStaleness bound
                && freshness.suffices(bound, read.startNanos())) {
            read.confirm(freshness.indexFor(bound));
            waiting.add(read);
        } else {
            unconfirmed.put(id, read);
            read.askedAt(nowNanos);
            if (read.consistency() instanceof ReadConsistency.Lease) {
                // The clock is read anew: since the turn began the process may have been paused for longer than the
                // lease lasts, and this read may have begun after another leader's writes.
                raft.requestLeaseRead(id, clock.nanoTime());
            } else {
                raft.requestRead(id, nowNanos);
            }
        }
    }

    /** The protocol has confirmed these reads as of an index. */
    void confirmed(long readIndex, List<Long> ids) {
        for (Long id : ids) {
            Read read = unconfirmed.remove(id);
            if (read == null) {
                continue;
            }
            freshness.confirmed(read.askedNanos(), readIndex);
            if (!read.isSettled()) {
                read.confirm(
                        read.consistency() instanceof ReadConsistency.BoundedStaleness bound
                                ? Freshness.indexFor(bound, readIndex)
                                : readIndex);
                waiting.add(read);
            }
        }
    }

    /** The protocol could not confirm these reads. */
    void refused(List<Long> ids) {
        for (Long id : ids) {
            Read read = unconfirmed.remove(id);
            if (read != null) {
                completions.fail(
                        read,
                        read.consistency() instanceof ReadConsistency.BoundedStaleness bound
                                ? stalenessUnknown(bound)
                                : notConfirmed());
            }
        }
    }

    /** Asks the state machine what may be asked by now. At the end of a turn. */
    void ask(long handedOverIndex) {
        while (!asked.isEmpty() && asked.element().isAnswered()) {
            asked.remove();
        }
        Read next = waiting.peek();
        while (next != null && next.index() <= handedOverIndex) {
            waiting.remove();
            if (!next.isSettled()) {
                ready.add(next);
            }
            next = waiting.peek();
        }
        if (!ready.isEmpty()) {
            QueryBatch batch = new QueryBatch(List.copyOf(ready));
            ready.clear();
            asked.add(batch);
            applier.ask(batch);
        }
    }

    /** Ends those whose deadline has passed. */
    void expire(long nowNanos) {
        if (!deadlines.takeDue(nowNanos)) {
            return;
        }
        expire(unconfirmed.values(), nowNanos);
        unconfirmed.values().removeIf(Operation::isSettled);
        expire(waiting, nowNanos);
        waiting.removeIf(Operation::isSettled);
        for (QueryBatch batch : asked) {
            expire(batch.reads(), nowNanos);
        }
    }

    /** Ends all of them. */
    void terminate(Termination termination) {
        RaftException why = termination.exception(Outcome.NOT_DONE);
        unconfirmed.values().forEach(read -> completions.fail(read, why));
        waiting.forEach(read -> completions.fail(read, why));
        asked.forEach(batch -> batch.reads().forEach(read -> completions.fail(read, why)));
        unconfirmed.clear();
        waiting.clear();
        asked.clear();
    }

    /** When {@link #expire} is next useful. */
    long nextDeadlineNanos() {
        return deadlines.nextNanos();
    }

    /** How many wait for their index. */
    int size() {
        return unconfirmed.size() + waiting.size();
    }

    private void expire(Collection<Read> reads, long nowNanos) {
        for (Read read : reads) {
            if (read.isSettled()) {
                continue;
            }
            if (read.deadlineNanos() <= nowNanos) {
                timeOut(read);
            } else {
                deadlines.addAgain(read.deadlineNanos(), nowNanos);
            }
        }
    }

    private void timeOut(Read read) {
        completions.fail(read, read.timedOut("not answered", Outcome.NOT_DONE));
    }

    private StalenessUnknownException stalenessUnknown(ReadConsistency.BoundedStaleness bound) {
        Optional<Duration> age = freshness.age(clock.nanoTime());
        return new StalenessUnknownException(
                "there is no leader to ask how fresh the state here is; it is "
                        + age.map(known -> "at most " + known.toMillis()
                                        + " ms old once what was committed then is applied")
                                .orElse("of an unknown age")
                        + ", where the read allows " + bound.maxAge().toMillis() + " ms",
                bound.maxAge(),
                age);
    }

    private NotLeaderException notConfirmed() {
        return new NotLeaderException(
                raft.leader()
                        .map(leader -> "the read could not be confirmed by leader " + leader)
                        .orElse("the read could not be confirmed: no leader is known"),
                raft.leader(),
                raft.currentTerm());
    }
}
