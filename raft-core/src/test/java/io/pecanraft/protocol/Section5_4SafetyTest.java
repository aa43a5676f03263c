package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.RaftMessage.PreVote;
import io.pecanraft.model.RaftMessage.PreVoteResponse;
import io.pecanraft.model.RaftMessage.RequestVoteResponse;
import io.pecanraft.model.RaftRole;
import org.junit.jupiter.api.Test;

/** The election restriction (§5.4.1) and committing entries of earlier terms (§5.4.2). */
class Section5_4SafetyTest {

    private static boolean grants(long[] mine, long candidateIndex, long candidateTerm) {
        Script script = Script.withLog(3, mine).asksForVote(2, 9, id(candidateIndex, candidateTerm));
        boolean vote = script.last(RequestVoteResponse.class).granted();
        Script asked = Script.withLog(3, mine).hears(2, new PreVote(9, id(candidateIndex, candidateTerm), 1));
        assertThat(asked.last(PreVoteResponse.class).granted()).isEqualTo(vote);
        return vote;
    }

    /** E08: the later last term wins, then the longer log. */
    @Test
    void aVoteGoesOnlyToALogThatIsAtLeastAsUpToDate() {
        assertThat(grants(new long[] {1, 1}, 1, 2)).isTrue();
        assertThat(grants(new long[] {2}, 2, 1)).isFalse();
        assertThat(grants(new long[] {1, 1, 1}, 2, 1)).isFalse();
        assertThat(grants(new long[] {1, 1}, 2, 1)).isTrue();
        assertThat(grants(new long[] {1, 1}, 3, 1)).isTrue();
    }

    /** C01, §5.4.2, Figure 8, M24. */
    @Test
    void aLeaderDoesNotCommitAnEntryOfAnEarlierTermByCounting() {
        Script script = Script.withLog(5, 1, 2).wins(2, 3);
        assertThat(script.logTerms()).containsExactly(1L, 2L, 3L);
        script.acks(2, 2).acks(3, 2);
        assertThat(script.raft().commitIndex()).isZero();
        script.acks(2, 3).acks(3, 3);
        assertThat(script.raft().commitIndex()).isEqualTo(3);
    }

    /** C02: but it is not stopped by them. */
    @Test
    void anEntryOfTheOwnTermCommitsWhatCameBefore() {
        Script script = Script.withLog(3, 1, 1, 1).wins(2).acks(2, 4);
        assertThat(script.raft().commitIndex()).isEqualTo(4);
        assertThat(script.server.appliedIndex).isEqualTo(4);
    }

    /** C07, M16. */
    @Test
    void inAClusterOfFourAnEntryNeedsThreeCopies() {
        Script script = Script.withLog(4, 1).wins(2, 3).acks(2, 2);
        assertThat(script.raft().commitIndex()).isZero();
        script.acks(3, 2);
        assertThat(script.raft().commitIndex()).isEqualTo(2);
    }

    /** D02, D19: our own copy counts when it is durable, like any other. */
    @Test
    void aLeaderDoesNotCountItsOwnCopyBeforeItIsDurable() {
        Script script = Script.withLog(3, 1).wins(2);
        script.server.diskIsFast = false;
        script.server.propose(Entries.payload(1));
        script.acks(2, 3);
        assertThat(script.raft().commitIndex()).isEqualTo(2);
        script.server.confirmAllWrites();
        assertThat(script.raft().commitIndex()).isEqualTo(3);
    }

    /** D02: the copies of the others suffice; but nothing is applied here that is not durable here. */
    @Test
    void anEntryIsCommittedByTheOthersThoughTheLeadersDiskLags() {
        Script script = Script.withLog(3, 1).wins(2);
        script.server.diskIsFast = false;
        script.server.propose(Entries.payload(1));
        script.acks(2, 3).acks(3, 3);
        assertThat(script.raft().commitIndex()).isEqualTo(3);
        assertThat(script.server.appliedIndex).isEqualTo(2);
        script.server.confirmAllWrites();
        assertThat(script.server.appliedIndex).isEqualTo(3);
    }

