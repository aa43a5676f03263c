package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.ReadIndex;
import io.pecanraft.model.RaftMessage.ReadIndexResponse;
import io.pecanraft.model.RaftRole;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Linearizable reads (§8, thesis §6.4). */
class Section8ReadTest {

    /** A leader of three that has committed everything it has. */
    private static Script leader() {
        return Script.withLog(3, 1).wins(2).acks(2, 2).forgetWhatWasSaid();
    }

    /** M28. */
    @Test
    void aReadIsServedOnceAMajorityHasEchoedARound() {
        Script script = leader();
        script.server.read(7);
        assertThat(script.server.served).isEmpty();
        script.echoes(2, script.last(Heartbeat.class).round());
        assertThat(script.server.served).isEqualTo(Map.of(7L, 2L));
    }

    /** M28: a round that was sent before the read says nothing about who leads now. */
    @Test
    void anEchoOfARoundThatWasSentBeforeTheReadDoesNotConfirmIt() {
        Script script = leader();
        script.timesOut();
        long earlier = script.last(Heartbeat.class).round();
        script.server.read(7);
        script.echoes(2, earlier).echoes(3, earlier);
        assertThat(script.server.served).isEmpty();
        script.echoes(3, script.last(Heartbeat.class).round());
        assertThat(script.server.served).containsKey(7L);
    }

    /** The same within one turn's reach: a second read needs a round of its own. */
    @Test
    void aSecondReadDoesNotJoinARoundThatIsUnderWay() {
        Script script = leader();
        script.server.read(7);
        long first = script.last(Heartbeat.class).round();
        script.server.read(8);
        long second = script.last(Heartbeat.class).round();
        script.echoes(2, first);
        assertThat(script.server.served).containsOnlyKeys(7L);
        script.echoes(2, second);
        assertThat(script.server.served).containsOnlyKeys(7L, 8L);
    }

    /** Thesis §6.4: one round confirms any number of reads that came before it. */
    @Test
    void readsOfOneTurnShareARound() {
        Script script = leader();
        long before = script.said(Heartbeat.class).size();
        script.server.turn(raft -> {
            for (long id = 1; id <= 100; id++) {
                raft.requestRead(id, script.now);
            }
        });
        assertThat(script.said(Heartbeat.class).size() - before).isEqualTo(2); // one to each follower
        script.echoes(2, script.last(Heartbeat.class).round());
        assertThat(script.server.served).hasSize(100);
    }

    /** An echo of a round that was never sent is nonsense and confirms nothing. */
    @Test
    void anEchoOfARoundToComeConfirmsNothing() {
        Script script = leader();
        script.echoes(2, 1_000_000);
        script.server.read(7);
        assertThat(script.server.served).isEmpty();
    }

    /** Q01, M29 (etcd#7331): the commit index of a new leader may lag behind what the old one acknowledged. */
    @Test
    void aReadWaitsUntilAnEntryOfTheLeadersTermIsCommitted() {
        Script script = Script.withLog(3, 1, 1).wins(2);
        script.server.read(7);
        long round = script.last(Heartbeat.class).round();
        script.echoes(2, round).echoes(3, round);
        assertThat(script.server.served).isEmpty();
        script.acks(2, 3);
        assertThat(script.server.served).isEmpty();
        script.echoes(2, script.last(Heartbeat.class).round());
        assertThat(script.server.served).isEqualTo(Map.of(7L, 3L));
    }

    /** Q02: never lost. */
    @Test
    void readsThatCannotBeConfirmedFailWhenLeadershipIsLost() {
        Script script = Script.withLog(3, 1).wins(2);
        script.server.read(7);
        script.acks(2, 2);
        script.server.read(8);
        script.hears(3, new HeartbeatResponse(99, 1, 0));
        assertThat(script.server.served).isEmpty();
        assertThat(script.server.failedReads).containsExactly(7L, 8L);
    }

    /** Q12, E25. */
    @Test
    void aSingleServerServesReadsAlone() {
        Script script = Script.withLog(1, 1).timesOut();
        script.server.read(7);
        assertThat(script.server.served).isEqualTo(Map.of(7L, 2L));
    }

    /** Q13: half of four is no majority. */
    @Test
    void oneEchoOfFourServersIsNotEnough() {
        Script script = Script.withLog(4, 1).wins(2, 3).acks(2, 2).acks(3, 2);
        script.server.read(7);
        long round = script.last(Heartbeat.class).round();
        script.echoes(2, round);
        script.hears(Entries.member(3, 99), new HeartbeatResponse(script.raft().currentTerm(), round, 0));
        assertThat(script.server.served).isEmpty();
        script.echoes(4, round);
        assertThat(script.server.served).containsKey(7L);
    }

    /** M28, end to end: a leader that was deposed without knowing serves nothing. */
    @Test
    void aLeaderThatIsCutOffServesNoRead() {
        ProtocolCluster cluster = ProtocolCluster.of(3);
        cluster.elect(1);
        cluster.runMillis(100);
        cluster.isolate(1);
        cluster.stop(1);
        cluster.runMillis(1_000);
        VirtualServer leader = cluster.leader().orElseThrow();
        assertThat(leader.id).isNotEqualTo(cluster.id(1));
        leader.propose(Entries.payload(5));
        cluster.runMillis(100);
        cluster.resume(1);
        assertThat(cluster.raft(1).role()).isEqualTo(RaftRole.LEADER);
        cluster.server(1).read(7);
        cluster.runMillis(1_000);
        assertThat(cluster.server(1).served).isEmpty();
        assertThat(cluster.server(1).failedReads).contains(7L);
    }

