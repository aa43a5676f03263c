package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.id;
import static io.pecanraft.protocol.Entries.snapshot;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.InvariantViolation;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.InstallSnapshot;
import io.pecanraft.model.RaftMessage.InstallSnapshotResponse;
import io.pecanraft.model.RaftMessage.PreVote;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.protocol.VirtualServer.Envelope;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Log compaction (§7) and InstallSnapshot (Figure 13). */
class Section7SnapshotTest {

    private static InstallSnapshot whole(long term, SnapshotMeta meta) {
        return new InstallSnapshot(term, meta, 0, ByteBuffer.allocate((int) meta.sizeBytes()));
    }

    /** A leader of three that has compacted its log beyond what server 3 has. */
    private static ProtocolCluster withServer3Behind(ProtocolSettings settings) {
        ProtocolCluster cluster = ProtocolCluster.of(3, settings, number -> VirtualDisk.formed(Entries.members(3)));
        cluster.elect(1);
        cluster.isolate(3);
        for (int i = 0; i < 30; i++) {
            cluster.server(1).propose(Entries.payload(i));
            cluster.deliverAll();
        }
        cluster.runMillis(100);
        assertThat(cluster.server(1).takeSnapshot()).isTrue();
        assertThat(cluster.raft(1).firstIndex()).isGreaterThan(cluster.raft(3).lastIndex() + 1);
        return cluster;
    }

    /** The first chunks have arrived, and their answers are on their way. */
    private static ProtocolCluster inTheMidstOfATransfer() {
        ProtocolCluster cluster = withServer3Behind(Entries.SETTINGS);
        cluster.heal();
        cluster.now += 30 * ProtocolCluster.MILLI;
        cluster.server(1).tick();
        while (cluster.network.stream().noneMatch(e -> e.message() instanceof InstallSnapshotResponse)) {
            cluster.deliver(cluster.network.remove(0));
        }
        assertThat(cluster.network)
                .noneMatch(e -> e.message() instanceof InstallSnapshotResponse answer && answer.installed());
        return cluster;
    }

    @Test
    void aFollowerThatIsTooFarBehindGetsTheSnapshotInChunksAndGoesOn() {
        ProtocolCluster cluster = withServer3Behind(Entries.SETTINGS);
        cluster.heal();
        cluster.runMillis(500);
        cluster.server(1).propose(Entries.payload(99));
        cluster.runMillis(100);
        assertThat(cluster.server(3).appliedIndex).isEqualTo(cluster.raft(1).lastIndex());
        assertThat(cluster.server(3).stateHash).isEqualTo(cluster.server(1).stateHash);
        assertThat(cluster.server(1).reports).anyMatch(Report.SnapshotSendFinished.class::isInstance);
    }

    /** S14: lost, repeated and reordered chunks; the follower says where to go on. */
    @Test
    void aTransferSurvivesLossAndRepetitionOfChunks() {
        ProtocolCluster cluster = withServer3Behind(Entries.SETTINGS);
        cluster.heal();
        Random random = new Random(1);
        cluster.cut(e -> {
            if (e.message() instanceof InstallSnapshot && random.nextBoolean()) {
                cluster.network.add(random.nextInt(cluster.network.size() + 1), e);
                return true;
            }
            return false;
        });
        cluster.runMillis(3_000);
        assertThat(cluster.server(3).appliedIndex).isEqualTo(cluster.raft(1).lastIndex());
    }

    /** The follower's half-received chunks are gone, and the answer to the last one is lost. */
    @Test
    void aTransferSurvivesARestartOfTheFollowerAtAnyMoment() {
        for (int messages = 1; messages < 12; messages++) {
            ProtocolCluster cluster = withServer3Behind(Entries.SETTINGS);
            cluster.heal();
            cluster.now += 30 * ProtocolCluster.MILLI;
            cluster.server(1).tick();
            for (int i = 0; i < messages && !cluster.network.isEmpty(); i++) {
                cluster.deliver(cluster.network.remove(0));
            }
            cluster.take(3, 1);
            cluster.restart(3);
            cluster.runMillis(2_000);
            assertThat(cluster.server(3).appliedIndex)
                    .as("restart after %s messages", messages)
                    .isEqualTo(cluster.raft(1).lastIndex());
        }
    }

