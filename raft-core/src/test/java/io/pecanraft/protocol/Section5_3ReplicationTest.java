package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftRole;
import io.pecanraft.protocol.VirtualServer.Envelope;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Log replication (§5.3), and its flow control (thesis §10.2.1). */
class Section5_3ReplicationTest {

    // ---- the follower

    /** R01, M22: a message that says less than we have removes nothing. */
    @Test
    void anOldOrRepeatedMessageRemovesNothing() {
        Script script = Script.withLog(3).append(2, 1, EntryId.ZERO, 0, 1, 1, 1);
        script.append(2, 1, EntryId.ZERO, 0, 1);
        script.append(2, 1, id(1, 1), 0);
        assertThat(script.logTerms()).containsExactly(1L, 1L, 1L);
        assertThat(script.raft().durableIndex()).isEqualTo(3);
    }

    /** R02. */
    @Test
    void aConflictRemovesEverythingAfterIt() {
        Script script = Script.withLog(3, 1, 1, 1, 2, 2).append(2, 3, id(3, 1), 0, 3);
        assertThat(script.logTerms()).containsExactly(1L, 1L, 1L, 3L);
        assertThat(script.server.disk.lastIndex()).isEqualTo(4);
        assertThat(script.server.disk.entry(4).term()).isEqualTo(3);
    }

    /** R13, M21: position is not enough, the term must match. */
    @Test
    void anEmptyMessageWhosePrecedingEntryDiffersIsRefused() {
        Script script = Script.withLog(3, 1, 2).append(2, 5, id(2, 3), 2);
        AppendEntriesResponse answer = script.last(AppendEntriesResponse.class);
        assertThat(answer.success()).isFalse();
        assertThat(answer.index()).isEqualTo(2);
        assertThat(script.raft().commitIndex()).isZero();
    }

    /** R21: no hole, ever. */
    @Test
    void entriesBeyondAGapAreRefused() {
        Script script = Script.withLog(3, 1).append(2, 1, id(3, 1), 0, 1, 1);
        assertThat(script.last(AppendEntriesResponse.class))
                .isEqualTo(new AppendEntriesResponse(1, false, 3, id(1, 1)));
        assertThat(script.raft().lastIndex()).isEqualTo(1);
    }

    /** C03, M23 (atomix/copycat#265): the local log may go on with a branch that lost. */
    @Test
    void aFollowerCommitsOnlyWhatTheMessageHasVerified() {
        Script script = Script.withLog(3, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1).append(2, 2, id(9, 1), 11);
        assertThat(script.raft().commitIndex()).isEqualTo(9);
    }

    /** C03, variant (CCF#8172). */
    @Test
    void aFollowerCommitsOnlyThroughTheLastNewEntryThoughItsLogIsLonger() {
        Script script = Script.withLog(3, 1, 1, 1, 1, 3, 3, 3, 3).append(2, 4, id(4, 1), 8, 3, 3);
        assertThat(script.raft().lastIndex()).isEqualTo(8);
        assertThat(script.raft().commitIndex()).isEqualTo(6);
    }

    /** C04 (etcd#16220). */
    @Test
    void aHeartbeatCommitsNothingThatItsLeaderHasNotVerifiedHere() {
        Script script = Script.withLog(3, 1, 1, 1).heartbeat(2, 2, 3_730);
        assertThat(script.raft().commitIndex()).isZero();
        script.append(2, 2, id(2, 1), 0).heartbeat(2, 2, 3_730);
        assertThat(script.raft().commitIndex()).isEqualTo(2);
    }

    /** C05. */
    @Test
    void theCommitIndexNeverDecreases() {
        Script script = Script.withLog(3, 1, 1).append(2, 1, id(2, 1), 2);
        script.append(3, 2, id(2, 1), 1);
        assertThat(script.raft().commitIndex()).isEqualTo(2);
    }