    /** D03, C06. */
    @Test
    void aSingleServerCommitsAndAppliesNothingBeforeItIsDurable() {
        Script script = Script.withLog(1).timesOut();
        script.server.diskIsFast = false;
        long before = script.raft().commitIndex();
        script.server.propose(Entries.payload(1));
        assertThat(script.raft().commitIndex()).isEqualTo(before);
        script.server.confirmAllWrites();
        assertThat(script.raft().commitIndex()).isEqualTo(before + 1);
        assertThat(script.server.appliedIndex).isEqualTo(before + 1);
    }

    /** C11: a completion of the disk that arrives after stepping down commits nothing. */
    @Test
    void aDiskThatConfirmsAfterLeadershipWasLostCommitsNothing() {
        Script script = Script.withLog(3, 1).wins(2);
        script.server.diskIsFast = false;
        script.server.propose(Entries.payload(1));
        script.acks(2, 3).asksForVote(3, 9, id(9, 8));
        script.passMillis(400);
        script.asksForVote(3, 9, id(9, 8));
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        script.server.confirmAllWrites();
        assertThat(script.raft().commitIndex()).isEqualTo(2);
        assertThat(script.server.failedProposalsAbove).containsExactly(2L);
    }

    /** D22: what only the old leader had goes when the new one says so, and its outcome is unknown to clients. */
    @Test
    void anOldLeadersUnreplicatedEntryIsReplacedByTheNewLeaders() {
        ProtocolCluster cluster = ProtocolCluster.of(3);
        cluster.elect(1);
        cluster.runMillis(100);
        cluster.isolate(1);
        long index = cluster.server(1).propose(Entries.payload(1)).index();
        cluster.runMillis(1_500);
        VirtualServer leader = cluster.leader().orElseThrow();
        assertThat(leader.id).isNotEqualTo(cluster.id(1));
        leader.propose(Entries.payload(2));
        cluster.runMillis(100);
        cluster.heal();
        cluster.runMillis(1_000);
        assertThat(cluster.server(1).term(index)).isEqualTo(leader.term(index));
        assertThat(cluster.server(1).stateHash).isEqualTo(leader.stateHash);
        assertThat(cluster.server(1).failedProposalsAbove).allMatch(above -> above < index);
    }

    /** Figure 8 whole, with real servers: 2@2 survives in no way that contradicts a commit. */
    @Test
    void figure8EndsWithoutTwoEntriesCommittedAtOneIndex() {
        ProtocolCluster cluster = ProtocolCluster.of(5, Entries.SETTINGS, number -> {
            VirtualDisk disk = VirtualDisk.formed(Entries.members(5));
            return switch (number) {
                case 1, 2, 3 -> disk.withLog(1, 2).withTerm(3);
                case 5 -> disk.withLog(1, 3);
                default -> disk.withLog(1).withTerm(3);
            };
        });
        SafetyLedger ledger = new SafetyLedger(cluster.servers);
        cluster.stop(4);
        cluster.stop(5);
        cluster.cut(e -> e.from().node().equals(ProtocolCluster.node(1))
                && e.message() instanceof io.pecanraft.model.RaftMessage.AppendEntries append
                && append.lastIndex() > 2);
        cluster.elect(1);
        cluster.runMillis(100);
        assertThat(cluster.raft(1).commitIndex()).isZero();
        cluster.stop(1);
        cluster.heal();
        cluster.resume(4);
        cluster.resume(5);
        cluster.elect(5);
        cluster.runMillis(300);
        cluster.resume(1);
        cluster.runMillis(2_000);
        cluster.servers.forEach(ledger::observe);
        assertThat(cluster.servers).allMatch(server -> server.term(2) == 3 && server.raft.commitIndex() > 2);
    }
}