    /** The state of a machine may well be empty. */
    @Test
    void anEmptySnapshotIsSentTooInOneChunkOfNothing() {
        VirtualDisk disk = VirtualDisk.formed(Entries.members(3)).withLog(1, 1, 1, 1);
        disk.keepSnapshot(snapshot(id(3, 1), 3, 0), 0);
        disk.compactThrough(3);
        Script script = new Script(3, disk).wins(2);
        script.hears(2, new AppendEntriesResponse(script.raft().currentTerm(), false, 4, EntryId.ZERO));
        InstallSnapshot chunk = script.last(InstallSnapshot.class);
        assertThat(chunk.offset()).isZero();
        assertThat(chunk.data().remaining()).isZero();

        Script follower = Script.withLog(3).hears(2, new InstallSnapshot(2, chunk.meta(), 0, chunk.data()));
        assertThat(follower.last(InstallSnapshotResponse.class)).isEqualTo(new InstallSnapshotResponse(2, 3, 0, true));
        assertThat(follower.server.appliedIndex).isEqualTo(3);
    }

    /** R04: the entry right before the first one kept is known by its term, so no snapshot is needed there. */
    @Test
    void aFollowerThatHasExactlyWhatTheSnapshotCoversGetsEntries() {
        VirtualDisk disk = VirtualDisk.formed(Entries.members(3)).withLog(1, 1, 1, 1);
        disk.keepSnapshot(snapshot(id(3, 1), 3, 8), 0);
        disk.compactThrough(3);
        Script script = new Script(3, disk).wins(2).forgetWhatWasSaid();
        script.hears(2, new AppendEntriesResponse(2, false, 4, id(3, 1)));
        assertThat(script.said(InstallSnapshot.class)).isEmpty();
        assertThat(script.last(AppendEntries.class).prev()).isEqualTo(id(3, 1));
        script.hears(3, new AppendEntriesResponse(2, false, 4, id(2, 1)));
        assertThat(script.saidTo(3, InstallSnapshot.class)).isNotEmpty();
    }

    /** R20, openraft#1828: there is no entry to send and no news, and still it is not forgotten. */
    @Test
    void aFollowerBehindALogThatEndsWithTheSnapshotGetsItThoughNobodyProposes() {
        ProtocolCluster cluster = withServer3Behind(Entries.SETTINGS);
        long last = cluster.raft(1).lastIndex();
        assertThat(cluster.raft(1).firstIndex()).isEqualTo(last + 1);
        cluster.heal();
        cluster.runMillis(500);
        assertThat(cluster.raft(1).role()).isEqualTo(RaftRole.LEADER);
        assertThat(cluster.raft(1).lastIndex()).isEqualTo(last);
        assertThat(cluster.server(3).appliedIndex).isEqualTo(last);
        assertThat(cluster.server(3).stateHash).isEqualTo(cluster.server(1).stateHash);
    }

    /** A leader of term 2, whose log goes from 4 on, sends server 3 the snapshot of the first five entries. */
    private static Script sendingASnapshotTo3() {
        VirtualDisk disk = VirtualDisk.formed(Entries.members(3)).withLog(1, 1, 1, 1, 1, 1);
        disk.keepSnapshot(snapshot(id(5, 1), 3, 64), 0);
        disk.compactThrough(3);
        Script script = new Script(3, disk).wins(2);
        script.hears(3, new AppendEntriesResponse(2, false, 6, EntryId.ZERO));
        assertThat(script.saidTo(3, InstallSnapshot.class)).isNotEmpty();
        return script.forgetWhatWasSaid();
    }

    /** S23, etcd-io/raft#110: a newer snapshot, or entries that were late, have taken it further than what it is being sent. */
    @Test
    void aFollowerThatIsFurtherThanTheSnapshotOnItsWayGetsWhatFollows() {
        for (RaftMessage further : List.of(
                new InstallSnapshotResponse(2, 6, 0, true), new AppendEntriesResponse(2, true, 6, EntryId.ZERO))) {
            Script script = sendingASnapshotTo3().hears(3, further);
            assertThat(script.saidTo(3, InstallSnapshot.class)).isEmpty();
            assertThat(script.last(AppendEntries.class).prev()).isEqualTo(id(6, 1));
            assertThat(script.server.reports).anyMatch(Report.SnapshotSendFinished.class::isInstance);
        }
    }

