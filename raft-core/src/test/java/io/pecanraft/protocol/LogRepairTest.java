package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.InstallSnapshotResponse;
import io.pecanraft.model.RaftMessage.PreVote;
import io.pecanraft.model.RaftMessage.PreVoteResponse;
import io.pecanraft.model.RaftMessage.RequestVoteResponse;
import io.pecanraft.model.RaftMessage.TimeoutNow;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.RepairMarker;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** K21: a log that has lost what it had acknowledged, and knows it (protocol-aware recovery; Alagappan et al., FAST 2018). */
class LogRepairTest {

    private static final Optional<EntryId> UNKNOWN = Optional.empty();

    /** Server n1 of three, whose log was 1..4 of term 1 in term 3, and is 1..2 now. */
    private static Script lost(Optional<EntryId> lastPosition) {
        VirtualDisk disk =
                VirtualDisk.formed(Entries.members(3)).withLog(1, 1, 1, 1).withTerm(3);
        disk.losesFrom(3, lastPosition);
        return new Script(3, disk);
    }

    private static Script lostWithKnownEnd() {
        return lost(Optional.of(id(4, 1)));
    }

    private static boolean grants(Script script, EntryId candidatesLast) {
        script.passMillis(10_000)
                .forgetWhatWasSaid()
                .asksForVote(2, script.raft().currentTerm() + 1, candidatesLast);
        return script.last(RequestVoteResponse.class).granted();
    }

    @Nested
    class Votes {

        /** Entry 4 may be committed with our copy: who lacks it must not be elected by us. */
        @Test
        void itVotesByWhatItsLogHadHeld() {
            assertThat(grants(lostWithKnownEnd(), id(3, 1))).isFalse();
            assertThat(grants(lostWithKnownEnd(), id(4, 1))).isTrue();
            assertThat(grants(lostWithKnownEnd(), id(3, 2))).isTrue();
        }

        @Test
        void itVotesForNobodyWhileItDoesNotKnowWhatItsLogHadHeld() {
            assertThat(grants(lost(UNKNOWN), id(4_000, 3))).isFalse();
        }

        @Test
        void whatItWouldNotVoteForItDoesNotEncourage() {
            Script known = lostWithKnownEnd().passMillis(10_000);
            known.hears(2, new PreVote(4, id(3, 1), 1));
            assertThat(known.last(PreVoteResponse.class).granted()).isFalse();
            known.hears(2, new PreVote(4, id(4, 1), 2));
            assertThat(known.last(PreVoteResponse.class).granted()).isTrue();

            Script unknown = lost(UNKNOWN).passMillis(10_000);
            unknown.hears(2, new PreVote(4, id(4_000, 3), 1));
            assertThat(unknown.last(PreVoteResponse.class).granted()).isFalse();
        }

        @Test
        void itDoesNotCampaign() {
            Script script = lostWithKnownEnd();
            for (int i = 0; i < 10; i++) {
                script.timesOut();
            }
            assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
            script.heartbeat(2, 3, 0).hears(2, new TimeoutNow(3));
            assertThat(script.raft().role()).isEqualTo(RaftRole.FOLLOWER);
            assertThat(script.server.reports)
                    .contains(new Report.TransferDeclined(ProtocolCluster.node(2), "log-repairing"));
        }
    }

    @Nested
    class TheEnd {

