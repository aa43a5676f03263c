package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.id;
import static io.pecanraft.protocol.Entries.member;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.InvariantViolation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The small parts of the protocol, one by one. */
class ProtocolPartsTest {

    @Nested
    class TheVoteTally {
        private final Membership three = Membership.ofVoters(0, Entries.members(3));

        @Test
        void countsAVoterOnceAndItsFirstAnswer() {
            VoteTally tally = new VoteTally();
            tally.record(member(1), true);
            tally.record(member(1), true);
            tally.record(member(2), false);
            tally.record(member(2), true);
            assertThat(tally.isWon(three)).isFalse();
            tally.record(member(3), true);
            assertThat(tally.isWon(three)).isTrue();
        }

        @Test
        void doesNotCountOtherIncarnationsNorLearners() {
            Membership withLearner = new Membership(
                    0, Entries.members(2), List.of(), List.of(Entries.members(3).get(2)), List.of());
            VoteTally tally = new VoteTally();
            tally.record(member(1), true);
            tally.record(member(2, 2), true);
            tally.record(member(3), true);
            assertThat(tally.isWon(withLearner)).isFalse();
        }
    }

    @Nested
    class TheInFlightWindow {
        @Test
        void isFullByEntriesOrBytesAndFreesWhatIsAcknowledged() {
            InFlightWindow window = new InFlightWindow(10, 100);
            window.add(4, 4, 10);
            assertThat(window.freeEntries()).isEqualTo(6);
            window.add(10, 6, 10);
            assertThat(window.isFull()).isTrue();
            window.acknowledge(9);
            assertThat(window.freeEntries()).isEqualTo(4);
            window.add(11, 1, 500);
            assertThat(window.isFull()).isTrue();
            window.acknowledge(11);
            assertThat(window.isEmpty()).isTrue();
            assertThat(window.isFull()).isFalse();
        }

        /** F01 (etcd-io/raft#54). */
        @Test
        void leavesNothingBehindWhenCleared() {
            InFlightWindow window = new InFlightWindow(10, 100);
            window.add(10, 10, 1_000);
            window.clear();
            assertThat(window.freeEntries()).isEqualTo(10);
            assertThat(window.isFull()).isFalse();
        }
    }

    @Nested
    class TheProgressOfAFollower {
        /** R08: no index is taken for "none", and none runs out of the log at either end. */
        @Test
        void keepsNextAboveMatchAndNeverBelowOne() {
            Progress progress = new Progress(member(2), 0, 5, Entries.SETTINGS, 0);
            progress.rejected(4, 0);
            assertThat(progress.nextIndex()).isEqualTo(1);
            progress.rejected(0, 0);
            assertThat(progress.nextIndex()).isEqualTo(1);
            progress.acknowledged(3, 0);
            assertThat(progress.nextIndex()).isEqualTo(4);
            progress.rejected(3, 1);
            progress.rejected(2, 1);
            assertThat(progress.nextIndex()).isEqualTo(4);
            progress.rejected(Long.MAX_VALUE, Long.MAX_VALUE);
            assertThat(progress.nextIndex()).isLessThanOrEqualTo(5);
        }
    }

    @Nested
    class TheMembershipTracker {
        private LogEntry entry(long index, int members) {
            return new LogEntry(
                    index,
                    1,
                    1,
                    EntryType.MEMBERSHIP,
                    MembershipCodec.encode(Membership.ofVoters(0, Entries.members(members))));
        }

        /** M02. */
        @Test
        void putsAConfigurationInForceWhenAppendedAndTakesItBackWhenTruncated() {
            MembershipTracker tracker = new MembershipTracker();
            tracker.reset(Membership.ofVoters(0, Entries.members(3)));
            assertThat(tracker.appended(entry(5, 4))).isTrue();
            assertThat(tracker.appended(entry(9, 5))).isTrue();
            assertThat(tracker.inForce().logIndex()).isEqualTo(9);
            assertThat(tracker.truncatedFrom(9)).isTrue();
            assertThat(tracker.inForce().voters()).hasSize(4);
            assertThat(tracker.truncatedFrom(2)).isTrue();
            assertThat(tracker.inForce().voters()).hasSize(3);
            assertThat(tracker.truncatedFrom(1)).isFalse();
        }