    /** S23: an older one, or late entries, reach to where the log begins, though not as far as what it is being sent. */
    @Test
    void aFollowerThatGotToWhereTheLogBeginsDoesNotHangOnTheSnapshot() {
        for (RaftMessage nearer : List.of(
                new InstallSnapshotResponse(2, 4, 0, true), new AppendEntriesResponse(2, true, 4, EntryId.ZERO))) {
            Script arrives = sendingASnapshotTo3().hears(3, nearer);
            arrives.hears(3, new InstallSnapshotResponse(2, 5, 0, true));
            assertThat(arrives.last(AppendEntries.class).prev()).isEqualTo(id(5, 1));

            // The snapshot is gone; what it holds by now is enough for entries.
            Script gone = sendingASnapshotTo3().hears(3, nearer).forgetWhatWasSaid();
            gone.server.turn(raft -> raft.snapshotUnavailable(ProtocolCluster.node(3), snapshot(id(5, 1), 3, 64)));
            assertThat(gone.saidTo(3, InstallSnapshot.class)).isEmpty();
            assertThat(gone.last(AppendEntries.class).prev()).isEqualTo(id(4, 1));
        }
    }

    /** S01. */
    @Test
    void aSnapshotOfWhatIsCommittedIsAnsweredAtOnceAndChangesNothing() {
        Script script = Script.withLog(3, 1, 1, 1).append(2, 1, id(3, 1), 3);
        script.hears(2, whole(1, snapshot(id(2, 1), 3, 8)));
        assertThat(script.last(InstallSnapshotResponse.class)).isEqualTo(new InstallSnapshotResponse(1, 2, 0, true));
        assertThat(script.raft().lastIndex()).isEqualTo(3);
        assertThat(script.server.appliedIndex).isEqualTo(3);
    }

    /** S22: not to be repaired, nor to be acknowledged. */
    @Test
    void aSnapshotThatContradictsACommittedEntryStopsTheServer() {
        Script script = Script.withLog(3, 1, 1, 1).append(2, 1, id(3, 1), 3);
        assertThatThrownBy(() -> script.hears(2, whole(5, snapshot(id(2, 4), 3, 8))))
                .isInstanceOf(InvariantViolation.class)
                .hasMessageContaining("contradicts a committed entry");
    }

    /** M35, Figure 13 step 6: the suffix may have been acknowledged. */
    @Test
    void aSnapshotThatTheLogContainsKeepsTheSuffix() {
        Script script = Script.withLog(3, 1, 1, 1, 1).hears(2, whole(1, snapshot(id(2, 1), 3, 8)));
        assertThat(script.raft().lastIndex()).isEqualTo(4);
        assertThat(script.raft().commitIndex()).isEqualTo(2);
        assertThat(script.last(InstallSnapshotResponse.class).installed()).isTrue();
    }

    /** Figure 13, steps 7 and 8; S12: the next entry follows the snapshot without a gap. */
    @Test
    void aSnapshotThatTheLogContradictsReplacesTheLog() {
        Script script = Script.withLog(3, 1, 1, 2, 2).hears(2, whole(5, snapshot(id(3, 4), 3, 8)));
        assertThat(script.raft().firstIndex()).isEqualTo(4);
        assertThat(script.raft().lastIndex()).isEqualTo(3);
        assertThat(script.server.disk.lastIndex()).isEqualTo(3);
        script.append(2, 5, id(3, 4), 4, 5);
        assertThat(script.server.appliedIndex).isEqualTo(4);
        assertThat(script.last(AppendEntriesResponse.class).index()).isEqualTo(4);
    }

    /** S10. */
    @Test
    void aSnapshotLeavesTheTermAlone() {
        Script script = new Script(3, VirtualDisk.formed(Entries.members(3)).withTerm(9));
        script.hears(2, whole(9, snapshot(id(3, 4), 3, 8)));
        assertThat(script.raft().currentTerm()).isEqualTo(9);
    }

    /** S03, S15: the snapshot is durable, the log has not heard of it. */
    @Test
    void aCrashBetweenSnapshotAndLogResetEndsWithTheSnapshot() {
        VirtualDisk disk = VirtualDisk.formed(Entries.members(3)).withLog(1, 1, 2, 2, 2);
        disk.keepSnapshot(snapshot(id(3, 4), 3, 8), 55);
        Script script = new Script(3, disk);
        assertThat(script.raft().firstIndex()).isEqualTo(4);
        assertThat(script.raft().lastIndex()).isEqualTo(3);
        assertThat(script.raft().commitIndex()).isEqualTo(3);
        assertThat(script.server.disk.firstIndex()).isEqualTo(4);
        assertThat(script.server.stateHash).isEqualTo(55);
    }