        @Test
        void comesWhenTheLogHoldsItsLastEntryAgain() {
            Script script = lostWithKnownEnd().append(2, 3, id(2, 1), 0, 1);
            assertThat(repairing(script)).isTrue();
            script.append(2, 3, id(3, 1), 0, 1);
            assertThat(repairing(script)).isFalse();
            assertThat(script.server.disk.repair()).isEqualTo(new RepairMarker(1, false, Optional.empty()));
            assertThat(script.server.reports).contains(new Report.LogRepaired(1, id(4, 1)));
            script.timesOut();
            assertThat(script.raft().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
        }

        /** A leader of a later term has put others in their place, as it would have done had we kept them. */
        @Test
        void comesWhenALaterTermHasOverwrittenWhatWasLost() {
            Script script = lostWithKnownEnd().append(2, 3, id(2, 1), 0, 2);
            assertThat(repairing(script)).isFalse();
            assertThat(grants(script, id(9, 1))).isFalse();
        }

        /** What is left may have been replaced before, by what is lost: 3@2 looks later than 4@1, and is not what it was. */
        @Test
        void doesNotComeByWhatWasLeftButByWhatALeaderHasVerified() {
            VirtualDisk disk =
                    VirtualDisk.formed(Entries.members(3)).withLog(1, 1, 2, 2).withTerm(3);
            disk.losesFrom(4, Optional.of(id(4, 1)));
            Script script = new Script(3, disk);
            assertThat(repairing(script)).isTrue();
            script.append(2, 3, id(2, 1), 0, 1);
            assertThat(repairing(script)).isTrue();
            script.append(2, 3, id(3, 1), 0, 1);
            assertThat(repairing(script)).isFalse();
        }

        @Test
        void doesNotComeBeforeItIsDurable() {
            Script script = lostWithKnownEnd();
            script.server.diskIsFast = false;
            script.append(2, 3, id(2, 1), 0, 1, 1);
            assertThat(repairing(script)).isTrue();
            script.server.confirmAllWrites();
            assertThat(repairing(script)).isFalse();
        }

        /** The marker is kept by a crash, and so is the epoch: nothing more was lost. */
        @Test
        void aRestartInTheMidstOfItGoesOn() {
            Script script = lostWithKnownEnd().append(2, 3, id(2, 1), 0, 1);
            Script again = new Script(3, script.server.disk);
            assertThat(grants(again, id(3, 1))).isFalse();
            again.append(2, again.raft().currentTerm(), id(3, 1), 0, 1);
            assertThat(repairing(again)).isFalse();
        }

        /** Where its end is not known, a commit index of the leader's own term is as good: what was committed before is below it. */
        @Test
        void withoutAKnownEndItComesWithACommitOfALeaderThatKnows() {
            Script script = lost(UNKNOWN);
            tells(script, 5, 1, id(2, 1), 1, 1, 3);
            assertThat(repairing(script)).isFalse();
            assertThat(grants(script, id(4, 1))).isFalse();
            assertThat(grants(script, id(5, 3))).isTrue();
        }

        /** An old message may name a commit index that rests on what was lost. */
        @Test
        void aCommitOfALeaderThatDoesNotKnowOfTheLossEndsNothing() {
            Script script = lost(UNKNOWN);
            tells(script, 5, 0, id(2, 1), 1, 1, 3);
            assertThat(repairing(script)).isTrue();
        }

        /** A new leader does not know yet what the ones before it have committed (§8). */
        @Test
        void aCommitOfAnEarlierTermEndsNothing() {
            Script script = lost(UNKNOWN);
            tells(script, 4, 1, id(2, 1), 1, 1, 3);
            assertThat(repairing(script)).isTrue();
        }

        @Test
        void aCommitThatTheLogDoesNotReachEndsNothingYet() {
            Script script = lost(UNKNOWN);
            tells(script, 6, 1, id(2, 1), 1, 1, 3);
            assertThat(repairing(script)).isTrue();
            tells(script, 6, 1, id(5, 3), 3);
            assertThat(repairing(script)).isFalse();
        }

        /** A busy cluster commits faster than a slow disk follows; any commit index that a knowing leader has named will do. */
        @Test
        void aCommitThatMovesOnFasterThanTheDiskIsNotChased() {
            Script script = lost(UNKNOWN);
            script.server.diskIsFast = false;
            tells(script, 5, 1, id(2, 1), 1, 1, 3);
            tells(script, 8, 1, id(5, 3), 3, 3, 3);
            script.server.confirmOldestWrite();
            assertThat(script.raft().durableIndex()).isEqualTo(5);
            assertThat(script.server.reports).contains(new Report.LogRepaired(1, id(8, 3)));
        }

        /** A leader that has not committed anything in its term yet names what earlier ones had: that is reached, and not enough. */
        @Test
        void aCommitOfAnEarlierTermIsFollowedByOneThatWillDo() {
            Script script = lost(UNKNOWN);
            tells(script, 4, 1, id(2, 1), 1, 1, 3);
            assertThat(repairing(script)).isTrue();
            tells(script, 5, 1, id(5, 3));
            assertThat(repairing(script)).isFalse();
        }

        /** An idle leader has nothing to append: its heartbeats say it too. */
        @Test
        void aHeartbeatMayBringTheCommit() {
            Script script = lost(UNKNOWN);
            tells(script, 0, 1, id(2, 1), 1, 1, 3);
            script.hears(2, new Heartbeat(3, 5, 7, OptionalInt.empty(), 1, Optional.empty()));
            assertThat(repairing(script)).isFalse();
        }

        private static void tells(Script script, long commit, long knownEpoch, EntryId prev, long... terms) {
            script.hears(2, new AppendEntries(3, prev, commit, Entries.from(prev.index() + 1, terms), knownEpoch));
        }

        private static boolean repairing(Script script) {
            return script.server.disk.repair().repairing();
        }
    }

