package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.id;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.Refill;
import io.pecanraft.model.RaftMessage.RefillResponse;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.RepairMarker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** K21: a log that has lost what it had acknowledged gets it back from others than a leader, where there is none (ADR 12). */
class LogRefillTest {

    private static final EntryId HELD = id(4, 1);

    /** Server n1 of three in term 3, whose log was 1..4 of term 1, and is 1..2 now. */
    private static Script lost() {
        return lost(Optional.of(HELD), 1, 1, 1, 1);
    }

    /** Server n1 of three in term 3, which has entries of these terms, the first two after a loss. */
    private static Script lost(Optional<EntryId> lastPosition, long... terms) {
        VirtualDisk disk = VirtualDisk.formed(Entries.members(3)).withLog(terms).withTerm(3);
        disk.losesFrom(3, lastPosition);
        return new Script(3, disk);
    }

    private static RefillResponse refill(EntryId held, EntryId prev, long... terms) {
        return new RefillResponse(held, prev, Entries.from(prev.index() + 1, terms));
    }

    private static boolean repairing(Script script) {
        return script.server.disk.repair().repairing();
    }

    @Nested
    class WhoAsks {

        @Test
        void asksAllOthersWhenItHearsNoLeader() {
            Script script = lost().timesOut();
            assertThat(script.saidTo(2, Refill.class)).containsExactly(new Refill(id(2, 1), HELD));
            assertThat(script.saidTo(3, Refill.class)).containsExactly(new Refill(id(2, 1), HELD));
            assertThat(script.said(Refill.class)).hasSize(2);
            assertThat(script.server.reports).containsOnlyOnce(new Report.RefillAsked(id(2, 1), HELD));
        }

        @Test
        void asksAgainAndSaysSoOnce() {
            Script script = lost().timesOut().timesOut().timesOut();
            assertThat(script.saidTo(2, Refill.class)).hasSize(3);
            assertThat(script.server.reports).containsOnlyOnce(new Report.RefillAsked(id(2, 1), HELD));
        }

        @Test
        void doesNotAskForWhatItDoesNotKnow() {
            assertThat(lost(Optional.empty(), 1, 1, 1, 1).timesOut().said(Refill.class))
                    .isEmpty();
        }

        @Test
        void hasLostSomething() {
            assertThat(Script.withLog(3, 1, 1).timesOut().said(Refill.class)).isEmpty();
        }

        /** What is left of the log may be an earlier state of it, or of a later term than what was lost: then a leader must decide. */
        @Test
        void hasALogThatEndsBeforeWhatItHad() {
            Script script = lost(Optional.of(HELD), 1, 2, 2, 2).timesOut();
            assertThat(script.said(Refill.class)).isEmpty();
        }

        @Test
        void hasReachedTheTermOfWhatItHad() {
            Script script = lost(Optional.of(id(4, 9)), 1, 1, 1, 1).timesOut();
            script.hears(2, refill(id(4, 9), id(2, 1), 1, 9));
            assertThat(script.said(Refill.class)).isEmpty();
            assertThat(script.logTerms()).containsExactly(1L, 1L);
        }
    }

    @Nested
    class WhatComes {

        @Test
        void endsTheRepairWhenItIsDurableUpToTheLastEntry() {
            Script script = lost().timesOut().hears(2, refill(HELD, id(2, 1), 1, 1));
            assertThat(script.logTerms()).containsExactly(1L, 1L, 1L, 1L);
            assertThat(script.server.disk.repair()).isEqualTo(new RepairMarker(1, false, Optional.empty()));
            assertThat(script.server.reports).contains(new Report.LogRepaired(1, HELD));
            script.timesOut();
            assertThat(script.raft().role()).isEqualTo(RaftRole.PRE_CANDIDATE);
        }

        @Test
        void isAskedForWhereItCameFromOnceItIsDurable() {
            Script script = lost().timesOut().forgetWhatWasSaid();
            script.server.diskIsFast = false;
            script.hears(2, refill(HELD, id(2, 1), 1));
            assertThat(script.said(Refill.class)).isEmpty();
            script.server.confirmAllWrites();
            assertThat(script.saidTo(2, Refill.class)).containsExactly(new Refill(id(3, 1), HELD));
            assertThat(script.said(Refill.class)).hasSize(1);
        }

