package io.pecanraft.runtime;

import io.pecanraft.LeadershipListener;
import io.pecanraft.RaftNode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Tells listeners that this node leads, once it has applied an entry of its own term, and that it does no more.
 *
 * <p>A new leader has every committed entry (Leader Completeness), but does not know which of them are committed before one of its
 * own term is (§8), and its state machine has the effects of all of them only when that one is applied.
 *
 * <p>A listener is not told of events, which could pile up or be lost, but of how things stand: whenever it is called, it is
 * brought from what it knows to what is true.
 */
final class Leadership {

    private final Lane lane;
    private final NodeLog log;
    private final List<Watch> watches = new CopyOnWriteArrayList<>();

    /** The term that listeners are to believe this node leads; 0 for none. Written by the raft thread. */
    private volatile long announcedTerm;

    // Raft thread.
    private long term;
    private long startIndex;

    Leadership(Lane lane, NodeLog log) {
        this.lane = lane;
        this.log = log;
    }

    /** Any thread. */
    RaftNode.Subscription subscribe(LeadershipListener listener) {
        Watch watch = new Watch(listener);
        watches.add(watch);
        watch.tellLater();
        return watch;
    }

    /**
     * How things stand at the end of a turn. Raft thread.
     *
     * @param leadingTerm the term that this node leads; 0 when it does not
     * @param lastIndex the end of its log, which a leader has written an entry of its term to
     * @param appliedIndex what the state machine has applied
     */
    void observe(long leadingTerm, long lastIndex, long appliedIndex) {
        if (leadingTerm != term) {
            term = leadingTerm;
            startIndex = lastIndex;
            announce(0);
        }
        if (term != 0 && appliedIndex >= startIndex) {
            announce(term);
        }
    }

    /** The node ends. Raft thread. */
    void end() {
        term = 0;
        announce(0);
    }

    private void announce(long leadingTerm) {
        if (announcedTerm != leadingTerm) {
            announcedTerm = leadingTerm;
            watches.forEach(Watch::tellLater);
        }
    }

    private final class Watch implements RaftNode.Subscription {

        private final LeadershipListener listener;
        private final AtomicBoolean tellingScheduled = new AtomicBoolean();
        private volatile boolean closed;

        /** The term that the listener believes this node leads; 0 for none. Event lane. */
        private long toldTerm;

        private Watch(LeadershipListener listener) {
            this.listener = listener;
        }

        @Override
        public void close() {
            closed = true;
            watches.remove(this);
        }

        private void tellLater() {
            if (tellingScheduled.compareAndSet(false, true)) {
                lane.executeAnyway(this::tell);
            }
        }

        private void tell() {
            tellingScheduled.set(false);
            long trueTerm = announcedTerm;
            if (closed || trueTerm == toldTerm) {
                return;
            }
            long before = toldTerm;
            toldTerm = trueTerm;
            if (before != 0) {
                guarded(() -> listener.lost(before));
            }
            if (trueTerm != 0 && !closed) {
                guarded(() -> listener.elected(trueTerm));
            }
        }

        private void guarded(Runnable call) {
            try {
                call.run();
            } catch (RuntimeException e) {
                log.warn().setCause(e).log("leadership listener threw");
            }
        }
    }
}