    /** Q14 (hashicorp/raft, VerifyLeader): a leader that reaches a bare majority confirms, one that reaches less does not. */
    @Test
    void aLeaderThatReachesABareMajorityServesReadsAndOneThatReachesLessDoesNot() {
        ProtocolCluster cluster = ProtocolCluster.of(5);
        cluster.elect(1);
        cluster.runMillis(100);
        cluster.isolate(4);
        cluster.isolate(5);
        cluster.server(1).read(7);
        cluster.deliverAll();
        assertThat(cluster.server(1).served).containsKey(7L);
        cluster.cutLink(3, 1);
        cluster.server(1).read(8);
        cluster.runMillis(1_000);
        assertThat(cluster.server(1).served).doesNotContainKey(8L);
        assertThat(cluster.server(1).failedReads).contains(8L);
    }

    /** Q15 (etcd#7571): reads that nobody confirms are bounded, those of clients and those of followers. */
    @Test
    void readsThatNobodyConfirmsAreBounded() {
        Script script = leader();
        script.server.turn(raft -> {
            for (long id = 1; id <= 65_537; id++) {
                raft.requestRead(id, script.now);
            }
        });
        assertThat(script.server.failedReads).containsExactly(65_537L);
        script.server.turn(raft -> {
            for (long id = 1; id <= 65_537; id++) {
                raft.step(Entries.member(2), new ReadIndex(5, id), script.now);
            }
        });
        assertThat(script.saidTo(2, ReadIndexResponse.class))
                .containsExactly(new ReadIndexResponse(5, 65_537, false, 0));
    }

    // ---- on a follower

    /** Q10, thesis §6.4. */
    @Test
    void aFollowerAsksTheLeaderAndLearnsOfTheCommitWithoutWaitingForAHeartbeat() {
        ProtocolCluster cluster = ProtocolCluster.of(3);
        cluster.elect(1);
        cluster.runMillis(100);
        cluster.server(1).propose(Entries.payload(1));
        cluster.deliverAll();
        long committed = cluster.raft(1).commitIndex();
        cluster.server(2).read(7);
        cluster.deliverAll();
        assertThat(cluster.server(2).served).isEqualTo(Map.of(7L, committed));
        assertThat(cluster.server(2).appliedIndex).isEqualTo(committed);
    }

    /** K12. */
    @Test
    void aReadOnAFollowerNeverJoinsAQuestionThatWasAlreadyAsked() {
        Script script = Script.withLog(3, 1).append(2, 1, id(1, 1), 1);
        script.server.read(7);
        script.server.read(8);
        assertThat(script.said(ReadIndex.class)).hasSize(2);
        ReadIndex first = script.said(ReadIndex.class).get(0);
        script.hears(2, new ReadIndexResponse(first.nonce(), first.requestId(), true, 1));
        assertThat(script.server.served).containsOnlyKeys(7L);
    }

    /** K12: an answer to an earlier life of this server. */
    @Test
    void anAnswerToAnEarlierLifeIsIgnored() {
        Script script = Script.withLog(3, 1).append(2, 1, id(1, 1), 1);
        script.server.read(7);
        ReadIndex earlier = script.last(ReadIndex.class);
        script.server.restart();
        script.append(2, 1, id(1, 1), 1);
        script.server.read(8);
        assertThat(script.last(ReadIndex.class).nonce()).isNotEqualTo(earlier.nonce());
        script.hears(
                2,
                new ReadIndexResponse(
                        earlier.nonce(), script.last(ReadIndex.class).requestId(), true, 0));
        assertThat(script.server.served).isEmpty();
    }

    /** Q10: failed, not hung. */
    @Test
    void readsOnAFollowerFailWhenTheLeaderChanges() {
        Script script = Script.withLog(3, 1).append(2, 1, id(1, 1), 1);
        script.server.read(7);
        ReadIndex question = script.last(ReadIndex.class);
        script.append(3, 2, id(1, 1), 1);
        assertThat(script.server.failedReads).containsExactly(7L);
        script.hears(2, new ReadIndexResponse(question.nonce(), question.requestId(), true, 1));
        assertThat(script.server.served).isEmpty();
    }

    /** Lost questions are asked again; who leads no more says so. */
    @Test
    void aQuestionThatWasLostIsAskedAgainAndOneThatCannotBeAnsweredFails() {
        Script script = Script.withLog(3, 1).append(2, 1, id(1, 1), 1);
        script.server.read(7);
        script.forgetWhatWasSaid().passMillis(100).heartbeat(2, 1, 1);
        ReadIndex again = script.last(ReadIndex.class);
        script.hears(2, new ReadIndexResponse(again.nonce(), again.requestId(), false, 0));
        assertThat(script.server.failedReads).containsExactly(7L);
    }

    /** Q01 on the way around: the leader answers a follower only when its own term has committed. */
    @Test
    void aNewLeaderLetsAFollowersQuestionWaitForItsOwnTerm() {
        Script script = Script.withLog(3, 1).wins(2).hears(3, new ReadIndex(5, 1));
        script.echoes(2, script.last(Heartbeat.class).round());
        assertThat(script.said(ReadIndexResponse.class)).isEmpty();
        script.acks(2, 2).echoes(2, script.last(Heartbeat.class).round());
        assertThat(script.last(ReadIndexResponse.class)).isEqualTo(new ReadIndexResponse(5, 1, true, 2));
    }

    /** Without a leader there is nobody to ask. */
    @Test
    void aReadWithoutALeaderFailsAtOnce() {
        Script script = Script.withLog(3, 1);
        script.server.read(7);
        assertThat(script.server.failedReads).containsExactly(7L);
        script.hears(2, new ReadIndex(5, 1));
        assertThat(script.last(ReadIndexResponse.class).confirmed()).isFalse();
        assertThat(script.said(AppendEntriesResponse.class)).isEmpty();
    }
}