        /** Whoever answers goes on; the others are asked when that has stopped. */
        @Test
        void comesFromOneAtATime() {
            Script script =
                    lost().timesOut().hears(2, refill(HELD, id(2, 1), 1)).forgetWhatWasSaid();
            script.hears(3, refill(HELD, id(2, 1), 1)).timesOut();
            assertThat(script.said(Refill.class)).isEmpty();
            script.timesOut();
            assertThat(script.saidTo(3, Refill.class)).containsExactly(new Refill(id(3, 1), HELD));
        }

        /** Only a leader knows what is committed, and that our log equals its own (§5.3, §5.4.2). */
        @Test
        void isNeitherVerifiedNorCommitted() {
            Script script = lost().timesOut().hears(2, refill(HELD, id(2, 1), 1, 1));
            script.heartbeat(3, 3, 4);
            assertThat(script.last(HeartbeatResponse.class).matchIndex()).isZero();
            assertThat(script.raft().commitIndex()).isZero();
            assertThat(script.said(AppendEntriesResponse.class)).isEmpty();
            script.append(3, 3, id(2, 1), 0, 3);
            assertThat(script.logTerms()).containsExactly(1L, 1L, 3L);
        }

        @Test
        void changesNeitherTermNorVoteNorTimer() {
            Script script = lost().timesOut().passMillis(10_000).asksForVote(2, 4, HELD);
            long deadline = script.raft().nextDeadlineNanos();
            script.passMillis(1).hears(2, refill(HELD, id(2, 1), 1));
            assertThat(script.raft().nextDeadlineNanos()).isEqualTo(deadline);
            assertThat(script.raft().currentTerm()).isEqualTo(4);
            assertThat(script.raft().votedFor()).contains(Entries.member(2));
        }

        @Test
        void isNotNeededWhereALeaderIsHeard() {
            Script script = lost().timesOut().heartbeat(3, 3, 0).hears(2, refill(HELD, id(2, 1), 1, 1));
            assertThat(script.logTerms()).containsExactly(1L, 1L);
        }

        @Test
        void isOfTheLogThatWasHereOrOfNoUse() {
            Script script = lost().timesOut();
            script.hears(2, refill(id(5, 1), id(2, 1), 1, 1));
            script.hears(2, refill(id(4, 2), id(2, 1), 2, 2));
            script.hears(2, refill(HELD, id(1, 1), 1, 1));
            assertThat(script.logTerms()).containsExactly(1L, 1L);
        }

        @Test
        void leadsToWhatWasAskedFor() {
            assertThatThrownBy(() -> refill(HELD, id(2, 1))).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> refill(HELD, id(2, 1), 1, 2)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> refill(HELD, id(2, 1), 2)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> refill(HELD, id(2, 1), 1, 1, 1)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Refill(HELD, HELD)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> new Refill(id(2, 2), HELD)).isInstanceOf(IllegalArgumentException.class);
        }

        /** One that hangs for hours must not be asked to remember the whole gap. */
        @Test
        void isAskedForOnlyWhenTheDiskHasTheLastAnswer() {
            Script script = lost().timesOut();
            script.server.diskIsFast = false;
            script.hears(2, refill(HELD, id(2, 1), 1)).forgetWhatWasSaid();
            script.timesOut().timesOut().timesOut().timesOut();
            assertThat(script.said(Refill.class)).isEmpty();
            script.server.confirmAllWrites();
            script.timesOut().timesOut();
            assertThat(script.said(Refill.class)).contains(new Refill(id(3, 1), HELD));
        }

        /** What a leader has written may be as long as what was lost, and yet earlier: then only a leader can tell. */
        @Test
        void isNotAskedForByALogThatIsAsLong() {
            Script script = lost(Optional.of(id(4, 2)), 1, 1, 2, 2).timesOut();
            script.append(3, 3, id(2, 1), 0, 1, 1).forgetWhatWasSaid();
            script.passMillis(10_000).timesOut().timesOut();
            assertThat(script.said(Refill.class)).isEmpty();
            assertThat(repairing(script)).isTrue();
        }