        @Test
        void keepsTheNewestCommittedConfigurationToFallBackTo() {
            MembershipTracker tracker = new MembershipTracker();
            tracker.reset(Membership.ofVoters(0, Entries.members(3)));
            tracker.appended(entry(5, 4));
            tracker.appended(entry(9, 5));
            tracker.committedThrough(6);
            tracker.truncatedFrom(7);
            assertThat(tracker.inForce().logIndex()).isEqualTo(5);
        }
    }

    @Nested
    class TheLogClock {
        private static final long MILLI = 1_000_000;

        @Test
        void startsWithTheWallClockAndGoesOnByElapsedTime() {
            LogClock clock = new LogClock(0, 5_000, 100);
            assertThat(clock.stamp(100)).isEqualTo(5_000);
            assertThat(clock.stamp(100 + 7 * MILLI)).isEqualTo(5_007);
        }

        /** K10: the wall clock of a new leader, wrong by a day, changes nothing. */
        @Test
        void continuesTheLogWhateverTheWallClockSays() {
            LogClock clock = new LogClock(9_000, 1, 0);
            assertThat(clock.stamp(3 * MILLI)).isEqualTo(9_003);
            clock.observe(20_000, 4 * MILLI);
            assertThat(clock.stamp(5 * MILLI)).isEqualTo(20_001);
        }

        /** K10: neither does that of a follower which had nothing in its log when it started, when it leads later. */
        @Test
        void continuesTheLogOfAnotherWhoseWallClockWasBehind() {
            LogClock clock = new LogClock(0, 60_000, 0);
            clock.observe(5_000, 4 * MILLI);
            assertThat(clock.stamp(5 * MILLI)).isEqualTo(5_001);
        }

        /** K10: a follower's clock that runs faster than its leader's does not get ahead of the log, however long it follows. */
        @Test
        void goesOnFromTheLastEntryAndNotFromItsOwnReckoning() {
            LogClock clock = new LogClock(1_000, 1, 0);
            for (long i = 1; i <= 1_000; i++) {
                clock.observe(1_000 + i * 10, i * 11 * MILLI);
            }
            assertThat(clock.stamp(11_001 * MILLI)).isEqualTo(11_001);
        }

        @Test
        void losesNoFractions() {
            LogClock clock = new LogClock(1_000, 1, 0);
            for (int i = 1; i <= 30; i++) {
                clock.observe(clock.stamp(i * MILLI / 3), i * MILLI / 3);
            }
            assertThat(clock.stamp(10 * MILLI)).isEqualTo(1_010);
        }

        @Test
        void neverRunsBackwards() {
            LogClock clock = new LogClock(1_000, 1, 0);
            assertThat(clock.stamp(10 * MILLI)).isEqualTo(1_010);
            assertThat(clock.stamp(0)).isEqualTo(1_010);
        }
    }

    @Nested
    class TheTermRuns {
        @Test
        void nameTheLastIndexOfATermOrAnEarlierOne() {
            TermRuns runs = new TermRuns(id(10, 2), List.of(id(11, 2), id(13, 5), id(20, 9)));
            assertThat(runs.termAt(12)).isEqualTo(2);
            assertThat(runs.termAt(13)).isEqualTo(5);
            assertThat(runs.lastIndexWithTermAtMost(8, 25)).isEqualTo(19);
            assertThat(runs.lastIndexWithTermAtMost(5, 15)).isEqualTo(15);
            assertThat(runs.lastIndexWithTermAtMost(4, 25)).isEqualTo(12);
            assertThat(runs.lastIndexWithTermAtMost(1, 25)).isEqualTo(10);
        }

        @Test
        void refuseATermThatDecreases() {
            TermRuns runs = new TermRuns(id(10, 2), List.of());
            assertThatThrownBy(() -> runs.append(11, 1)).isInstanceOf(InvariantViolation.class);
        }
    }
}
