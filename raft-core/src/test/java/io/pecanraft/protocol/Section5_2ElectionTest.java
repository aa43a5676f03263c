package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Member;
import io.pecanraft.model.Membership;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.PreVote;
import io.pecanraft.model.RaftMessage.PreVoteResponse;
import io.pecanraft.model.RaftMessage.RequestVote;
import io.pecanraft.model.RaftMessage.RequestVoteResponse;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Leader election (§5.2), PreVote (thesis §9.6), CheckQuorum and stickiness (thesis §6.2, §4.2.3). */
class Section5_2ElectionTest {

    @Test
    void aClusterElectsOneLeaderAndKeepsIt() {
        ProtocolCluster cluster = ProtocolCluster.of(3);
        cluster.runMillis(1_000);
        VirtualServer leader = cluster.leader().orElseThrow();
        long term = leader.raft.currentTerm();
        cluster.runMillis(5_000);
        assertThat(cluster.servers).allMatch(server -> server.raft.currentTerm() == term);
        assertThat(cluster.servers)
                .filteredOn(server -> server.raft.role() == RaftRole.LEADER)
                .containsExactly(leader);
    }

    /** E01. */
    @Test
    void aVoteIsDurableBeforeAnybodyHearsOfIt() {
        Script script = Script.withLog(3);
        script.server.diskIsFast = false;
        script.asksForVote(2, 1, EntryId.ZERO);
        assertThat(script.said(RequestVoteResponse.class)).isEmpty();
        script.server.restart();
        script.asksForVote(3, 1, EntryId.ZERO);
        script.server.confirmAllWrites();
        assertThat(script.saidTo(2, RequestVoteResponse.class)).isEmpty();
        assertThat(script.saidTo(3, RequestVoteResponse.class)).containsExactly(Entries.vote(1, true, 3));
    }

    /** E01, E19. */
    @Test
    void afterARestartOnlyTheSameCandidateIsGrantedTheVoteAgain() {
        Script script = Script.withLog(3).asksForVote(2, 1, EntryId.ZERO);
        script.server.restart();
        script.forgetWhatWasSaid();
        script.asksForVote(3, 1, id(9, 1));
        assertThat(script.last(RequestVoteResponse.class).granted()).isFalse();
        script.asksForVote(2, 1, EntryId.ZERO);
        assertThat(script.last(RequestVoteResponse.class).granted()).isTrue();
    }

    /** E03: the vote stands, whatever becomes of the role (microsoft/CCF#5891). */
    @Test
    void aCandidateThatStepsDownInItsTermHasStillVotedInIt() {
        Script script = Script.withLog(5, 1, 1).campaigns(2, 3);
        long term = script.raft().currentTerm();
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        script.append(4, term, id(9, term), 0);
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        script.asksForVote(5, term, id(9, term));
        assertThat(script.last(RequestVoteResponse.class).granted()).isFalse();
        assertThat(script.raft().votedFor()).contains(Entries.member(1));
    }

    /** E03. */
    @Test
    void aLeaderThatStepsDownInItsTermHasStillVotedInIt() {
        Script script = Script.withLog(3).wins(2);
        long term = script.raft().currentTerm();
        script.passMillis(400).timesOut();
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        script.asksForVote(2, term, id(9, term));
        assertThat(script.last(RequestVoteResponse.class).granted()).isFalse();
    }

    /** E05. */
    @Test
    void aGrantOfAnEarlierTermDoesNotCount() {
        Script script = Script.withLog(3).campaigns(2);
        long first = script.raft().currentTerm();
        script.timesOut().campaigns(2);
        assertThat(script.raft().currentTerm()).isEqualTo(first + 1);
        script.hears(2, Entries.vote(first, true, 1));
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        script.hears(2, Entries.vote(first + 1, true, 1));
        assertThat(script.raft().role()).isEqualTo(RaftRole.LEADER);
    }

