package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.SessionLimits;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Thesis §6.3 and K13: which of the copies of a command in the log is applied, and what the others are answered. */
class SessionTableTest {

    private static final ByteBuffer EMPTY = ByteBuffer.allocate(0);

    private final SessionBench bench = new SessionBench();
    private final long session = bench.open(SessionBench.LIMITS);

    /** A04. */
    @Test
    void theSecondCopyOfACommandIsAnsweredLikeTheFirstAndNotApplied() {
        long first = bench.send(session, 1, 1, "a");
        long other = bench.send(session, 2, 1, "b");
        bench.apply();
        long again = bench.send(session, 1, 1, "a");
        bench.apply();

        assertThat(bench.applied).containsExactly(first + ":a", other + ":b");
        assertThat(bench.answer(again)).isEqualTo(bench.answer(first)).isEqualTo("DONE " + first + " 1:a");
    }

    @Test
    void aCopyInTheSameBatchIsACopy() {
        long first = bench.send(session, 1, 1, "a");
        long again = bench.send(session, 1, 1, "a");
        bench.apply();

        assertThat(bench.applied).containsExactly(first + ":a");
        assertThat(bench.answer(again)).isEqualTo("DONE " + first + " 1:a");
    }

    @Test
    void commandsOfASessionAreAppliedInWhateverOrderTheyCome() {
        long third = bench.send(session, 3, 1, "c");
        long first = bench.send(session, 1, 1, "a");
        bench.apply();

        assertThat(bench.applied).containsExactly(third + ":c", first + ":a");
    }

    /** K13: what was applied below it is forgotten, so a late copy would be taken for the first. */
    @Test
    void nothingIsAppliedBelowTheFirstOutstandingSequence() {
        bench.send(session, 1, 1, "a");
        bench.send(session, 3, 3, "c");
        long late = bench.send(session, 1, 1, "a");
        long never = bench.send(session, 2, 1, "b");
        bench.apply();

        assertThat(bench.applied).hasSize(2);
        assertThat(bench.answer(late)).isEqualTo("OUT_OF_WINDOW 3 ");
        assertThat(bench.answer(never)).isEqualTo("OUT_OF_WINDOW 3 ");
    }

    @Test
    void theFirstOutstandingSequenceNeverGoesBack() {
        bench.keepAlive(session, 3);
        bench.keepAlive(session, 1);
        long late = bench.send(session, 2, 1, "b");
        bench.apply();

        assertThat(bench.applied).isEmpty();
        assertThat(bench.answer(late)).isEqualTo("OUT_OF_WINDOW 3 ");
    }

    @Test
    void noMoreThanAWindowOfSequencesIsRemembered() {
        long last = bench.send(session, 4, 1, "d");
        long beyond = bench.send(session, 5, 1, "e");
        long moved = bench.send(session, 5, 2, "e");
        bench.apply();

        assertThat(bench.applied).containsExactly(last + ":d", moved + ":e");
        assertThat(bench.answer(beyond)).isEqualTo("OUT_OF_WINDOW 1 ");
    }

    /** A06. */
    @Test
    void aCommandOfASessionThatIsNotThereIsAnErrorAndNotApplied() {
        long unknown = bench.send(99, 1, 1, "a");
        bench.close(session);
        long closed = bench.send(session, 1, 1, "a");
        bench.apply();

        assertThat(bench.applied).isEmpty();
        assertThat(bench.answer(unknown)).isEqualTo("EXPIRED 0 ");
        assertThat(bench.answer(closed)).isEqualTo("EXPIRED 0 ");
    }

    /** A05: by the time of the log alone. */
    @Test
    void aSessionExpiresWhenLogTimeHasPassedSinceItsLastSignOfLife() {
        bench.advanceMillis(999);
        bench.keepAlive(session, 1);
        bench.advanceMillis(999);
        long alive = bench.send(session, 1, 1, "a");
        bench.advanceMillis(1_000);
        long expired = bench.send(session, 2, 1, "b");
        bench.apply();

        assertThat(bench.applied).containsExactly(alive + ":a");
        assertThat(bench.answer(expired)).isEqualTo("EXPIRED 0 ");
    }

    /** A05: whether an entry came in between must not matter, because expiry is a matter of time and not of entries. */
    @Test
    void aSessionExpiresBeforeTheEntryThatBringsItsTime() {
        bench.apply();
        bench.advanceMillis(5_000);
        long tooLate = bench.keepAlive(session, 1);
        bench.apply();

        assertThat(bench.answer(tooLate)).isEqualTo("EXPIRED 0 ");
        assertThat(bench.table.size()).isZero();
    }

