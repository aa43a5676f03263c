package io.pecanraft.protocol;

import io.pecanraft.model.Invariant;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One follower as its leader sees it (etcd, {@code design.md}).
 *
 * <pre>{@code
 *              success                          log no longer holds
 *   +-------+ ---------> +-----------+          what it lacks
 *   | PROBE |            | REPLICATE |   (from PROBE) ---------> +----------+
 *   +-------+ <--------- +-----------+                           | SNAPSHOT |
 *       ^      rejected, lost, stalled                           +----------+
 *       +----------------------------- installed, or gone ------------+
 * }</pre>
 *
 * <p>PROBE sends one message at a time to find where the logs agree; REPLICATE streams, as far as the window allows; SNAPSHOT
 * sends no entries. {@code matchIndex < nextIndex} always.
 */
final class Progress {

    private final MemberId member;
    private final InFlightWindow window;

    /**
     * The highest index known to be durable at the follower and equal to ours (Figure 2). Decreases only when the follower says that it
     * has lost it: see {@link #lostWithNotice}.
     */
    private long matchIndex;

    /** The next index to send (Figure 2). */
    private long nextIndex;

    private FollowerView.State state = FollowerView.State.PROBE;

    /** PROBE: a message is out and unanswered. */
    private boolean probeSent;

    /** Whether the follower should hear from us even if there are no new entries. */
    private boolean nudge = true;

    private @Nullable SnapshotTransfer transfer;

    /** The token of the read from the log that is under way for this follower; 0 for none. */
    private long readToken;

    /** When it became a follower of this leader: until it has had time to answer, silence says nothing. */
    private final long sinceNanos;

    /** How often its log has lost what it had acknowledged, as it says. */
    private long epoch;

    private long contactNanos = Long.MIN_VALUE;
    private long acknowledgedRound;
    private int priority;
    private OptionalInt applicationVersion = OptionalInt.empty();
    private long lastProgressNanos;

    Progress(MemberId member, long epoch, long nextIndex, ProtocolSettings settings, long nowNanos) {
        this.member = member;
        this.epoch = epoch;
        this.nextIndex = nextIndex;
        this.sinceNanos = nowNanos;
        this.window = new InFlightWindow(settings.maxInFlightEntries(), settings.maxInFlightBytes());
    }

    MemberId member() {
        return member;
    }

    NodeId node() {
        return member.node();
    }

    long matchIndex() {
        return matchIndex;
    }

    long nextIndex() {
        return nextIndex;
    }

    FollowerView.State state() {
        return state;
    }

    /** When a message of this term last came; {@code Long.MIN_VALUE} for never. */
    long contactNanos() {
        return contactNanos;
    }

    boolean hasAnswered() {
        return contactNanos != Long.MIN_VALUE;
    }

    /** Since when it has been silent. The votes that made a leader, and the welcome of a new server, count as words too. */
    long silentSinceNanos() {
        return Math.max(sinceNanos, contactNanos);
    }

    void contact(long nowNanos) {
        contactNanos = nowNanos;
    }

    long epoch() {
        return epoch;
    }

    /**
     * It says that its log has lost entries which it may have acknowledged to us; what it acknowledged before counts no more (K21). It
     * is brought up to date like one that is new, and counts at once for what it acknowledges from now on, because answers of earlier
     * epochs are told apart.
     */
    void lostWithNotice(long newEpoch) {
        Invariant.that(newEpoch > epoch, "epochs only grow", newEpoch, epoch);
        epoch = newEpoch;
        matchIndex = 0;
        long wanted = nextIndex;
        becomeProbe();
        nextIndex = wanted;
    }

    /** How much it says that it is to be preferred as a leader. */
    int priority() {
        return priority;
    }

    /** Which application version it runs, by its newest answer to a heartbeat of this term; empty before the first. */
    OptionalInt applicationVersion() {
        return applicationVersion;
    }

    /** Notes what it says of itself; before its round is noted. */
    void announced(HeartbeatResponse answer) {
        priority = answer.priority();
        if (answer.round() > acknowledgedRound) {
            // One that others overtook may come from the life before, of a process that was rolled back since.
            applicationVersion = OptionalInt.of(answer.applicationVersion());
        }
    }

    /** Whether it could take over: in touch, and following without gaps. */
    boolean isHealthy(long nowNanos, ProtocolSettings settings) {
        return state == FollowerView.State.REPLICATE
                && contactNanos != Long.MIN_VALUE
                && nowNanos - contactNanos < settings.electionTimeoutNanos();
    }

    long acknowledgedRound() {
        return acknowledgedRound;
    }

    void roundAcknowledged(long round) {
        acknowledgedRound = Math.max(acknowledgedRound, round);
    }

    // ---- what may be sent