    @Nested
    class TheLeader {

        @Test
        void everyAnswerNamesTheEpoch() {
            Script script = lostWithKnownEnd().append(2, 3, id(3, 1), 0).heartbeat(2, 3, 0);
            assertThat(script.last(AppendEntriesResponse.class).success()).isFalse();
            assertThat(script.last(AppendEntriesResponse.class).epoch()).isEqualTo(1);
            assertThat(script.last(HeartbeatResponse.class).epoch()).isEqualTo(1);
            script.append(2, 3, id(2, 1), 0, 1);
            assertThat(script.last(AppendEntriesResponse.class).success()).isTrue();
            assertThat(script.last(AppendEntriesResponse.class).epoch()).isEqualTo(1);
        }

        /** S2 acknowledges 5 and loses it; what it had acknowledged commits nothing any more, however often it is repeated. */
        @Test
        void doesNotCountWhatWasAcknowledgedBeforeTheLoss() {
            Script script = Script.withLog(5, 1, 1, 1).wins(2, 3).acks(2, 4);
            long commit = script.raft().commitIndex();
            script.hears(2, new HeartbeatResponse(script.raft().currentTerm(), 1, 0, 0, 0, 0, 1));
            script.acks(2, 4).acks(3, 4);
            assertThat(script.raft().commitIndex()).isEqualTo(commit);
            script.hears(2, new AppendEntriesResponse(script.raft().currentTerm(), true, 4, EntryId.ZERO, 1));
            assertThat(script.raft().commitIndex()).isEqualTo(4);
        }

        /** Told apart by order, not by difference: a late answer of an earlier epoch is no news. */
        @Test
        void answersOfEarlierEpochsAreIgnoredAltogether() {
            Script script = Script.withLog(3, 1, 1, 1).wins(2);
            long term = script.raft().currentTerm();
            script.hears(2, new HeartbeatResponse(term, 1, 0, 0, 0, 0, 2));
            script.hears(2, new AppendEntriesResponse(term, true, 4, EntryId.ZERO, 1));
            script.hears(2, new HeartbeatResponse(term, 1, 4, 0, 0, 0, 1));
            script.hears(2, new InstallSnapshotResponse(term, 4, 0, true, 1));
            assertThat(script.raft().commitIndex()).isZero();
        }

        @Test
        void saysOnceThatAFollowerHasLostEntries() {
            Script script = Script.withLog(3, 1, 1, 1).wins(2).acks(2, 4);
            for (int i = 0; i < 3; i++) {
                script.hears(2, new HeartbeatResponse(script.raft().currentTerm(), 1, 0, 0, 0, 0, 1));
            }
            assertThat(script.server.reports).containsOnlyOnce(new Report.FollowerRepairs(Entries.member(2), 1, 4));
        }

        /** The epoch stays for good; a leader that takes office later learns it with the first answer. */
        @Test
        void doesNotTakeARepairOfLongAgoForALoss() {
            Script script = Script.withLog(3, 1, 1, 1).wins(2);
            script.hears(2, new HeartbeatResponse(script.raft().currentTerm(), 1, 0, 0, 0, 0, 1));
            assertThat(script.server.reports).noneMatch(Report.FollowerRepairs.class::isInstance);
        }