    /** E06, M15. */
    @Test
    void oneVoterCountsOnceHoweverOftenItAnswers() {
        Script script = Script.withLog(5).campaigns(2, 3);
        long term = script.raft().currentTerm();
        for (int i = 0; i < 3; i++) {
            script.hears(2, Entries.vote(term, true, 1));
        }
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        script.hears(3, Entries.vote(term, true, 1));
        assertThat(script.raft().role()).isEqualTo(RaftRole.LEADER);
    }

    /** E20, D07, K9: who counts is a name with its storage. */
    @Test
    void theVotesOfStrangersAndOfWipedMembersDoNotCount() {
        Script script = Script.withLog(3).campaigns(2);
        long term = script.raft().currentTerm();
        script.hears(Entries.member(2, 99), Entries.vote(term, true, 1));
        script.hears(Entries.member(7), Entries.vote(term, true, 1));
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
    }

    /**
     * K9: the grant was given to the storage that bore our name before and asked in the same term, by the log that it had. It
     * arrives at the one that was admitted since, whose log may be shorter.
     */
    @Test
    void aGrantForTheStorageBeforeDoesNotCount() {
        Script script = Script.withLog(3).campaigns(2);
        long term = script.raft().currentTerm();
        script.hears(
                2, new RequestVoteResponse(term, true, Entries.member(1, 99).incarnation()));
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
    }

    /** C07, M16: half is no majority. */
    @Test
    void twoOfFourVotesAreNotEnough() {
        Script script = Script.withLog(4).campaigns(2, 3);
        long term = script.raft().currentTerm();
        script.hears(2, Entries.vote(term, true, 1));
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        script.hears(4, Entries.vote(term, true, 1));
        assertThat(script.raft().role()).isEqualTo(RaftRole.LEADER);
    }

    /** E10: term and own vote are durable before either is used. */
    @Test
    void aCandidateAsksAndCountsItselfOnlyWhenItsTermAndVoteAreDurable() {
        Script script = Script.withLog(3, 1);
        script.server.diskIsFast = false;
        script.campaigns(2);
        long term = script.raft().currentTerm();
        assertThat(script.said(RequestVote.class)).isEmpty();
        script.hears(2, Entries.vote(term, true, 1));
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        script.server.confirmAllWrites();
        assertThat(script.raft().role()).isEqualTo(RaftRole.LEADER);
    }

    /**
     * E29, the counter-example of DurabilityTracker: A claims a tail that it loses, and campaigns in the same term again; the old grant
     * must not exist.
     */
    @Test
    void aCandidateSpeaksOfNoLogTailThatItMayLose() {
        Script script = Script.withLog(3, 1, 1);
        script.server.diskIsFast = false;
        script.append(2, 1, id(2, 1), 0, 1, 1, 1).campaigns(3);
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        assertThat(script.said(RequestVote.class)).isEmpty();
        script.server.confirmAllWrites();
        assertThat(script.last(RequestVote.class)).isEqualTo(new RequestVote(2, id(5, 1)));
    }

    /** §5.4.1, seeds 95 and 3,394: its log does not end any more as the request says that the disk has held. */
    @Test
    void aCandidateThatHasComeToFollowTheLeaderOfItsTermAsksNobody() {
        Script script = Script.withLog(3, 1, 1);
        script.server.diskIsFast = false;
        script.campaigns(3);
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        script.append(2, script.raft().currentTerm(), id(1, 1), 0, 2);
        assertThat(script.logTerms()).containsExactly(1L, 2L);
        script.server.confirmAllWrites();
        assertThat(script.said(RequestVote.class)).isEmpty();
    }

    /** A held message whose ground has moved is dropped. */
    @Test
    void aGrantThatTheDiskHeldIsNotGivenOnceTheTermIsOver() {
        Script script = Script.withLog(3);
        script.server.diskIsFast = false;
        script.asksForVote(2, 1, EntryId.ZERO).asksForVote(3, 2, EntryId.ZERO);
        script.server.confirmAllWrites();
        assertThat(script.said(RequestVoteResponse.class)).containsExactly(Entries.vote(2, true, 3));
    }