    /** R03, R18: what is committed needs no comparison, and a snapshot may have swallowed it. */
    @Test
    void entriesThatASnapshotCoversAreSkipped() {
        VirtualDisk disk = VirtualDisk.formed(Entries.members(3)).withLog(1, 1, 1);
        disk.keepSnapshot(Entries.snapshot(id(2, 1), 3, 8), 0);
        disk.compactThrough(2);
        Script script = new Script(3, disk);
        script.append(2, 1, EntryId.ZERO, 0, 1, 1, 1, 1);
        assertThat(script.raft().firstIndex()).isEqualTo(3);
        assertThat(script.raft().lastIndex()).isEqualTo(4);
        assertThat(script.last(AppendEntriesResponse.class).index()).isEqualTo(4);
    }

    /** R10: the hint skips a term at a time, on both sides. */
    @Test
    void aRefusalNamesTheLastEntryThatMayStillAgree() {
        Script script = Script.withLog(3, 1, 1, 4, 4, 5, 5).append(2, 6, id(6, 3), 0);
        assertThat(script.last(AppendEntriesResponse.class).hint()).isEqualTo(id(2, 1));
    }

    // ---- peers that speak nonsense

    /** A leader's terms only grow along its log; a message that says otherwise is refused where it is made. */
    @Test
    void aMessageWithDecreasingTermsCannotBeMade() {
        assertThatThrownBy(() -> new AppendEntries(5, id(3, 4), 0, Entries.from(4, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4@2");
        assertThatThrownBy(() -> new AppendEntries(5, id(3, 4), 0, Entries.from(4, 6)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AppendEntries(5, id(3, 4), 0, Entries.from(5, 5)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** Whoever acknowledges what we do not have is not our follower. */
    @Test
    void anAcknowledgementBeyondTheLogIsReportedAndDoesNotCount() {
        Script script = Script.withLog(3).wins(2).acks(2, 999);
        assertThat(script.raft().commitIndex()).isZero();
        assertThat(script.server.reports).anyMatch(Report.PeerAnomaly.class::isInstance);
    }

    // ---- the leader

    /** R14: the leader's view of its followers exists before anything can be appended. */
    @Test
    void aLeaderBeginsWithTheMembersAndAnEntryOfItsTerm() {
        Script script = Script.withLog(3).wins(2);
        assertThat(script.logTerms()).containsExactly(1L, 1L);
        AppendEntries first = script.saidTo(3, AppendEntries.class).get(0);
        assertThat(first.prev()).isEqualTo(EntryId.ZERO);
        assertThat(first.entries()).hasSize(2);
    }

    /** C15, R07. */
    @Test
    void acknowledgementsThatOvertakeEachOtherLeaveTheGreatest() {
        Script script = Script.withLog(3, 1, 1).wins(2);
        script.acks(2, 2);
        script.acks(2, 3);
        script.acks(2, 1);
        FollowerView follower = script.raft().followers().get(0);
        assertThat(follower.matchIndex()).isEqualTo(3);
        assertThat(follower.nextIndex()).isEqualTo(4);
    }

    /** R25, F08: what waits is sent at once, as far as the window goes. */
    @Test
    void anAcknowledgementLetsEverythingThatWaitsGoAtOnce() {
        Script script = Script.withLog(3).wins(2).acks(2, 2).forgetWhatWasSaid();
        for (int i = 0; i < 5; i++) {
            script.server.propose(Entries.payload(i));
        }
        assertThat(script.saidTo(2, AppendEntries.class)).hasSize(5);
        assertThat(script.saidTo(3, AppendEntries.class)).isEmpty();
        script.acks(3, 2);
        assertThat(script.saidTo(3, AppendEntries.class)).hasSize(1);
        assertThat(script.saidTo(3, AppendEntries.class).get(0).entries()).hasSize(5);
    }

    /** F02, R26: a follower that does not answer gets a window full and no more, and all of it again when it is back. */
    @Test
    void theWindowBoundsWhatIsSentToASilentFollowerAndRecovers() {
        ProtocolCluster cluster = ProtocolCluster.of(3);
        cluster.elect(1);
        cluster.runMillis(100);
        cluster.cutLink(2, 1);
        for (int i = 0; i < 900; i++) {
            cluster.server(1).propose(Entries.payload(i));
        }
        long sent = cluster.network.stream()
                .filter(e -> e.to().equals(ProtocolCluster.node(2)))
                .filter(e -> e.message() instanceof AppendEntries)
                .count();
        assertThat(sent).isLessThanOrEqualTo(256);
        cluster.network.clear();
        cluster.heal();
        cluster.runMillis(2_000);
        assertThat(cluster.servers)
                .allMatch(server -> server.appliedIndex == cluster.raft(1).lastIndex());
    }

    /** R26. */
    @Test
    void followersThatLackTheSameAreSentTheSameMessageAndOthersTheirOwn() {
        ProtocolCluster cluster = ProtocolCluster.of(3);
        cluster.elect(1);
        cluster.runMillis(100);

        cluster.server(1).propose(Entries.payload(1));
        List<AppendEntries> same = appendsIn(cluster);
        assertThat(same).hasSize(2);
        assertThat(same.get(0)).isSameAs(same.get(1));

        cluster.network.removeIf(each -> each.to().equals(ProtocolCluster.node(3)));
        cluster.runMillis(5);
        cluster.cutLink(1, 3);
        cluster.runMillis(1_000); // n3 is looked for where it was, n2 has all
        cluster.server(1).propose(Entries.payload(2));
        cluster.runMillis(1_000);
        cluster.heal();
        cluster.runMillis(1_000);
        assertThat(cluster.server(3).appliedIndex).isEqualTo(cluster.raft(1).lastIndex());
        assertThat(cluster.server(3).stateHash).isEqualTo(cluster.server(2).stateHash);
    }

    private static List<AppendEntries> appendsIn(ProtocolCluster cluster) {
        return cluster.network.stream()
                .map(Envelope::message)
                .filter(AppendEntries.class::isInstance)
                .map(AppendEntries.class::cast)
                .toList();
    }

    @Test
    void aLostMessageIsSentAgain() {
        ProtocolCluster cluster = ProtocolCluster.of(2);
        cluster.elect(1);
        cluster.runMillis(100);
        for (int i = 0; i < 20; i++) {
            cluster.server(1).propose(Entries.payload(i));
            cluster.network.clear();
            cluster.runMillis(400);
            assertThat(cluster.server(2).appliedIndex).isEqualTo(cluster.raft(1).lastIndex());
        }
        assertThat(cluster.raft(1).role()).isEqualTo(RaftRole.LEADER);
    }

    /** R21, L13. */
    @Test
    void pipelinedMessagesThatArriveBackwardsConverge() {
        ProtocolCluster cluster = ProtocolCluster.of(2);
        cluster.elect(1);
        cluster.runMillis(100);
        for (int i = 0; i < 20; i++) {
            cluster.server(1).propose(Entries.payload(i));
        }
        Collections.reverse(cluster.network);
        cluster.runMillis(200);
        assertThat(cluster.server(2).appliedIndex).isEqualTo(cluster.raft(1).lastIndex());
    }

    /** R10: 100 entries of alternating terms on both sides are compared in a few steps. */
    @Test
    void longDivergentTailsAreRepairedInFewRoundTrips() {
        long[] mine = new long[100];
        long[] theirs = new long[100];
        for (int i = 0; i < 100; i++) {
            mine[i] = i < 10 ? 1 : 2 + (i / 10) * 2;
            theirs[i] = i < 10 ? 1 : 3 + (i / 20) * 2;
        }
        ProtocolCluster cluster = ProtocolCluster.of(
                2,
                Entries.SETTINGS,
                number -> VirtualDisk.formed(Entries.members(2))
                        .withLog(number == 1 ? mine : theirs)
                        .withTerm(30));
        long[] refusals = new long[1];
        cluster.server(2).watch = effect -> {
            if (effect instanceof Effect.Send send
                    && send.message() instanceof AppendEntriesResponse answer
                    && !answer.success()) {
                refusals[0]++;
            }
        };
        cluster.elect(1);
        cluster.runMillis(100);
        assertThat(cluster.server(2).appliedIndex).isEqualTo(101);
        assertThat(refusals[0]).isLessThan(12);
    }

    /** R22: an acknowledgement of an earlier term of the same leader. */
    @Test
    void anAcknowledgementOfAnEarlierTermDoesNotCount() {
        Script script = Script.withLog(3).wins(2);
        long first = script.raft().currentTerm();
        script.hears(3, new Heartbeat(first + 1, 0, 1)).wins(2);
        script.hears(2, new AppendEntriesResponse(first, true, script.raft().lastIndex(), EntryId.ZERO));
        assertThat(script.raft().commitIndex()).isZero();
    }

    /** R22, X05: a write of an earlier term of the same leader that its disk confirms late, when another entry is in its place. */
    @Test
    void aCompletionOfAnEarlierTermDoesNotCount() {
        Script script = Script.withLog(3).wins(2);
        script.server.diskIsFast = false;
        script.server.propose(Entries.payload(1));
        long index = script.raft().lastIndex();
        long first = script.raft().currentTerm();
        script.append(3, first + 1, EntryId.ZERO, 0, List.of(Entries.command(1, first + 1)));
        script.campaigns(2);
        script.server.confirmAllWrites();
        script.hears(2, Entries.vote(script.raft().currentTerm(), true, 1));
        assertThat(script.raft().role()).isEqualTo(RaftRole.LEADER);
        while (script.raft().lastIndex() < index) {
            script.server.propose(Entries.payload(2));
        }
        assertThat(script.raft().durableIndex()).isLessThan(index);
        assertThat(script.raft().commitIndex()).isLessThan(index);
    }

    /** Needed after every restart: nothing is verified any more, and the leader must offer a comparison. */
    @Test
    void aRestartedFollowerVerifiesItsLogAnewAndLearnsWhatIsCommitted() {
        ProtocolCluster cluster = ProtocolCluster.of(3);
        cluster.elect(1);
        cluster.server(1).propose(Entries.payload(1));
        cluster.runMillis(100);
        long committed = cluster.raft(1).commitIndex();
        cluster.restart(2);
        assertThat(cluster.raft(2).commitIndex()).isZero();
        cluster.runMillis(100);
        assertThat(cluster.raft(2).commitIndex()).isEqualTo(committed);
        assertThat(cluster.raft(1).role()).isEqualTo(RaftRole.LEADER);
    }

    /** A follower far behind is served from the log on disk, in pieces, while memory holds next to nothing. */
    @Test
    void aSlowFollowerIsServedFromDiskWhenMemoryHasLetGo() {
        ProtocolCluster cluster = ProtocolCluster.of(
                3, Entries.settings(1_000, 1 << 20, 4, 0, 0), number -> VirtualDisk.formed(Entries.members(3)));
        cluster.elect(1);
        cluster.isolate(3);
        for (int i = 0; i < 200; i++) {
            cluster.server(1).propose(Entries.payload(i));
            cluster.deliverAll();
        }
        assertThat(cluster.raft(1).commitIndex()).isEqualTo(202);
        cluster.heal();
        cluster.runMillis(600);
        assertThat(cluster.server(3).appliedIndex).isGreaterThanOrEqualTo(202);
        assertThat(cluster.server(3).stateHash).isEqualTo(cluster.server(1).stateHash);
    }

    /** Seed 71 with churn: it was read for a probe, which no window bounds, and an answer to another one came first. */
    @Test
    void whatWasReadForAProbeStaysWithinTheWindowThatAnAnswerHasOpened() {
        Script script =
                new Script(3, VirtualDisk.formed(Entries.members(3)).withLog(1, 1, 1, 1, 1, 1), Entries.narrowWindow());
        script.wins(3);
        long term = script.raft().currentTerm();
        List<Effect.ReadLog> reads = new ArrayList<>();
        script.server.watch = effect -> {
            if (effect instanceof Effect.ReadLog read) {
                reads.add(read);
                if (reads.size() == 1) {
                    script.hears(2, new AppendEntriesResponse(term, true, 2, EntryId.ZERO));
                }
            }
        };
        script.forgetWhatWasSaid().hears(2, new AppendEntriesResponse(term, false, 6, id(2, 1)));

        assertThat(reads.get(0).fromIndex()).isEqualTo(3);
        assertThat(reads.get(0).toIndexExclusive()).isEqualTo(7);
        assertThat(script.saidTo(2, AppendEntries.class).stream()
                        .mapToInt(append -> append.entries().size())
                        .sum())
                .isEqualTo(2);
    }

    // ---- limits

    /** F04: a leader without a majority takes a bounded number of entries and says which limit is reached. */
    @Test
    void aLeaderWithoutAMajorityRefusesBeyondItsLimits() {
        Script script = new Script(3, VirtualDisk.formed(Entries.members(3)), Entries.settings(10, 1 << 20, 4, 0, 0));
        script.wins(2);
        Admission last = script.server.propose(Entries.payload(0));
        for (int i = 0; i < 20; i++) {
            last = script.server.propose(Entries.payload(i));
        }
        assertThat(last.refusal()).isEqualTo(Admission.Refusal.TOO_MANY_ENTRIES);
        assertThat(script.raft().lastIndex()).isEqualTo(10);
    }

    /** F07: committed is not enough; what the state machine has not applied stays in memory and counts. */
    @Test
    void aSlowStateMachineHoldsBackThoseWhoPropose() {
        Script script = new Script(3, VirtualDisk.formed(Entries.members(3)), Entries.settings(10, 1 << 20, 4, 0, 0));
        script.wins(2);
        script.server.applyIsFast = false;
        proposeAndAcknowledge(script, 30);
        assertThat(script.raft().commitIndex()).isEqualTo(script.raft().lastIndex());
        assertThat(script.server.propose(Entries.payload(0)).refusal()).isEqualTo(Admission.Refusal.TOO_MANY_ENTRIES);
        script.server.applyAll();
        assertThat(script.server.propose(Entries.payload(0)).refusal()).isNull();
    }

    /** F07: its bytes count as well, whatever followers are kept in memory for. */
    @Test
    void aSlowStateMachineHoldsBackThoseWhoProposeByBytesToo() {
        Script script = new Script(3, VirtualDisk.formed(Entries.members(3)), Entries.settings(1_000, 1_000, 4, 0, 0));
        script.wins(2);
        script.server.applyIsFast = false;
        for (int i = 0; i < 9; i++) {
            assertThat(script.server.propose(ByteBuffer.allocate(100)).refusal())
                    .isNull();
            script.acks(2, script.raft().lastIndex());
        }
        assertThat(script.raft().commitIndex()).isEqualTo(script.raft().lastIndex());
        assertThat(script.server.propose(ByteBuffer.allocate(100)).refusal())
                .isEqualTo(Admission.Refusal.TOO_MANY_BYTES);
        script.server.applyAll();
        assertThat(script.server.propose(ByteBuffer.allocate(100)).refusal()).isNull();
    }

    /** Followers may commit what the leader's own disk has not confirmed; that waits in memory and counts too. */
    @Test
    void theLeadersOwnSlowDiskHoldsBackThoseWhoPropose() {
        Script script = new Script(3, VirtualDisk.formed(Entries.members(3)), Entries.settings(10, 1 << 20, 4, 0, 0));
        script.wins(2);
        script.server.diskIsFast = false;
        for (int i = 0; i < 30; i++) {
            proposeAndAcknowledge(script, 1);
            script.acks(3, script.raft().lastIndex());
        }
        assertThat(script.raft().commitIndex()).isEqualTo(script.raft().lastIndex());
        assertThat(script.server.propose(Entries.payload(0)).refusal()).isEqualTo(Admission.Refusal.TOO_MANY_ENTRIES);
        script.server.confirmAllWrites();
        assertThat(script.server.propose(Entries.payload(0)).refusal()).isNull();
    }

    private static void proposeAndAcknowledge(Script script, int times) {
        for (int i = 0; i < times; i++) {
            script.server.propose(Entries.payload(i));
            script.acks(2, script.raft().lastIndex());
        }
    }

    /** F03, F05. */
    @Test
    void theUncommittedBytesReturnToZeroAndTheFirstProposalIsAlwaysTaken() {
        Script script = new Script(1, VirtualDisk.formed(Entries.members(1)), Entries.settings(1_000, 100, 4, 0, 0));
        script.timesOut();
        script.server.diskIsFast = false;
        for (int i = 0; i < 5; i++) {
            assertThat(script.server.propose(ByteBuffer.allocate(150)).refusal())
                    .isNull();
            assertThat(script.server.propose(ByteBuffer.allocate(1)).refusal())
                    .isEqualTo(Admission.Refusal.TOO_MANY_BYTES);
            script.server.confirmAllWrites();
        }
        assertThat(script.server.appliedIndex).isEqualTo(script.raft().lastIndex());
    }

    /** R12: an entry above the batch limit travels alone. */
    @Test
    void anEntryLargerThanABatchIsStillSent() {
        Script script = Script.withLog(3).wins(2).acks(2, 2).forgetWhatWasSaid();
        script.server.propose(ByteBuffer.allocate(1 << 17));
        assertThat(script.saidTo(2, AppendEntries.class)).hasSize(1);
        assertThat(script.last(AppendEntries.class).entries()).hasSize(1);
    }

    /** R09, K6: an answer to a heartbeat claims nothing before a message of this leader has verified it. */
    @Test
    void aHeartbeatIsAnsweredAtOnceAndClaimsOnlyWhatIsVerified() {
        Script script = Script.withLog(3, 1, 1);
        script.hears(2, new Heartbeat(1, 2, 77));
        assertThat(script.last(HeartbeatResponse.class)).isEqualTo(new HeartbeatResponse(1, 77, 0));
        script.append(2, 1, id(1, 1), 0).hears(2, new Heartbeat(1, 2, 78));
        assertThat(script.last(HeartbeatResponse.class)).isEqualTo(new HeartbeatResponse(1, 78, 1));
    }

    /** F06: entries reach the state machine in order, each once, though they are handed out a few at a time. */
    @Test
    void applyingInSmallBatchesLosesAndRepeatsNothing() {
        ProtocolCluster cluster = ProtocolCluster.of(
                1, Entries.settings(1_000, 1 << 20, 4, 0, 0), number -> VirtualDisk.formed(Entries.members(1)));
        VirtualServer server = cluster.elect(1);
        server.applyIsFast = false;
        for (int i = 0; i < 100; i++) {
            server.propose(Entries.payload(i));
        }
        assertThat(server.toApply).hasSize(2);
        server.applyAll();
        assertThat(server.appliedIndex).isEqualTo(102);
        long hash = server.stateHash;
        server.applyIsFast = true;
        server.restart();
        cluster.elect(1);
        server.restart();
        assertThat(hash).isNotZero();
        cluster.elect(1);
        assertThat(server.appliedIndex).isEqualTo(server.raft.lastIndex());
    }

    /** Messages to a peer may have been lost: look again, without waiting for the stall bound. */
    @Test
    void anUnreachableFollowerIsProbedAgain() {
        ProtocolCluster cluster = ProtocolCluster.of(2);
        cluster.elect(1);
        cluster.server(1).propose(Entries.payload(1));
        List<Envelope> lost = cluster.take(1, 2);
        assertThat(lost).isNotEmpty();
        cluster.server(1).turn(raft -> raft.unreachable(ProtocolCluster.node(2)));
        cluster.deliverAll();
        assertThat(cluster.raft(2).lastIndex()).isEqualTo(cluster.raft(1).lastIndex());
    }
}
