package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.Refill;
import io.pecanraft.model.RaftMessage.RefillResponse;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Gets back what this log has lost where no leader sends it (K21, ADR 12): two damaged logs of three wait for each other otherwise.
 *
 * <p>Asked is for the entries between the last one that is here and the one that the log had ended with. Who holds that holds by Log
 * Matching (§5.3) the very log that was here before the loss.
 *
 * <p>What comes is only ever <em>appended</em>, right behind the last entry. Nothing is removed for it, since what is here may have been
 * acknowledged after the loss, in this life or before a crash, to a leader of a later term: S loses 3 and 4 of term 1; the leader of term 3 sends
 * another 3 and commits it with S's copy; S crashes before it has written down that the repair is over. Would it now take the old 3 from
 * somebody who lags, it had lost a committed entry without a word. Nor is it verified or committed by this: only a leader can do that.
 */
final class LogRefill {

    private final ServerState state;

    /** Who has sent the last entry, and is asked for those behind it once it is durable; null for nobody. */
    private @Nullable MemberId source;

    /** Whether something has come since everybody was asked. */
    private boolean underWay;

    /** The last entry when it was last reported that everybody was asked. */
    private @Nullable EntryId reported;

    LogRefill(ServerState state) {
        this.state = state;
    }

    /** No leader was heard for an election timeout: asks all members, unless one is answering, or the disk still has the last answer to write. */
    void askAll() {
        Refill question = question();
        boolean wasUnderWay = underWay;
        underWay = false;
        if (question == null || wasUnderWay || !isDurable() || !state.membership.isKnown()) {
            return;
        }
        if (!question.last().equals(reported)) {
            reported = question.last();
            state.out.report(new Report.RefillAsked(question.last(), question.held()));
        }
        Set<NodeId> others = new TreeSet<>();
        for (Member member : state.membership.inForce().members()) {
            others.add(member.node());
        }
        others.remove(state.self.node());
        others.forEach(other -> state.out.send(other, question));
    }

    private boolean isDurable() {
        return state.durability.durableIndex() == state.log.lastIndex();
    }

    /** What to ask for; null for nothing: nothing was lost, nobody knows what, or the log does not end before it. */
    private @Nullable Refill question() {
        Optional<EntryId> held = state.repair.lastPosition();
        EntryId last = state.lastEntry();
        if (held.isEmpty()
                || last.index() >= held.get().index()
                || last.term() > held.get().term()
                // No server acts in an earlier term than that of its last entry.
                || held.get().term() > state.currentTerm()) {
            return null;
        }
        return new Refill(last, held.get());
    }

    /** Takes what follows our last entry in the log that we had. However late it is, it is true. */
    void answered(MemberId from, RefillResponse response, long nowNanos) {
        Refill question = question();
        if (question == null
                || !question.held().equals(response.held())
                || !question.last().equals(response.prev())) {
            return;
        }
        for (LogEntry entry : response.entries()) {
            state.append(entry, nowNanos);
        }
        source = from;
        underWay = true;
    }

    /** Asks for more where it came from: so at most one answer is in memory, and on its way. */
    void askOn() {
        if (source != null && isDurable()) {
            Refill question = question();
            if (question != null) {
                state.out.send(source.node(), question);
            }
            source = null;
        }
    }
}