    /** S03, the same while the reset is not durable yet: no acknowledgement is lost by another crash. */
    @Test
    void aSecondCrashBeforeTheResetIsDurableChangesNothing() {
        VirtualDisk disk = VirtualDisk.formed(Entries.members(3)).withLog(1);
        Script script = new Script(3, disk);
        script.server.diskIsFast = false;
        script.hears(2, whole(5, snapshot(id(3, 4), 3, 8)));
        assertThat(script.said(InstallSnapshotResponse.class)).noneMatch(InstallSnapshotResponse::installed);
        script.server.restart();
        assertThat(script.raft().commitIndex()).isEqualTo(3);
        assertThat(script.raft().lastIndex()).isEqualTo(3);
        script.server.restart();
        assertThat(script.raft().lastIndex()).isEqualTo(3);
    }

    /** K22, S04: nothing is applied while the state is being replaced, and then what follows the snapshot. */
    @Test
    void nothingIsHandedToTheStateMachineWhileItIsBeingReplaced() {
        Script script = Script.withLog(3);
        script.server.applyIsFast = false;
        script.hears(2, whole(5, snapshot(id(3, 4), 3, 8))).append(2, 5, id(3, 4), 5, 5, 5);
        assertThat(script.server.toApply).hasSize(1);
        script.server.applyAll();
        assertThat(script.server.appliedIndex).isEqualTo(5);
    }

    /** It could lead, but apply nothing until the state machine has its state. */
    @Test
    void aFollowerThatRestoresASnapshotDoesNotCampaign() {
        Script script = Script.withLog(3);
        script.server.applyIsFast = false;
        script.hears(2, whole(5, snapshot(id(3, 4), 3, 8)));
        for (int i = 0; i < 5; i++) {
            script.timesOut();
            assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        }
        script.server.applyAll();
        script.wins(3);
        assertThat(script.raft().role()).isEqualTo(RaftRole.LEADER);
    }

