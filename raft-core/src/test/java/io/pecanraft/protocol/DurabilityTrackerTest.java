package io.pecanraft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.RequestVote;
import org.junit.jupiter.api.Test;

/** What may be said when (thesis §3.8, §10.2.1). */
class DurabilityTrackerTest {

    private static final NodeId PEER = NodeId.of("n2");

    private final DurabilityTracker tracker = new DurabilityTracker(0, 1);
    private final Outbox out = new Outbox();

    @Test
    void aVoteLeavesWhenItIsDurable() {
        tracker.hold(PEER, Entries.vote(2, true, 1), 2);
        long ticket = tracker.issue(2, 0, 0);
        tracker.endTurn(2, out);
        assertThat(out.take()).isEmpty();

        tracker.persisted(ticket, 1);
        tracker.endTurn(2, out);
        assertThat(out.take()).containsExactly(new Effect.Send(PEER, Entries.vote(2, true, 1)));
    }

    /**
     * A candidate with a slow disk hears the leader of its own term and lets it replace the end of its log. Its request for votes
     * names the old end, so it must never leave, although the term is still the same.
     */
    @Test
    void whoIsNoCandidateAnyMoreDoesNotAskForVotes() {
        tracker.hold(PEER, new RequestVote(2, new EntryId(1, 5)), 2);
        long candidacy = tracker.issue(2, 5, 0);
        tracker.endTurn(2, out);

        tracker.withdrawCandidacy();
        tracker.truncatedFrom(4);
        tracker.persisted(candidacy, 1);
        tracker.endTurn(2, out);

        assertThat(out.take()).isEmpty();
    }
}
