package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.PreVote;
import io.pecanraft.model.RaftMessage.PreVoteResponse;
import io.pecanraft.model.RaftMessage.RequestVote;
import io.pecanraft.model.RaftMessage.RequestVoteResponse;
import io.pecanraft.model.RaftRole;
import org.junit.jupiter.api.Test;

/** Terms as a logical clock (§5.1). */
class Section5_1TermTest {

    /** E11, E12. */
    @Test
    void aLaterTermInAnyAnswerMakesALeaderStepDownWithoutVoting() {
        Script script = Script.withLog(3).wins(2);
        script.hears(3, new AppendEntriesResponse(26, false, 0, EntryId.ZERO));
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(script.raft().currentTerm()).isEqualTo(26);
        assertThat(script.raft().votedFor()).isEmpty();
        assertThat(script.server.disk.hardState().currentTerm()).isEqualTo(26);
    }

    /** E12. */
    @Test
    void aRefusalWithALaterTermMakesACandidateAFollowerThatHasNotVoted() {
        Script script = Script.withLog(3).campaigns(2);
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        script.hears(2, Entries.vote(9, false, 1));
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(script.raft().currentTerm()).isEqualTo(9);
        assertThat(script.raft().votedFor()).isEmpty();
    }

    /** M20: whatever an old leader sends is answered with the later term, and changes nothing. */
    @Test
    void messagesOfAnEarlierTermAreAnsweredWithOursAndChangeNothing() {
        Script script = new Script(
                3, VirtualDisk.formed(Entries.members(3)).withLog(1, 1).withTerm(5));
        script.append(2, 4, id(1, 1), 2, 4, 4);
        assertThat(script.logTerms()).containsExactly(1L, 1L);
        assertThat(script.raft().commitIndex()).isZero();
        assertThat(script.last(AppendEntriesResponse.class).term()).isEqualTo(5);
        assertThat(script.last(AppendEntriesResponse.class).success()).isFalse();

        script.heartbeat(2, 4, 2);
        assertThat(script.last(HeartbeatResponse.class)).isEqualTo(new HeartbeatResponse(5, 1, 0));
        script.asksForVote(2, 4, id(9, 4));
        assertThat(script.last(RequestVoteResponse.class)).isEqualTo(Entries.vote(5, false, 2));
        assertThat(script.raft().leader()).isEmpty();
    }

    /** An absurd term is damage, and would otherwise be adopted by everybody for ever. */
    @Test
    void anAbsurdTermIsReportedAndIgnored() {
        Script script = Script.withLog(3, 1);
        script.asksForVote(2, Long.MAX_VALUE, id(9, 1));
        assertThat(script.raft().currentTerm()).isEqualTo(1);
        assertThat(script.server.reports).anyMatch(Report.PeerAnomaly.class::isInstance);
    }

    /** Whatever term a damaged peer speaks of, one message does not take the others to where no further term is believed. */
    @Test
    void noOneMessageEndsAllElections() {
        Script script = Script.withLog(3, 1);
        script.asksForVote(2, TermRules.MAX_STEP + 2, id(9, 1));
        assertThat(script.raft().currentTerm()).isEqualTo(1);

        script.asksForVote(2, TermRules.MAX_STEP + 1, id(9, 1));
        assertThat(script.raft().currentTerm()).isEqualTo(TermRules.MAX_STEP + 1);

        script.wins(3);
        assertThat(script.raft().currentTerm()).isEqualTo(TermRules.MAX_STEP + 2);
        Script other = Script.withLog(3, 1).asksForVote(2, TermRules.MAX_STEP + 1, id(9, 1));
        other.asksForVote(1, script.raft().currentTerm(), id(9, 1)).asksForVote(3, TermRules.MAX_STEP + 2, id(9, 1));
        assertThat(other.raft().currentTerm()).isEqualTo(TermRules.MAX_STEP + 2);
    }

    /** It would only raise its term in vain. */
    @Test
    void whoWouldCampaignInATermOutOfReachIsNotEncouraged() {
        Script script = Script.withLog(3, 1);
        script.hears(2, new PreVote(TermRules.MAX_STEP + 2, id(9, 1), 5));
        assertThat(script.last(PreVoteResponse.class)).isEqualTo(new PreVoteResponse(1, false, 5));
        script.hears(2, new PreVote(TermRules.MAX_STEP + 1, id(9, 1), 6));
        assertThat(script.last(PreVoteResponse.class)).isEqualTo(new PreVoteResponse(1, true, 6));
    }

    /** E27: in one step it is no leader any more, and what a client brings then is refused. */
    @Test
    void nothingIsAppendedInATermThatAnotherServerBegan() {
        Script script = Script.withLog(3).wins(2);
        long last = script.raft().lastIndex();
        script.hears(3, new HeartbeatResponse(78, 1, 0));
        Admission admission = script.server.propose(Entries.payload(1));
        assertThat(admission.refusal()).isEqualTo(Admission.Refusal.NOT_LEADER);
        assertThat(script.raft().lastIndex()).isEqualTo(last);
    }

    /** R23: two leaders of one term cannot be; then neither is obeyed any further. */
    @Test
    void aSecondLeaderOfATermIsReportedAndNotFollowed() {
        Script script = Script.withLog(3, 1).append(2, 3, id(1, 1), 0, 3);
        script.append(3, 3, id(1, 1), 0, 3, 3);
        script.hears(3, new Heartbeat(3, 0, 1));
        assertThat(script.raft().leader()).contains(ProtocolCluster.node(2));
        assertThat(script.raft().lastIndex()).isEqualTo(2);
        assertThat(script.server.reports).anyMatch(Report.PeerAnomaly.class::isInstance);
    }

    /** R23. */
    @Test
    void aMessageFromOneselfIsIgnored() {
        Script script = Script.withLog(3, 1);
        script.hears(1, new RequestVote(7, id(9, 1)));
        script.hears(1, new AppendEntries(7, id(1, 1), 0, Entries.from(2, 7)));
        assertThat(script.raft().currentTerm()).isEqualTo(1);
        assertThat(script.raft().lastIndex()).isEqualTo(1);
    }

    /** E09: leadership does not survive a restart. */
    @Test
    void aRestartedLeaderIsAFollowerAndLeadsAgainOnlyInALaterTerm() {
        Script script = Script.withLog(3).wins(2);
        long term = script.raft().currentTerm();
        script.server.restart();
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(script.raft().currentTerm()).isEqualTo(term);
        script.wins(2);
        assertThat(script.raft().currentTerm()).isGreaterThan(term);
    }
}
