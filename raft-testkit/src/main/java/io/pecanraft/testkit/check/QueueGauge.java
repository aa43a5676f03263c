package io.pecanraft.testkit.check;

import io.pecanraft.RaftConfig;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.RaftMetrics;
import org.jspecify.annotations.Nullable;

/** How much one server says that it holds, in each of its lives, against what it may. */
public final class QueueGauge {

    /** One batch is being applied and one waits. */
    private static final int APPLY_BATCHES = 2;

    /** Complains when more is held than may be. */
    interface Limit {
        void demand(String what, long held, long limit);
    }

    private final Limit limit;
    private @Nullable RaftConfig config;
    private long messages;

    QueueGauge(Limit limit) {
        this.limit = limit;
    }

    void starts(RaftConfig newConfig) {
        config = newConfig;
        messages = 0;
    }

    /** The node has ended, by itself: it lets go of what it held, and of whatever still arrives, without a word to its metrics. */
    void ends() {
        config = null;
    }

    /** A message of a peer was given to the node. Forwarded commands are calls, and go by other rules. */
    void arrived(RaftMessage message) {
        RaftConfig now = config;
        if (now != null && !isForwarded(message.getClass().getSimpleName())) {
            // Those before this one: the node has taken them in, keeps them, or has dropped them.
            limit.demand("messages that wait for the raft thread (mailboxCapacity)", messages, now.mailboxCapacity());
            messages++;
        }
    }

    /** The node took a message in, or dropped it; to be called with the simple name of the message's class. */
    public void handled(String type) {
        if (!isForwarded(type) && !type.equals(RaftMetrics.UNKNOWN_TYPE)) {
            messages--;
        }
    }

    private static boolean isForwarded(String type) {
        return type.equals(RaftMessage.ForwardProposal.class.getSimpleName());
    }

    /** What the node reports at the end of a turn. */
    public void depths(int proposals, int reads, int applying) {
        RaftConfig now = config;
        if (now != null) {
            limit.demand("pending proposals (maxUncommittedEntries)", proposals, now.maxUncommittedEntries());
            limit.demand("reads that wait for their index (maxPendingReads)", reads, now.maxPendingReads());
            limit.demand(
                    "entries at the state machine (maxApplyEntries)",
                    applying,
                    (long) APPLY_BATCHES * now.maxApplyEntries());
        }
    }
}