        @Test
        void sendsAgainWhatWasLost() {
            Script script = Script.withLog(3, 1, 1, 1).wins(2).acks(2, 4).forgetWhatWasSaid();
            long term = script.raft().currentTerm();
            script.hears(2, new HeartbeatResponse(term, 1, 0, 0, 0, 0, 1));
            script.hears(2, new AppendEntriesResponse(term, false, 4, id(2, 1), 1));
            assertThat(script.saidTo(2, AppendEntries.class))
                    .last()
                    .satisfies(append -> assertThat(append.prev()).isEqualTo(id(2, 1)))
                    .satisfies(append -> assertThat(append.knownEpoch()).isEqualTo(1));
        }

        /** A heartbeat names no more than the follower has acknowledged; only when that is everything it speaks of all commits. */
        @Test
        void itsHeartbeatSpeaksOfAllCommitsOnlyWhenItNamesThemAll() {
            Script script = Script.withLog(3, 1, 1, 1).wins(3).acks(3, 4).forgetWhatWasSaid();
            long term = script.raft().currentTerm();
            script.hears(2, new HeartbeatResponse(term, 1, 0, 0, 0, 0, 1)).timesOut();
            says(script, 0, 0);
            script.hears(2, new AppendEntriesResponse(term, true, 4, EntryId.ZERO, 1))
                    .timesOut();
            says(script, 4, 1);
        }

        private static void says(Script script, long commit, long knownEpoch) {
            Heartbeat heartbeat = script.saidTo(2, Heartbeat.class)
                    .get(script.saidTo(2, Heartbeat.class).size() - 1);
            assertThat(heartbeat.commit()).isEqualTo(commit);
            assertThat(heartbeat.knownEpoch()).isEqualTo(knownEpoch);
        }
    }

    @Nested
    class TheMarker {

        @Test
        void aSecondLossKeepsTheLaterPosition() {
            RepairMarker first = RepairMarker.NONE.lost(Optional.of(id(9, 2)));
            assertThat(first.lost(Optional.of(id(4, 2)))).isEqualTo(new RepairMarker(2, true, Optional.of(id(9, 2))));
            assertThat(first.lost(Optional.of(id(4, 3)))).isEqualTo(new RepairMarker(2, true, Optional.of(id(4, 3))));
        }

        @Test
        void anUnknownPositionStaysUnknownUntilTheRepairHasEnded() {
            RepairMarker unknown = RepairMarker.NONE.lost(UNKNOWN);
            assertThat(unknown.lost(Optional.of(id(4, 2)))).isEqualTo(new RepairMarker(2, true, UNKNOWN));
            assertThat(unknown.repaired().lost(Optional.of(id(4, 2))))
                    .isEqualTo(new RepairMarker(2, true, Optional.of(id(4, 2))));
        }
    }

    /** The whole of it: S2 loses entries that it and S1 alone have committed; S1 goes; S3 must not lead without them. */
    @Test
    void aCommittedEntryOutlivesTheLossOfACopy() {
        for (boolean endIsKnown : new boolean[] {true, false}) {
            ProtocolCluster cluster = ProtocolCluster.of(3);
            cluster.elect(1);
            cluster.isolate(3);
            long index = cluster.server(1).propose(Entries.payload(1)).index();
            cluster.runMillis(100);
            assertThat(cluster.raft(1).commitIndex()).isGreaterThanOrEqualTo(index);

            cluster.heal();
            cluster.isolate(1);
            EntryId end = id(index, cluster.raft(1).currentTerm());
            cluster.server(2).disk.losesFrom(index, endIsKnown ? Optional.of(end) : UNKNOWN);
            cluster.restart(2);
            cluster.runMillis(3_000);
            assertThat(cluster.raft(3).role()).isNotEqualTo(RaftRole.LEADER);
            assertThat(cluster.raft(2).role()).isEqualTo(RaftRole.FOLLOWER);

            cluster.heal();
            cluster.runMillis(3_000);
            assertThat(cluster.raft(2).lastIndex()).isGreaterThanOrEqualTo(index);
            assertThat(cluster.server(2).disk.repair()).isEqualTo(new RepairMarker(1, false, Optional.empty()));
        }
    }
}
