package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.id;
import static io.pecanraft.protocol.ProtocolCluster.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.PreVote;
import io.pecanraft.model.RaftMessage.PreVoteResponse;
import io.pecanraft.model.RaftMessage.RequestVote;
import io.pecanraft.model.RaftMessage.RequestVoteResponse;
import io.pecanraft.model.RaftMessage.TimeoutNow;
import io.pecanraft.model.RaftRole;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Reads by the leader's lease (thesis §6.4.1, rule K11): 150 ms of promises, less a tenth for clocks that drift apart. */
class Thesis6_4LeaseTest {

    private static final long PROMISE_NANOS = 150 * ProtocolCluster.MILLI;

    private static Script server(ProtocolSettings settings, int members, long... terms) {
        return new Script(members, VirtualDisk.formed(Entries.members(members)).withLog(terms), settings);
    }

    /** A leader that has committed everything, and that nobody has promised anything since it was elected. */
    private static Script leader(int members) {
        Script script = server(Entries.LEASES, members, 1);
        script.wins(2, 3).acks(2, 2).acks(3, 2).passMillis(30).forgetWhatWasSaid();
        return script;
    }

    private static Script promises(Script script, int follower, long round) {
        return script.hears(
                follower, new HeartbeatResponse(script.raft().currentTerm(), round, 2, PROMISE_NANOS, 0, 0));
    }

    private static long heartbeat(Script script) {
        script.timesOut();
        return script.last(Heartbeat.class).round();
    }

    /** Time passes, and the leader, whose heartbeats nobody answers, is never late. */
    private static Script wait(Script script, long millis) {
        for (long i = 0; i < millis; i++) {
            script.passMillis(1).server.tick();
        }
        return script;
    }

    // ---- the leader

    @Test
    void aReadIsServedWithoutARoundWhileAQuorumHasPromisedNotToVote() {
        Script script = leader(3);
        promises(script, 2, heartbeat(script)).forgetWhatWasSaid();
        script.server.leaseRead(7);
        assertThat(script.server.served).isEqualTo(Map.of(7L, 2L));
        assertThat(script.said(Heartbeat.class)).isEmpty();
    }

    @Test
    void withoutALeaseAReadCostsARound() {
        Script script = leader(3);
        script.server.leaseRead(7);
        assertThat(script.server.served).isEmpty();
        script.echoes(2, script.last(Heartbeat.class).round());
        assertThat(script.server.served).containsKey(7L);
    }

    /** Q04, M31 (hashicorp, sofa-jraft#34): a promise runs from when the round was sent, not from when its answer came. */
    @Test
    void aLeaseRunsFromWhenTheRoundWasSent() {
        Script script = leader(3);
        long round = heartbeat(script);
        promises(wait(script, 100), 2, round);
        wait(script, 34);
        script.server.leaseRead(7);
        assertThat(script.server.served).containsKey(7L);
        wait(script, 1);
        script.server.leaseRead(8);
        assertThat(script.server.served).doesNotContainKey(8L);
    }

    /** Q04: the quorum-th newest promise counts. */
    @Test
    void aLeaseIsAsLongAsWhatAQuorumHasPromised() {
        Script script = leader(5);
        long first = heartbeat(script);
        promises(script, 2, first);
        script.forgetWhatWasSaid().server.leaseRead(6);
        assertThat(script.said(Heartbeat.class)).isNotEmpty();
        promises(script, 3, first).forgetWhatWasSaid();
        script.server.leaseRead(7);
        assertThat(script.said(Heartbeat.class)).isEmpty();
        wait(promises(script, 2, heartbeat(script)), 105);
        script.server.leaseRead(8);
        assertThat(script.server.served).doesNotContainKey(8L); // the second of three promises is from the first round
    }

    /** Q13: strangers, wiped members and learners promise nothing that counts. */
    @Test
    void onlyVotersCount() {
        Script script = leader(3);
        HeartbeatResponse promise =
                new HeartbeatResponse(script.raft().currentTerm(), heartbeat(script), 2, PROMISE_NANOS, 0, 0);
        script.hears(Entries.member(2, 99), promise).hears(Entries.member(7), promise);
        script.server.leaseRead(7);
        assertThat(script.server.served).isEmpty();
    }