    /** Whether nothing may be sent now, whatever there is. */
    boolean isPaused() {
        return readToken != 0
                || state == FollowerView.State.SNAPSHOT
                || (state == FollowerView.State.PROBE && probeSent)
                || (state == FollowerView.State.REPLICATE && window.isFull());
    }

    /** Whether the follower should hear from us even if there are no new entries. */
    boolean wantsNudge() {
        return nudge;
    }

    /** Asks for a message even if there are no new entries, so that the follower learns of a commit or verifies its log. */
    void nudge() {
        nudge = true;
    }

    int freeEntries(int most) {
        return state == FollowerView.State.REPLICATE ? Math.min(most, window.freeEntries()) : most;
    }

    /** Entries from {@link #nextIndex} on, or none, were sent. */
    void sent(int entries, long bytes, long nowNanos) {
        nudge = false;
        if (state == FollowerView.State.PROBE) {
            probeSent = true;
        } else if (entries > 0) {
            if (window.isEmpty()) {
                lastProgressNanos = nowNanos;
            }
            nextIndex += entries;
            window.add(nextIndex - 1, entries, bytes);
        }
    }

    // ---- reading from the log for this follower

    void reading(long token) {
        readToken = token;
    }

    boolean isReading(long token) {
        return readToken == token;
    }

    void readDone() {
        readToken = 0;
    }

    // ---- what the follower says

    /**
     * The follower holds our log durably up to this index. Acknowledgements may be late or repeated, so the greatest stands.
     *
     * @return whether that is news
     */
    boolean acknowledged(long index, long nowNanos) {
        if (index <= matchIndex) {
            return false;
        }
        matchIndex = index;
        lastProgressNanos = nowNanos;
        window.acknowledge(index);
        if (nextIndex <= index) {
            nextIndex = index + 1;
        }
        return true;
    }

    /** A message of ours was accepted: the logs agree up to a point that is at least {@link #matchIndex}. */
    void accepted() {
        if (state == FollowerView.State.PROBE) {
            state = FollowerView.State.REPLICATE;
            window.clear();
            nextIndex = matchIndex + 1;
        }
    }

    /**
     * The entry before a message was refused. Late answers, to questions we no longer ask, change nothing; nor does it when the follower
     * refuses what it has acknowledged: either that is late, or it learns from the next heartbeat what it has lost.
     *
     * @param refusedIndex the index of that entry
     * @param nextToTry where the logs may agree, plus one
     */
    void rejected(long refusedIndex, long nextToTry) {
        if (refusedIndex <= matchIndex || state == FollowerView.State.SNAPSHOT) {
            return;
        }
        if (state == FollowerView.State.PROBE && refusedIndex != nextIndex - 1) {
            return;
        }
        becomeProbe();
        nextIndex = Math.max(matchIndex + 1, Math.min(nextToTry, refusedIndex));
    }

    /** The follower is alive. What was lost on the way is sent again. */
    void heartbeatAnswered(long claimedIndex, long lastIndex, long nowNanos, long stallNanos) {
        switch (state) {
            case PROBE -> {
                probeSent = false;
                nudge = true;
            }
            case REPLICATE -> {
                if (!window.isEmpty() && nowNanos - lastProgressNanos >= stallNanos) {
                    becomeProbe();
                } else if (window.isEmpty() && claimedIndex < Math.min(nextIndex - 1, lastIndex)) {
                    // It was restarted and must verify its log anew, or an answer was lost.
                    nudge = true;
                }
            }
            case SNAPSHOT -> activeTransfer().heard(nowNanos, stallNanos);
        }
    }

    /** Messages to it may have been lost. */
    void unreachable() {
        if (state == FollowerView.State.REPLICATE) {
            becomeProbe();
        } else if (state == FollowerView.State.SNAPSHOT) {
            activeTransfer().mayBeLost();
        }
    }

    // ---- snapshots

    @Nullable
    SnapshotTransfer transfer() {
        return transfer;
    }

    void startSnapshot(SnapshotTransfer newTransfer) {
        state = FollowerView.State.SNAPSHOT;
        transfer = newTransfer;
        window.clear();
    }

    /** The snapshot arrived, or is not needed, or cannot be sent: look again for where the logs agree. */
    void endSnapshot() {
        if (state == FollowerView.State.SNAPSHOT) {
            becomeProbe();
        }
    }

    private void becomeProbe() {
        state = FollowerView.State.PROBE;
        probeSent = false;
        nudge = true;
        transfer = null;
        window.clear();
        nextIndex = matchIndex + 1;
    }

    private SnapshotTransfer activeTransfer() {
        SnapshotTransfer active = transfer;
        Invariant.that(active != null, "a follower in state SNAPSHOT has a transfer");
        return Objects.requireNonNull(active);
    }
}