    /** E25. */
    @Test
    void theOnlyVoterElectsItselfOnceItsVoteIsDurableInOneTerm() {
        Script script = Script.withLog(1);
        script.server.diskIsFast = false;
        script.timesOut();
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        script.passMillis(5_000);
        script.server.tick();
        script.server.confirmAllWrites();
        assertThat(script.raft().role()).isEqualTo(RaftRole.LEADER);
        assertThat(script.raft().currentTerm()).isEqualTo(1);
        script.server.diskIsFast = true;
        script.passMillis(5_000).timesOut();
        assertThat(script.raft().role()).isEqualTo(RaftRole.LEADER);
    }

    private static Script onADiskThatTakes(long millis) {
        Script script = Script.withLog(3);
        script.server.diskIsFast = false;
        for (int term = 2; term <= 5; term++) {
            script.heartbeat(2, term, 0).passMillis(millis);
            script.server.confirmAllWrites();
        }
        return script;
    }

    /** K23: the timer of a candidate starts when it has asked, and allows for a slow disk. */
    @Test
    void aCandidateOnASlowDiskWaitsForAnswersFromWhenItAsked() {
        Script script = onADiskThatTakes(200);
        script.campaigns(2).passMillis(200);
        script.server.tick();
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        script.server.confirmAllWrites();
        script.passMillis(900);
        script.server.tick();
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        script.passMillis(300);
        script.server.tick();
        assertThat(script.raft().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
    }

    /** K23: a disk that hung once is no slow disk; whoever waited for it would keep the others without a leader. */
    @Test
    void aCandidateDoesNotWaitForADiskThatHungOnce() {
        Script script = Script.withLog(3);
        for (int term = 2; term <= 4; term++) {
            script.heartbeat(2, term, 0);
        }
        script.server.diskIsFast = false;
        script.campaigns(3).passMillis(900);
        script.server.confirmAllWrites();
        script.passMillis(400);
        script.server.tick();
        assertThat(script.raft().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
    }

    /** K23: nor for one that hangs each time, longer than a leader's may. */
    @Test
    void aCandidateWaitsForSlowDisksNoLongerThanForAStalledOne() {
        Script script = onADiskThatTakes(900);
        script.campaigns(2).passMillis(900);
        script.server.confirmAllWrites();
        script.passMillis(Duration.ofNanos(Entries.SETTINGS.diskStallNanos()).toMillis());
        script.server.tick();
        assertThat(script.raft().role()).isEqualTo(RaftRole.CANDIDATE);
        script.passMillis(400);
        script.server.tick();
        assertThat(script.raft().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
    }

    // ---- PreVote

    /** Thesis §9.6, E16. */
    @Test
    void aPreVoteChangesNothingAtTheOneWhoIsAsked() {
        Script script = Script.withLog(3, 1);
        long deadline = script.raft().nextDeadlineNanos();
        script.passMillis(100).hears(2, new PreVote(8, id(1, 1), 3));
        assertThat(script.last(PreVoteResponse.class)).isEqualTo(new PreVoteResponse(1, true, 3));
        assertThat(script.raft().currentTerm()).isEqualTo(1);
        assertThat(script.raft().votedFor()).isEmpty();
        assertThat(script.raft().nextDeadlineNanos()).isEqualTo(deadline);
        assertThat(script.server.disk.hardState().currentTerm()).isEqualTo(1);
    }

    /** K23; simulation seed 230473: where every other vote is needed it let servers campaign that could not win. */
    @Test
    void aServerWhoseDiskHangsEncouragesNobody() {
        Script script = Script.withLog(3, 1);
        script.server.diskIsFast = false;
        script.append(2, 1, id(1, 1), 1, 1).passMillis(1_000).hears(3, new PreVote(2, id(9, 1), 3));
        assertThat(script.last(PreVoteResponse.class)).isEqualTo(new PreVoteResponse(1, false, 3));
        script.server.confirmAllWrites();
        script.hears(3, new PreVote(2, id(9, 1), 4));
        assertThat(script.last(PreVoteResponse.class)).isEqualTo(new PreVoteResponse(1, true, 4));
    }

    /** Thesis §9.6. */
    @Test
    void aServerThatIsCutOffDoesNotRaiseItsTerm() {
        Script script = Script.withLog(3, 1);
        for (int i = 0; i < 20; i++) {
            script.timesOut();
        }
        assertThat(script.raft().currentTerm()).isEqualTo(1);
        assertThat(script.raft().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
    }

    /** E16, thesis §4.2.3. */
    @Test
    void whoHearsALeaderRefusesPreVotesAndVotesAndKeepsItsTerm() {
        Script script = Script.withLog(3, 1).heartbeat(2, 1, 0).passMillis(100);
        script.hears(3, new PreVote(2, id(9, 1), 1));
        assertThat(script.last(PreVoteResponse.class).granted()).isFalse();
        script.asksForVote(3, 9, id(9, 1));
        assertThat(script.said(RequestVoteResponse.class)).isEmpty();
        assertThat(script.raft().currentTerm()).isEqualTo(1);
    }

    /** E15. */
    @Test
    void twoPreCandidatesThatRememberADeadLeaderDoNotRefuseEachOther() {
        ProtocolCluster cluster = ProtocolCluster.of(3);
        cluster.elect(1);
        cluster.runMillis(100);
        cluster.stop(1);
        cluster.runMillis(1_500);
        assertThat(cluster.leader().orElseThrow().id).isNotEqualTo(cluster.id(1));
    }

    /** E13 (etcd d4471b2): the one with the lower term grants with that term, and is counted. */
    @Test
    void aPreVoteOfAServerWithALowerTermCounts() {
        ProtocolCluster cluster = ProtocolCluster.of(3, Entries.SETTINGS, number -> {
            VirtualDisk disk = VirtualDisk.formed(Entries.members(3));
            return number == 3 ? disk : disk.withLog(1, 2, 3).withTerm(9);
        });
        cluster.stop(1);
        cluster.runMillis(1_500);
        assertThat(cluster.leader().orElseThrow().id).isEqualTo(cluster.id(2));
    }

    /** E14: the shorter log has the higher term; the other has to learn it. */
    @Test
    void twoServersOfThreeElectTheLongerLogThoughTheOtherHasTheHigherTerm() {
        ProtocolCluster cluster = ProtocolCluster.of(3, Entries.SETTINGS, number -> {
            VirtualDisk disk = VirtualDisk.formed(Entries.members(3));
            return number == 1 ? disk.withTerm(30) : disk.withLog(1, 1, 2);
        });
        cluster.stop(3);
        cluster.runMillis(2_000);
        assertThat(cluster.leader().orElseThrow().id).isEqualTo(cluster.id(2));
        assertThat(cluster.raft(2).currentTerm()).isGreaterThan(30);
    }

    /** The round tells answers apart, or an answer to a question of an earlier log would count. */
    @Test
    void anAnswerToAnEarlierPreVoteDoesNotCount() {
        Script script = Script.withLog(3).timesOut();
        long first = script.last(PreVote.class).round();
        script.timesOut();
        script.hears(2, new PreVoteResponse(0, true, first));
        assertThat(script.raft().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
    }

    // ---- timers

    /** E28: our own lateness is no proof of a dead leader. */
    @Test
    void aServerThatWasPausedReadsWhatWaitedBeforeItBlamesTheLeader() {
        Script script = Script.withLog(3, 1).heartbeat(2, 1, 0).passMillis(2_000);
        script.server.tick();
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        script.heartbeat(2, 1, 0);
        script.server.tick();
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    /** E28: but the excuse is given once, or a slow executor would never campaign. */
    @Test
    void aServerThatIsAlwaysLateCampaignsNevertheless() {
        Script script = Script.withLog(3, 1);
        for (int i = 0; i < 2; i++) {
            script.now = script.raft().nextDeadlineNanos() + 500 * ProtocolCluster.MILLI;
            script.server.tick();
        }
        assertThat(script.raft().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
    }

    /** E24. */
    @Test
    void electionTimeoutsAreRandomBetweenOnceAndTwiceTheLeast() {
        Set<Long> timeouts = new HashSet<>();
        Script script = Script.withLog(3, 1);
        for (int i = 0; i < 50; i++) {
            script.heartbeat(2, 1, 0);
            long timeout = script.raft().nextDeadlineNanos() - script.now;
            assertThat(timeout).isBetween(150 * ProtocolCluster.MILLI, 300 * ProtocolCluster.MILLI);
            timeouts.add(timeout);
        }
        assertThat(timeouts).hasSizeGreaterThan(40);
    }

    // ---- CheckQuorum and partial partitions

    /** L04, thesis §6.2. */
    @Test
    void aLeaderThatIsHeardByAllAndHearsNobodyIsReplaced() {
        ProtocolCluster cluster = ProtocolCluster.of(3);
        cluster.elect(1);
        cluster.runMillis(200);
        cluster.cutLink(2, 1);
        cluster.cutLink(3, 1);
        cluster.runMillis(1_500);
        assertThat(cluster.raft(1).role()).isNotEqualTo(RaftRole.LEADER);
        assertThat(cluster.leader().orElseThrow().id).isNotEqualTo(cluster.id(1));
    }

    /** Half of four is no majority to hear from either. */
    @Test
    void aLeaderOfFourThatHearsOneOtherStepsDown() {
        ProtocolCluster cluster = ProtocolCluster.of(4);
        cluster.elect(1);
        cluster.runMillis(200);
        cluster.isolate(3);
        cluster.isolate(4);
        cluster.runMillis(400);
        assertThat(cluster.raft(1).role()).isNotEqualTo(RaftRole.LEADER);
    }

    /** Like L04: reads ask for rounds of their own, and must not put off the question whether anybody answers. */
    @Test
    void aLeaderThatIsCutOffStepsDownThoughItsClientsKeepReading() {
        ProtocolCluster cluster = ProtocolCluster.of(3);
        cluster.elect(1);
        cluster.runMillis(200);
        cluster.isolate(1);
        for (int i = 0; i < 100; i++) {
            cluster.server(1).read(i);
            cluster.runMillis(10);
        }
        assertThat(cluster.raft(1).role()).isNotEqualTo(RaftRole.LEADER);
        assertThat(cluster.server(1).failedReads).hasSize(100);
        assertThat(cluster.server(1).served).isEmpty();
    }

    /** D17, K23: a leader whose disk hangs gives way; heartbeats alone would keep it for ever. */
    @Test
    void aLeaderWhoseDiskHangsStepsDownAndDoesNotCampaign() {
        Script script = Script.withLog(1);
        script.timesOut();
        script.server.diskIsFast = false;
        script.server.propose(Entries.payload(1));
        for (int i = 0; i < 60; i++) {
            script.server.read(i);
            script.passMillis(30);
            script.server.tick();
        }
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        script.passMillis(200).timesOut();
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
    }

    /** L01 (Howard and Abraham): 4 hears only 2, 5 hears only 3; they must not depose leader 3 for ever. */
    @Test
    void partiallyConnectedServersDoNotDisturbALeaderWithAMajority() {
        ProtocolCluster cluster = ProtocolCluster.of(5);
        cluster.elect(3);
        cluster.runMillis(200);
        long term = cluster.raft(3).currentTerm();
        for (int other : new int[] {1, 3, 5}) {
            cluster.cutLink(4, other);
            cluster.cutLink(other, 4);
        }
        for (int other : new int[] {1, 2, 4}) {
            cluster.cutLink(5, other);
            cluster.cutLink(other, 5);
        }
        cluster.runMillis(10_000);
        assertThat(cluster.raft(3).role()).isEqualTo(RaftRole.LEADER);
        assertThat(cluster.raft(3).currentTerm()).isEqualTo(term);
    }

    /** L02 (Cloudflare, 2020-11-02): 1 and leader 3 do not hear each other, both hear 2. */
    @Test
    void aServerThatCannotHearTheLeaderDoesNotRaiseTheTerm() {
        ProtocolCluster cluster = ProtocolCluster.of(3);
        cluster.elect(3);
        cluster.runMillis(200);
        long term = cluster.raft(3).currentTerm();
        cluster.cutLink(1, 3);
        cluster.cutLink(3, 1);
        cluster.runMillis(10_000);
        assertThat(cluster.raft(3).role()).isEqualTo(RaftRole.LEADER);
        assertThat(cluster.raft(2).currentTerm()).isEqualTo(term);
    }

    /** L03. */
    @Test
    void aServerThatCanSpeakButNotHearDisturbsNobody() {
        ProtocolCluster cluster = ProtocolCluster.of(3);
        cluster.elect(3);
        cluster.runMillis(200);
        long term = cluster.raft(3).currentTerm();
        cluster.cutLink(3, 1);
        cluster.cutLink(2, 1);
        cluster.runMillis(5_000);
        assertThat(cluster.raft(3).role()).isEqualTo(RaftRole.LEADER);
        assertThat(cluster.servers).allMatch(server -> server.raft.currentTerm() == term);
    }

    /** L07: it answers the leader with its later term, and an election brings all together. */
    @Test
    void aServerThatComesBackWithALaterTermIsFreed() {
        ProtocolCluster cluster = ProtocolCluster.of(
                3,
                Entries.SETTINGS,
                number -> VirtualDisk.formed(Entries.members(3)).withTerm(number == 3 ? 40 : 0));
        cluster.stop(3);
        cluster.elect(1);
        cluster.runMillis(200);
        cluster.resume(3);
        cluster.runMillis(3_000);
        VirtualServer leader = cluster.leader().orElseThrow();
        assertThat(leader.raft.currentTerm()).isGreaterThan(40);
        assertThat(cluster.servers).allMatch(server -> server.appliedIndex == leader.raft.lastIndex());
    }

    /** M22 (hashicorp/raft): a learner that comes with a much later term costs one election, and then it follows. */
    @Test
    void aLearnerWithAMuchLaterTermCostsOneElection() {
        List<Member> members = Entries.members(4);
        Membership membership = new Membership(0, members.subList(0, 3), List.of(), members.subList(3, 4), List.of());
        SnapshotMeta start = new SnapshotMeta(id(1, 1), membership, 1_000, 8, 7);
        ProtocolCluster cluster = ProtocolCluster.of(
                4,
                Entries.SETTINGS,
                number -> VirtualDisk.formed(members)
                        .withLog(1)
                        .withSnapshot(start, 0)
                        .withTerm(number == 4 ? 50 : 1));
        cluster.stop(4);
        cluster.elect(1);
        cluster.runMillis(1_000);
        cluster.resume(4);
        cluster.runMillis(1_000);
        VirtualServer leader = cluster.leader().orElseThrow();
        assertThat(leader.raft.currentTerm()).isEqualTo(51);
        long index = leader.propose(Entries.payload(1)).index();
        cluster.runMillis(5_000);
        assertThat(cluster.servers)
                .allMatch(server -> server.raft.currentTerm() == 51 && server.raft.commitIndex() == index);
    }

    /** E21, K9: a voter answers by the paper's rules, whoever asks and whatever it believes of itself. */
    @Test
    void aVoterGrantsTheVoteAlsoToACandidateItDoesNotKnow() {
        Script script = Script.withLog(3);
        script.hears(Entries.member(9), new RequestVote(1, EntryId.ZERO));
        assertThat(script.last(RequestVoteResponse.class).granted()).isTrue();
    }

    /** §5.2: a leader of its own term is recognised by every candidate. */
    @Test
    void candidatesFollowALeaderOfTheirTerm() {
        for (RaftMessage word : new RaftMessage[] {new Heartbeat(1, 0, 1)}) {
            Script script = Script.withLog(3).campaigns(2).hears(3, word);
            assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
            assertThat(script.raft().leader()).contains(ProtocolCluster.node(3));
        }
    }
}