    /** §7: "each send counts as a heartbeat": a leader that sends a long snapshot and nothing else is alive. */
    @Test
    void everyChunkPutsOffTheElection() {
        Script script = Script.withLog(3).heartbeat(2, 5, 0);
        SnapshotMeta meta = snapshot(id(3, 4), 3, 64);
        for (int offset = 0; offset < 32; offset++) {
            script.passMillis(140); // just less than the election timeout
            script.server.tick();
            script.hears(2, new InstallSnapshot(5, meta, offset, ByteBuffer.allocate(1)));
        }
        assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(script.said(PreVote.class)).isEmpty();
        assertThat(script.campaigns().raft().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
    }

    /** Its timer ran out while the last chunk was on its way to the disk. */
    @Test
    void whoCampaignsWhenTheLastChunkIsStoredStopsCampaigning() {
        for (int votersAsked = 0; votersAsked < 2; votersAsked++) {
            Script script = Script.withLog(3);
            script.server.applyIsFast = false;
            script.append(2, 5, id(0, 0), 0);
            script.campaigns(votersAsked == 0 ? new int[0] : new int[] {3});
            RaftRole before = votersAsked == 0 ? RaftRole.PRE_CANDIDATE : RaftRole.CANDIDATE;
            assertThat(script.raft().role()).isEqualTo(before);

            script.server.turn(
                    raft -> raft.snapshotChunkStored(Entries.member(2), 5, snapshot(id(3, 4), 3, 8), 8, script.now));

            assertThat(script.raft().role()).as("after %s", before).isEqualTo(RaftRole.FOLLOWER);
            script.hears(3, Entries.vote(script.raft().currentTerm(), true, 1));
            assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
            script.server.applyAll();
            script.wins(3);
        }
    }

    /** S13: two leaders' snapshots, the second accepted before the first is restored. */
    @Test
    void twoSnapshotsInShortOrderEndWithTheNewer() {
        Script script = Script.withLog(3);
        script.server.applyIsFast = false;
        SnapshotMeta older = snapshot(id(3, 1), 3, 8);
        SnapshotMeta newer = snapshot(id(9, 2), 3, 8);
        // Both were on their way to the disk when the first was accepted.
        script.hears(2, whole(1, older));
        script.server.turn(raft -> raft.snapshotChunkStored(Entries.member(3), 2, newer, 8, script.now));
        script.append(3, 2, id(9, 2), 10, 2);
        script.server.applyOldest();
        script.server.applyAll();
        assertThat(script.server.appliedIndex).isEqualTo(10);
    }

    /** S14: a chunk of an old leader is answered with the later term. */
    @Test
    void aChunkOfAnEarlierTermIsRefused() {
        Script script = new Script(3, VirtualDisk.formed(Entries.members(3)).withTerm(9));
        script.hears(2, whole(8, snapshot(id(3, 4), 3, 8)));
        assertThat(script.last(InstallSnapshotResponse.class)).isEqualTo(new InstallSnapshotResponse(9, 3, 0, false));
        assertThat(script.raft().commitIndex()).isZero();
    }

    /** S17: who does not answer gets no more than a window of it, and holds up neither commits nor compaction. */
    @Test
    void aFollowerThatVanishesInTheMidstOfATransferHoldsUpNobody() {
        ProtocolCluster cluster = inTheMidstOfATransfer();
        cluster.isolate(3);
        long compactedThrough = cluster.raft(1).firstIndex();
        for (int i = 0; i < 20; i++) {
            cluster.server(1).propose(Entries.payload(i));
            cluster.runMillis(50);
            assertThat(cluster.raft(1).commitIndex()).isEqualTo(cluster.raft(1).lastIndex());
        }
        assertThat(cluster.server(1).takeSnapshot()).isTrue();
        assertThat(cluster.raft(1).firstIndex()).isGreaterThan(compactedThrough);
        cluster.heal();
        cluster.runMillis(1_000);
        assertThat(cluster.server(3).stateHash).isEqualTo(cluster.server(1).stateHash);
    }

    /** S17: and then nothing more until it is heard again. */
    @Test
    void aFollowerThatGetsNothingOfASnapshotIsSentNoMoreThanAWindowOfIt() {
        ProtocolCluster cluster = withServer3Behind(Entries.tinyChunks());
        cluster.heal();
        cluster.cut(e -> e.message() instanceof InstallSnapshot);
        List<Long> offsets = new ArrayList<>();
        cluster.server(1).watch = effect -> {
            if (effect instanceof Effect.SendSnapshotChunk chunk) {
                offsets.add(chunk.offset());
                assertThat(chunk.meta().sizeBytes()).isGreaterThan(2);
            }
        };
        cluster.runMillis(2_000);
        // It answers heartbeats, so the window is sent again and again, in case it was lost.
        assertThat(Set.copyOf(offsets)).containsExactlyInAnyOrder(0L, 1L);

        cluster.isolate(3);
        int before = offsets.size();
        cluster.runMillis(2_000);
        assertThat(offsets).hasSize(before);
    }

    /** S17. */
    @Test
    void aFollowerThatIsRemovedInTheMidstOfATransferGetsNoMoreOfIt() {
        ProtocolCluster cluster = inTheMidstOfATransfer();
        cluster.isolate(3);
        assertThat(cluster.change(MembershipChange.remove(ProtocolCluster.node(3))))
                .isInstanceOf(ChangeOutcome.Done.class);
        cluster.runMillis(1_000);
        cluster.heal();
        List<Envelope> chunks = new ArrayList<>();
        cluster.cut(e -> e.message() instanceof InstallSnapshot && chunks.add(e));
        cluster.server(1).propose(Entries.payload(1));
        cluster.runMillis(500);
        assertThat(chunks).isEmpty();
        assertThat(cluster.server(1).takeSnapshot()).isTrue();
        assertThat(cluster.raft(1).commitIndex()).isEqualTo(cluster.raft(1).lastIndex());
    }

    /** S17: the answers that arrive after it belong to nothing; the next leader sends what it has from the start. */
    @Test
    void aLeaderThatIsDeposedInTheMidstOfATransferForgetsIt() {
        ProtocolCluster cluster = inTheMidstOfATransfer();
        List<Envelope> late = cluster.take(3, 1);
        cluster.elect(2);
        late.forEach(cluster::deliver);
        assertThat(cluster.raft(1).role()).isEqualTo(RaftRole.FOLLOWER);
        assertThat(cluster.take(1, 3)).noneMatch(e -> e.message() instanceof InstallSnapshot);
        cluster.server(2).propose(Entries.payload(2));
        cluster.runMillis(1_000);
        assertThat(cluster.server(3).appliedIndex).isEqualTo(cluster.raft(2).lastIndex());
        assertThat(cluster.server(3).stateHash).isEqualTo(cluster.server(2).stateHash);
    }

    /** S18: who is slightly behind gets entries though the leader compacts all the time. */
    @Test
    void whoIsOnlyAFewEntriesBehindNeedsNoSnapshotHoweverOftenTheLeaderCompacts() {
        ProtocolCluster cluster = ProtocolCluster.of(
                3, Entries.settings(1_000, 1 << 20, 4, 0, 5), number -> VirtualDisk.formed(Entries.members(3)));
        cluster.elect(1);
        for (int i = 0; i < 100; i++) {
            cluster.cutLink(1, 3);
            cluster.server(1).propose(Entries.payload(i));
            cluster.runMillis(5);
            assertThat(cluster.server(1).takeSnapshot()).isTrue();
            cluster.heal();
            cluster.runMillis(100);
        }
        assertThat(cluster.server(1).reports).noneMatch(Report.SnapshotSendStarted.class::isInstance);
        assertThat(cluster.server(3).appliedIndex).isEqualTo(cluster.raft(1).lastIndex());
    }

    /** S18: each of its transfers is overtaken by compaction, and still it arrives. */
    @Test
    void aVerySlowFollowerGetsThereWhileTheLeaderCompactsAllTheTime() {
        ProtocolCluster cluster = withServer3Behind(Entries.SETTINGS);
        cluster.heal();
        Random random = new Random(7);
        // Most of what it is sent is lost, so that a transfer takes far longer than the leader needs for the next
        // snapshot.
        cluster.cut(e -> (e.message() instanceof InstallSnapshot || e.message() instanceof AppendEntries)
                && e.to().equals(ProtocolCluster.node(3))
                && random.nextInt(10) > 0);
        long behind = cluster.server(3).appliedIndex;
        for (int i = 0; i < 200; i++) {
            cluster.server(1).propose(Entries.payload(i));
            cluster.runMillis(100);
            cluster.server(1).takeSnapshot();
        }
        assertThat(cluster.server(1).reports.stream().filter(Report.SnapshotSendFinished.class::isInstance))
                .isNotEmpty();
        assertThat(cluster.server(3).appliedIndex).isGreaterThan(behind);
        // Under the same load and loss it is never further back than what one transfer takes.
        assertThat(cluster.raft(1).lastIndex() - cluster.server(3).appliedIndex).isLessThan(100);
    }

    /** S18: what followers need next is kept for a while. */
    @Test
    void compactionKeepsTheTailThatWasAskedFor() {
        ProtocolCluster cluster = ProtocolCluster.of(
                1, Entries.settings(1_000, 1 << 20, 4, 0, 5), number -> VirtualDisk.formed(Entries.members(1)));
        VirtualServer server = cluster.elect(1);
        for (int i = 0; i < 18; i++) {
            server.propose(Entries.payload(i));
        }
        assertThat(server.takeSnapshot()).isTrue();
        assertThat(server.raft.firstIndex()).isEqualTo(16);
        server.restart();
        cluster.elect(1);
        assertThat(server.raft.role()).isEqualTo(RaftRole.LEADER);
        assertThat(server.appliedIndex).isEqualTo(server.raft.lastIndex());
    }

    /** The snapshot was replaced by a newer one while it was being sent. */
    @Test
    void aTransferBeginsAnewWithANewerSnapshot() {
        ProtocolCluster cluster = withServer3Behind(Entries.SETTINGS);
        cluster.heal();
        cluster.now += 30 * ProtocolCluster.MILLI;
        cluster.server(1).tick();
        for (int i = 0; i < 6; i++) {
            cluster.deliver(cluster.network.remove(0));
        }
        cluster.server(1).propose(Entries.payload(7));
        cluster.take(1, 2).forEach(cluster::deliver);
        cluster.take(2, 1).forEach(cluster::deliver);
        cluster.server(1).takeSnapshot();
        cluster.runMillis(1_000);
        assertThat(cluster.server(3).appliedIndex).isEqualTo(cluster.raft(1).lastIndex());
    }
}