        /** Configurations among it are in force as soon as they are in the log, and not any more when a leader replaces them (§6). */
        @Test
        void bringsItsConfigurationsAndLosesThemToALeader() {
            Script script = lost().timesOut();
            Membership four = Membership.ofVoters(3, Entries.members(4));
            LogEntry configuration = new LogEntry(3, 1, 0, EntryType.MEMBERSHIP, MembershipCodec.encode(four));
            script.hears(2, new RefillResponse(HELD, id(2, 1), List.of(configuration, Entries.command(4, 1))));
            assertThat(script.raft().state.membership.inForce().members()).hasSize(4);
            script.append(3, 3, id(2, 1), 0, 3);
            assertThat(script.raft().state.membership.inForce().members()).hasSize(3);
        }

        @Test
        void needNotStayInMemory() {
            VirtualDisk disk =
                    VirtualDisk.formed(Entries.members(3)).withLog(1, 1, 1, 1).withTerm(3);
            disk.losesFrom(1, Optional.of(HELD));
            Script script = new Script(3, disk, Entries.settings(1_000, 1 << 20, 64, 0, 0)).timesOut();
            script.hears(2, refill(HELD, EntryId.ZERO, 1, 1, 1));
            assertThat(script.raft().state.log.inMemory(3)).isFalse();
        }
    }

    /**
     * What was acknowledged after the loss is never taken back, though it does not belong to the log before the loss. A refill that removed
     * what conflicts, as a leader does, would lose committed entries.
     */
    @Nested
    class NothingIsRemoved {

        /** 3@1 is acknowledged to the leader of term 3, which holds us to it; the answer is to a question from before. */
        @Test
        void thatWasAcknowledgedToTheLeaderOfTheTerm() {
            EntryId held = id(4, 2);
            Script script = lost(Optional.of(held), 1, 1, 2, 2).timesOut();
            script.append(3, 3, id(2, 1), 0, 1);
            assertThat(script.last(AppendEntriesResponse.class).index()).isEqualTo(3);
            assertThat(repairing(script)).isTrue();
            script.passMillis(10_000).timesOut().hears(2, refill(held, id(2, 1), 2, 2));
            assertThat(script.logTerms()).containsExactly(1L, 1L, 1L);
        }

        /** 3@3 is committed with our copy. The repair is over, but a crash comes before that is written down. */
        @Test
        void thatWasCommittedBeforeACrash() {
            Script script = lost().timesOut();
            script.server.diskIsFast = false;
            script.append(3, 3, id(2, 1), 3, 3);
            script.server.confirmOldestWrite();
            assertThat(script.last(AppendEntriesResponse.class).index()).isEqualTo(3);
            Script again = new Script(3, crashed(script));
            assertThat(repairing(again)).isTrue();
            again.timesOut().hears(2, refill(HELD, id(2, 1), 1, 1));
            assertThat(again.said(Refill.class)).isEmpty();
            assertThat(again.logTerms()).containsExactly(1L, 1L, 3L);
        }

        /** Another loss leaves the later of both positions, which an answer from before it fits, or does not. */
        @Test
        void byAnswersFromBeforeAnotherLoss() {
            VirtualDisk disk =
                    VirtualDisk.formed(Entries.members(3)).withLog(1, 1, 1, 1).withTerm(3);
            disk.losesFrom(3, Optional.of(HELD));
            disk.losesFrom(2, Optional.of(HELD));
            Script same = new Script(3, disk).hears(2, refill(HELD, id(2, 1), 1, 1));
            assertThat(same.logTerms()).containsExactly(1L);
            same.hears(2, refill(HELD, id(1, 1), 1, 1, 1));
            assertThat(same.logTerms()).containsExactly(1L, 1L, 1L, 1L);
            VirtualDisk later =
                    VirtualDisk.formed(Entries.members(3)).withLog(1, 1, 1, 1).withTerm(3);
            later.losesFrom(3, Optional.of(HELD));
            later.losesFrom(2, Optional.of(id(5, 2)));
            Script other = new Script(3, later).hears(2, refill(HELD, id(1, 1), 1, 1, 1));
            assertThat(other.logTerms()).containsExactly(1L);
        }

        private static VirtualDisk crashed(Script script) {
            script.server.disk.crash(0, -1);
            return script.server.disk;
        }
    }

    @Nested
    class WhoAnswers {

        private static final Refill QUESTION = new Refill(id(2, 1), HELD);

        @Test
        void sendsWhatLiesBetween() {
            Script script = Script.withLog(3, 1, 1, 1, 1, 2).hears(2, QUESTION);
            assertThat(script.saidTo(2, RefillResponse.class)).containsExactly(refill(HELD, id(2, 1), 1, 1));
        }

        @Test
        void sendsWhatIsOnlyInMemoryYet() {
            Script script = Script.withLog(3, 1, 1);
            script.server.diskIsFast = false;
            script.append(3, 3, id(2, 1), 0, 1, 1, 3).hears(2, QUESTION);
            assertThat(script.saidTo(2, RefillResponse.class)).containsExactly(refill(HELD, id(2, 1), 1, 1));
        }

        @Test
        void holdsWhatTheOtherHad() {
            assertThat(Script.withLog(3, 1, 1, 1).hears(2, QUESTION).said(RefillResponse.class))
                    .isEmpty();
            assertThat(Script.withLog(3, 1, 1, 1, 2).hears(2, QUESTION).said(RefillResponse.class))
                    .isEmpty();
        }

        @Test
        void holdsWhatTheOtherHas() {
            assertThat(Script.withLog(3, 1, 1, 2, 2)
                            .hears(2, new Refill(id(3, 1), id(4, 2)))
                            .said(RefillResponse.class))
                    .isEmpty();
        }

        /** Where its log begins behind the gap it has no entries to send; a snapshot is a leader's to send. */
        @Test
        void hasNotForgottenTheEntries() {
            VirtualDisk disk = VirtualDisk.formed(Entries.members(3))
                    .withLog(1, 1, 1, 1)
                    .withSnapshot(Entries.snapshot(id(3, 1), 3, 0), 0);
            disk.compactThrough(3);
            assertThat(new Script(3, disk).hears(2, QUESTION).said(RefillResponse.class))
                    .isEmpty();
        }

        @Test
        void tellsMembersOnly() {
            Script script = Script.withLog(3, 1, 1, 1, 1);
            script.hears(Entries.member(2, 2), QUESTION).hears(Entries.member(4), QUESTION);
            assertThat(script.said(RefillResponse.class)).isEmpty();
        }

        @Test
        void sendsNoMoreThanALeaderWould() {
            Script script = new Script(
                    3,
                    VirtualDisk.formed(Entries.members(3)).withLog(1, 1, 1, 1, 1, 1),
                    Entries.settings(1_000, 1 << 20, 2, 1 << 16, 0));
            script.hears(2, new Refill(id(1, 1), id(6, 1)));
            assertThat(script.last(RefillResponse.class)).isEqualTo(refill(id(6, 1), id(1, 1), 1, 1));
        }

        /** It need not be sound itself: that it holds the entry is enough. */
        @Test
        void mayBeDamagedFurtherOn() {
            VirtualDisk disk = VirtualDisk.formed(Entries.members(3)).withLog(1, 1, 1, 1, 1, 2);
            disk.losesFrom(5, Optional.of(id(6, 2)));
            assertThat(new Script(3, disk).hears(2, QUESTION).last(RefillResponse.class))
                    .isEqualTo(refill(HELD, id(2, 1), 1, 1));
        }

        @Test
        void changesNothingInIt() {
            Script script = Script.withLog(3, 1, 1, 1, 1).asksForVote(3, 2, HELD);
            long deadline = script.raft().nextDeadlineNanos();
            script.passMillis(1).hears(2, QUESTION);
            assertThat(script.said(RefillResponse.class)).hasSize(1);
            assertThat(script.raft().nextDeadlineNanos()).isEqualTo(deadline);
            assertThat(script.raft().currentTerm()).isEqualTo(2);
            assertThat(script.raft().votedFor()).contains(Entries.member(3));
            assertThat(script.server.disk.unconfirmed()).isZero();
        }

        @Test
        void readsOnceAtATimeForEachWhoAsks() {
            Script script = Script.withLog(3, 1, 1, 1, 1);
            List<Effect> reads = reads(script);
            script.server.turn(raft -> {
                raft.step(Entries.member(2), QUESTION, script.now);
                raft.step(Entries.member(2), QUESTION, script.now);
                raft.step(Entries.member(3), QUESTION, script.now);
            });
            assertThat(reads).hasSize(2);
            assertThat(script.said(RefillResponse.class)).hasSize(2);
            script.hears(2, QUESTION);
            assertThat(script.said(RefillResponse.class)).hasSize(3);
        }

        /** A leader replaces them in the same turn: a read of what is not there any more would be taken for damage. */
        @Test
        void doesNotReadWhatIsBeingReplaced() {
            Script script = Script.withLog(3, 1, 1, 1, 1);
            List<Effect> reads = reads(script);
            script.server.turn(raft -> {
                raft.step(Entries.member(2), QUESTION, script.now);
                raft.step(Entries.member(3), new AppendEntries(2, id(2, 1), 0, Entries.from(3, 2, 2)), script.now);
            });
            assertThat(reads).isEmpty();
            assertThat(script.said(RefillResponse.class)).isEmpty();
        }

        /** A leader replaces them while they are read. */
        @Test
        void sendsNothingWhenItDoesNotHoldTheEntryAnyMore() {
            Script script = Script.withLog(3, 1, 1, 1, 1);
            long token = asked(script);
            script.append(2, 2, id(2, 1), 0, 2, 2).forgetWhatWasSaid();
            script.server.turn(raft -> raft.logRead(token, Entries.from(3, 1)));
            assertThat(script.said(RefillResponse.class)).isEmpty();
        }

        /** They were replaced, read, and came back. */
        @Test
        void sendsNothingThatIsNotInItsLog() {
            Script script = Script.withLog(3, 1, 1, 1, 1);
            long token = asked(script);
            script.server.turn(raft -> raft.logRead(token, Entries.from(3, 2)));
            assertThat(script.said(RefillResponse.class)).isEmpty();
        }

        /** The question, whose read is answered by nobody yet. */
        private static long asked(Script script) {
            script.raft().step(Entries.member(2), QUESTION, script.now);
            return script.raft().flush(script.now).stream()
                    .filter(Effect.ReadLog.class::isInstance)
                    .map(effect -> ((Effect.ReadLog) effect).token())
                    .findFirst()
                    .orElseThrow();
        }

        private static List<Effect> reads(Script script) {
            List<Effect> reads = new ArrayList<>();
            script.server.watch = effect -> {
                if (effect instanceof Effect.ReadLog) {
                    reads.add(effect);
                }
            };
            return reads;
        }
    }

    /**
     * The whole of it. n2 has 1..8, and its copy of 7 is damaged; n1 lagged behind with 1..6, and its copy of 3 is damaged; n3 has 1..5. n3 gets no
     * vote, since 6 may be committed; n2 holds what n1 had.
     */
    @Test
    void twoDamagedLogsOfThreeElectALeader() {
        ProtocolCluster cluster = ProtocolCluster.of(3, Entries.SETTINGS, number -> {
            VirtualDisk disk = VirtualDisk.formed(Entries.members(3));
            switch (number) {
                case 1 -> disk.withLog(1, 1, 1, 1, 1, 1).losesFrom(3, Optional.of(id(6, 1)));
                case 2 -> disk.withLog(1, 1, 1, 1, 1, 1, 1, 1).losesFrom(7, Optional.of(id(8, 1)));
                default -> disk.withLog(1, 1, 1, 1, 1);
            }
            return disk;
        });
        cluster.runMillis(3_000);
        assertThat(cluster.leader()).isPresent();
        for (int number = 1; number <= 3; number++) {
            assertThat(cluster.raft(number).commitIndex()).isGreaterThanOrEqualTo(7);
            assertThat(cluster.server(number).disk.repair().repairing()).isFalse();
            assertThat(cluster.server(number).term(6)).isEqualTo(1);
        }
    }
}