    @Test
    void entriesOfAnyTypeLetSessionsExpire() {
        bench.apply();
        assertThat(bench.table.nextExpiryMillis()).isEqualTo(11_000);
        bench.advanceMillis(1_000);
        bench.append(EntryType.CLOCK, EMPTY);
        bench.apply();

        assertThat(bench.table.size()).isZero();
        assertThat(bench.table.nextExpiryMillis()).isEqualTo(SessionTable.NEVER);
    }

    @Test
    void noMoreSessionsAreOpenedThanTheEntryAllows() {
        bench.open(SessionBench.LIMITS);
        bench.open(SessionBench.LIMITS);
        long refused = bench.open(SessionBench.LIMITS);
        long alive = bench.send(session, 1, 1, "a");
        bench.apply();
        bench.close(session);
        long opened = bench.open(SessionBench.LIMITS);
        bench.apply();

        assertThat(bench.answer(refused)).isEqualTo("TOO_MANY_SESSIONS 3 ");
        assertThat(bench.applied).containsExactly(alive + ":a");
        assertThat(bench.answer(opened)).isEqualTo("DONE " + opened + " granted");
    }

    @Test
    void aSessionThatKeepsTooMuchLosesItsOldestReplyAndNoCommandIsAppliedTwice() {
        long small = bench.open(new SessionLimits(1_000, 4, 150, 3, 5_000));
        long first = bench.send(small, 1, 1, "a");
        long second = bench.send(small, 2, 1, "b");
        long third = bench.send(small, 3, 1, "c");
        long again = bench.send(small, 1, 1, "a");
        long newest = bench.send(small, 3, 1, "c");
        bench.apply();

        assertThat(bench.applied).containsExactly(first + ":a", second + ":b", third + ":c");
        assertThat(bench.answer(again)).isEqualTo("REPLY_LOST " + first + " ");
        assertThat(bench.answer(newest)).isEqualTo("DONE " + third + " 3:c");
    }

    @Test
    void allSessionsTogetherLoseTheOldestReply() {
        long other = bench.open(new SessionLimits(1_000, 4, 1_000, 3, 150));
        long oldest = bench.send(session, 1, 1, "a");
        bench.send(other, 1, 1, "b");
        long kept = bench.send(session, 2, 1, "c");
        long againOldest = bench.send(session, 1, 1, "a");
        long againKept = bench.send(session, 2, 1, "c");
        bench.apply();

        assertThat(bench.table.replyBytes()).isLessThanOrEqualTo(150);
        assertThat(bench.answer(againOldest)).isEqualTo("REPLY_LOST " + oldest + " ");
        assertThat(bench.answer(againKept)).isEqualTo("DONE " + kept + " 3:c");
    }

    @Test
    void whatTheClientWaitsForNoMoreTakesNoSpace() {
        bench.send(session, 1, 1, "a");
        bench.send(session, 2, 1, "b");
        bench.apply();
        long before = bench.table.replyBytes();
        bench.keepAlive(session, 3);
        bench.apply();

        assertThat(before).isPositive();
        assertThat(bench.table.replyBytes()).isZero();
    }

    /** A04 across a snapshot. */
    @Test
    void aSnapshotHoldsSessionsAndReplies() {
        long first = bench.send(session, 1, 1, "a");
        bench.apply();
        bench.throughASnapshot();
        long again = bench.send(session, 1, 1, "a");
        bench.advanceMillis(1_000);
        long late = bench.send(session, 1, 1, "a");
        bench.apply();

        assertThat(bench.applied).containsExactly(first + ":a");
        assertThat(bench.answer(again)).isEqualTo("DONE " + first + " 1:a");
        assertThat(bench.answer(late)).isEqualTo("EXPIRED 0 ");
    }

    /** K18: they pass through the table, which then knows that they were applied, but not what they replied. */
    @Test
    void whatTheStateMachineHasByItselfIsNotAppliedAgainAndItsReplyIsLost() {
        long first = bench.send(session, 1, 1, "a");
        bench.apply(2, first);
        long again = bench.send(session, 1, 1, "a");
        bench.apply();

        assertThat(bench.applied).isEmpty();
        assertThat(bench.answer(again)).isEqualTo("REPLY_LOST " + first + " ");
    }

    @Test
    void sessionsThatAreOpenedAndClosedAreForgotten() {
        bench.close(session);
        for (int i = 0; i < 5_000; i++) {
            bench.close(bench.open(SessionBench.LIMITS));
        }
        bench.apply();

        assertThat(bench.table.size()).isZero();
        assertThat(bench.table.remembered()).isLessThan(3_000);
    }
}