    /** K11: an answer that promises less, or nothing, does not extend the lease; nor does a late one shorten it. */
    @Test
    void anAnswerExtendsTheLeaseByWhatItPromises() {
        Script script = leader(3);
        long first = heartbeat(script);
        promises(script, 2, first);
        long second = heartbeat(script);
        script.hears(
                2, new HeartbeatResponse(script.raft().currentTerm(), second, 2, 10 * ProtocolCluster.MILLI, 0, 0));
        script.hears(3, new HeartbeatResponse(script.raft().currentTerm(), second, 2));
        wait(script, 104);
        script.server.leaseRead(7);
        assertThat(script.server.served).containsKey(7L);
        wait(script, 1);
        script.server.leaseRead(8);
        assertThat(script.server.served).doesNotContainKey(8L);
    }

    /** Q01, M29. */
    @Test
    void aNewLeaderServesNoReadByLeaseBeforeItsTermHasCommitted() {
        Script script = server(Entries.LEASES, 3, 1, 1).wins(2);
        promises(script, 2, script.last(Heartbeat.class).round());
        script.server.leaseRead(7);
        assertThat(script.server.served).isEmpty();
        script.acks(2, 3);
        script.server.leaseRead(8);
        assertThat(script.server.served).isEqualTo(Map.of(8L, 3L));
    }

    /** K11: once TimeoutNow has left, those who promised make an exception, so the promises are worth nothing. */
    @Test
    void onceAFollowerWasAskedToCampaignThereIsNoLeaseForTheRestOfTheTerm() {
        Script script = leader(3);
        promises(script, 2, heartbeat(script));
        script.server.transfer(node(3));
        assertThat(script.said(TimeoutNow.class)).hasSize(1);
        script.server.leaseRead(7);
        assertThat(script.server.served).isEmpty();
        for (int i = 0; i < 10; i++) {
            promises(script, 2, heartbeat(script));
        }
        assertThat(script.raft().transferTarget()).isEmpty();
        script.forgetWhatWasSaid();
        script.server.leaseRead(8);
        assertThat(script.server.served).containsOnlyKeys(7L);
        assertThat(script.said(Heartbeat.class)).isNotEmpty();
    }

    /** A transfer that is refused or has not got to that point leaves the lease alone. */
    @Test
    void aTransferThatHasAskedNobodyLeavesTheLeaseAlone() {
        Script script = leader(3);
        script.server.propose(Entries.payload(1));
        script.acks(2, 3);
        promises(script, 2, heartbeat(script));
        script.server.transfer(node(3));
        script.server.leaseRead(7);
        assertThat(script.server.served).containsKey(7L);
    }

    /** Q07, K11: a leader that was paused trusts only rounds to come, whatever its clock says it may still trust. */
    @Test
    void aPauseOfTheProcessVoidsTheLease() {
        Script script = leader(3);
        promises(script, 2, heartbeat(script)).passMillis(61);
        script.server.leaseRead(7);
        assertThat(script.server.served).isEmpty();
        script.timesOut();
        script.server.leaseRead(8);
        assertThat(script.server.served).isEmpty();
    }

    // ---- the voter

    /** Q09, thesis §6.4.1: "servers ... not vote within an election timeout of hearing from a leader". */
    @Test
    void aVoterThatAnsweredAHeartbeatVotesForNobodyForOneElectionTimeout() {
        Script script = server(Entries.LEASES, 3, 1).passMillis(200).heartbeat(2, 1, 0);
        assertThat(script.last(HeartbeatResponse.class).promiseNanos()).isEqualTo(PROMISE_NANOS);
        script.passMillis(149).hears(3, new RequestVote(2, id(1, 1)));
        assertThat(script.raft().currentTerm()).isEqualTo(1);
        script.passMillis(1).hears(3, new RequestVote(2, id(1, 1)));
        assertThat(script.last(RequestVoteResponse.class)).isEqualTo(Entries.vote(2, true, 3));
    }

    /**
     * A promise outlives the term: a late answer that speaks of a later term, which a failed candidate has begun, makes the
     * voter a follower without a leader. Were it to vote now, the candidate would win while the leader still counts on it.
     */
    @Test
    void aPromiseHoldsInALaterTermToo() {
        Script script = server(Entries.LEASES, 3, 1).passMillis(200).heartbeat(2, 1, 0);
        script.hears(3, new PreVoteResponse(2, false, 1));
        assertThat(script.raft().currentTerm()).isEqualTo(2);
        script.hears(3, new RequestVote(2, id(1, 1)));
        assertThat(script.last(RequestVoteResponse.class).granted()).isFalse();
        script.hears(3, new PreVote(3, id(1, 1), 1));
        assertThat(script.last(PreVoteResponse.class).granted()).isFalse();
        script.hears(3, new RequestVote(3, id(1, 1)));
        assertThat(script.raft().currentTerm()).isEqualTo(2);
        script.passMillis(150).hears(3, new RequestVote(2, id(1, 1)));
        assertThat(script.last(RequestVoteResponse.class)).isEqualTo(Entries.vote(2, true, 3));
    }

    /** Q08, K11: a restart forgets promises, so a voter that was just started keeps those it may have given. */
    @Test
    void aVoterThatWasJustStartedVotesForNobodyForOneElectionTimeout() {
        Script script = server(Entries.LEASES, 3, 1).passMillis(200).heartbeat(2, 1, 0);
        script.server.restart();
        script.passMillis(149).hears(3, new RequestVote(2, id(1, 1)));
        assertThat(script.said(RequestVoteResponse.class)).noneMatch(RequestVoteResponse::granted);
        script.passMillis(1).hears(3, new RequestVote(2, id(1, 1)));
        assertThat(script.last(RequestVoteResponse.class).granted()).isTrue();
    }

    /** K11, T04: the leader itself gave up its lease before it asked for the election. */
    @Test
    void aPromiseMakesAnExceptionForTheElectionThatTheLeaderAskedFor() {
        Script script = server(Entries.LEASES, 3, 1).passMillis(200).heartbeat(2, 1, 0);
        script.hears(3, new RequestVote(2, id(1, 1), true));
        assertThat(script.last(RequestVoteResponse.class)).isEqualTo(Entries.vote(2, true, 3));
    }

    /** L09: without leases nothing is promised, and nobody waits after a start. */
    @Test
    void withoutLeasesNothingIsPromisedAndNobodyWaits() {
        Script script = server(Entries.SETTINGS, 3, 1).heartbeat(2, 1, 0);
        assertThat(script.last(HeartbeatResponse.class).promiseNanos()).isZero();
        script.server.restart();
        script.hears(3, new RequestVote(2, id(1, 1)));
        assertThat(script.last(RequestVoteResponse.class).granted()).isTrue();
    }

    /** A leader whose followers promise nothing has no lease, and reads in the ordinary way. */
    @Test
    void followersWithoutLeasesGiveTheLeaderNone() {
        Script script = leader(3);
        script.echoes(2, heartbeat(script))
                .echoes(3, script.last(Heartbeat.class).round());
        script.server.leaseRead(7);
        assertThat(script.server.served).isEmpty();
        assertThat(script.said(AppendEntriesResponse.class)).isEmpty();
    }

    /** On a follower it is an ordinary read. */
    @Test
    void aFollowerAsksTheLeader() {
        ProtocolCluster cluster =
                ProtocolCluster.of(3, Entries.LEASES, number -> VirtualDisk.formed(Entries.members(3)));
        cluster.elect(1);
        cluster.runMillis(100);
        cluster.server(2).leaseRead(7);
        cluster.deliverAll();
        assertThat(cluster.server(2).served)
                .isEqualTo(Map.of(7L, cluster.raft(1).commitIndex()));
        assertThat(cluster.raft(2).role()).isEqualTo(RaftRole.FOLLOWER);
    }
}
