package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.command;
import static io.pecanraft.runtime.TestCluster.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.CommandTooLargeException;
import io.pecanraft.LeadershipLostException;
import io.pecanraft.NodeStoppedException;
import io.pecanraft.NotLeaderException;
import io.pecanraft.OperationTimeoutException;
import io.pecanraft.OverloadedException;
import io.pecanraft.ProposalResult;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.RaftSession;
import io.pecanraft.ReplyLostException;
import io.pecanraft.SessionCalls;
import io.pecanraft.SessionExpiredException;
import io.pecanraft.SessionGrant;
import io.pecanraft.SessionOptions;
import io.pecanraft.SessionSequence;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a session does with what its servers answer, attempt by attempt. */
class RaftSessionTest {

    private final NotLeaderException notLeader = new NotLeaderException("no leader", Optional.empty(), 1);
    private final LeadershipLostException lost = new LeadershipLostException("lost", 1, 1);

    private final VirtualTime time = new VirtualTime();
    private final Server one = new Server();
    private final Server two = new Server();
    private final SessionOptions options = SessionOptions.of(time, 7)
            .withCommandTimeout(Duration.ofSeconds(10))
            .withAttemptTimeout(Duration.ofSeconds(1));
    private final RaftSession session = open();

    private RaftSession open() {
        CompletableFuture<RaftSession> opened = RaftSession.open(List.of(one, two), options);
        time.settle();
        return opened.join();
    }

    @Test
    void aRefusedAttemptIsMadeAgainAtTheNextServerAsAFirstOne() {
        one.failNext(notLeader);
        CompletableFuture<ProposalResult> proposed = session.propose(command("a"));
        time.advanceMillis(50);

        assertThat(proposed).isCompletedWithValueMatching(result -> result.index() == 1);
        assertThat(one.identities).containsExactly(new SessionSequence(5, 1, 1, false));
        assertThat(two.identities).containsExactly(new SessionSequence(5, 1, 1, false));
    }

    /** A01. */
    @Test
    void anUnknownOutcomeIsTriedAgainUnderTheSameIdentityAsAResend() {
        one.failNext(lost);
        CompletableFuture<ProposalResult> proposed = session.propose(command("a"));
        time.advanceMillis(50);

        assertThat(proposed).isCompleted();
        assertThat(two.identities).containsExactly(new SessionSequence(5, 1, 1, true));
    }

    /** A02: a server that died answers nothing. */
    @Test
    void silenceIsAnUnknownOutcomeAndALateAnswerStillCounts() {
        one.silent = true;
        two.silent = true;
        CompletableFuture<ProposalResult> proposed = session.propose(command("a"));
        time.advanceMillis(2_000);
        assertThat(two.identities).containsExactly(new SessionSequence(5, 1, 1, true));

        one.answerKept();
        time.settle();

        assertThat(proposed).isCompleted();
    }

    /** M34. */
    @Test
    void aDeadlineIsUnknownOnceAnyAttemptMayHaveHappened() {
        one.failAlways = notLeader;
        two.failAlways = notLeader;
        CompletableFuture<ProposalResult> never = session.propose(command("a"), Duration.ofSeconds(2));
        time.advanceMillis(3_000);
        one.failNext(lost);
        two.failNext(lost);
        CompletableFuture<ProposalResult> perhaps = session.propose(command("b"), Duration.ofSeconds(2));
        time.advanceMillis(3_000);

        assertThat(failureOf(never))
                .isInstanceOf(OperationTimeoutException.class)
                .hasMessageContaining("not done");
        assertThat(failureOf(never).outcome()).isEqualTo(Outcome.NOT_DONE);
        assertThat(failureOf(perhaps)).isInstanceOf(OperationTimeoutException.class);
        assertThat(failureOf(perhaps).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void pausesGrowAndAreNeverTwiceTheSame() {
        one.failAlways = notLeader;
        two.failAlways = notLeader;
        session.propose(command("a"), Duration.ofSeconds(9));
        time.advanceMillis(10_000);

        // Doubling from 20 ms to 1 s, half of it random: 9 s have room for 12 to 18 attempts.
        assertThat(one.identities.size() + two.identities.size()).isBetween(12, 24);
    }

    @Test
    void theFirstOutstandingSequenceIsTheLowestThatIsNotAnswered() {
        one.silent = true;
        CompletableFuture<ProposalResult> first = session.propose(command("a"));
        session.propose(command("b"));
        time.settle();
        one.answerKept(1);
        time.settle();
        session.propose(command("c"));
        time.settle();
        one.answerKept(0);
        time.settle();
        session.propose(command("d"));
        time.settle();

        assertThat(first).isCompleted();
        assertThat(one.identities).extracting(SessionSequence::firstOutstanding).containsExactly(1L, 1L, 1L, 3L);
    }

    @Test
    void asManyAreOutstandingAsTheServersTakeAndNoMore() {
        one.silent = true;
        for (int i = 0; i < 4; i++) {
            session.propose(command("x"));
        }
        CompletableFuture<ProposalResult> fifth = session.propose(command("x"));
        time.settle();
        assertThat(session.outstanding()).isEqualTo(4);
        assertThat(failureOf(fifth)).isInstanceOf(OverloadedException.class).hasMessageContaining("(4)");

        one.answerKept(3);
        time.settle();
        CompletableFuture<ProposalResult> tooFarAhead = session.propose(command("x"));
        time.settle();
        assertThat(failureOf(tooFarAhead)).isInstanceOf(OverloadedException.class);
        assertThat(session.outstanding()).isEqualTo(3);
    }

    @Test
    void whatIsFinalIsNotTriedAgain() {
        one.failNext(new ReplyLostException(5, 1, 9));
        CompletableFuture<ProposalResult> lost = session.propose(command("a"));
        time.advanceMillis(100);
        one.failNext(new CommandTooLargeException(9, 8));
        CompletableFuture<ProposalResult> large = session.propose(command("b"));
        time.advanceMillis(100);

        assertThat(failureOf(lost)).isInstanceOf(ReplyLostException.class);
        assertThat(failureOf(large)).isInstanceOf(CommandTooLargeException.class);
        assertThat(two.identities).isEmpty();
    }

    @Test
    void anExpiredSessionSendsNothingMore() {
        one.failNext(new SessionExpiredException(5, 1, Outcome.NOT_DONE));
        CompletableFuture<ProposalResult> first = session.propose(command("a"));
        time.settle();
        CompletableFuture<ProposalResult> second = session.propose(command("b"));
        time.advanceMillis(100_000);

        assertThat(failureOf(first)).isInstanceOf(SessionExpiredException.class);
        assertThat(failureOf(second)).isInstanceOf(SessionExpiredException.class);
        assertThat(failureOf(second).outcome()).isEqualTo(Outcome.NOT_DONE);
        assertThat(one.identities).hasSize(1);
        assertThat(one.keptAlive).isZero();
    }

    @Test
    void signsOfLifeAreGivenOnlyWhereThereAreNoCommands() {
        time.advanceMillis(4_000);
        assertThat(one.keptAlive).isPositive();
        int before = one.keptAlive;
        for (int i = 0; i < 40; i++) {
            session.propose(command("a"));
            time.advanceMillis(100);
        }
        assertThat(one.keptAlive).isEqualTo(before);
        session.close();
        time.advanceMillis(10_000);
        assertThat(one.keptAlive).isEqualTo(before);
        assertThat(one.closed).isEqualTo(1);
    }

    @Test
    void aClosedSessionEndsWhatIsOutstandingBeforeItTellsTheServers() {
        one.silent = true;
        CompletableFuture<ProposalResult> proposed = session.propose(command("a"));
        time.settle();
        session.close();
        time.settle();
        assertThat(one.closed).isZero();
        assertThat(failureOf(session.propose(command("b")))).isInstanceOf(NodeStoppedException.class);
        one.answerKept();
        time.settle();

        assertThat(proposed).isCompleted();
        assertThat(one.closed).isEqualTo(1);
    }

    @Test
    void serversThatAreAllGoneEndACommandAtOnce() {
        one.failAlways = new NodeStoppedException("closed", Outcome.NOT_DONE);
        two.failAlways = new NodeStoppedException("closed", Outcome.NOT_DONE);
        CompletableFuture<ProposalResult> never = session.propose(command("a"));
        time.advanceMillis(100);
        one.failNext(lost);
        two.failNext(lost);
        CompletableFuture<ProposalResult> perhaps = session.propose(command("b"));
        time.advanceMillis(500);

        assertThat(failureOf(never)).isInstanceOf(NodeStoppedException.class);
        assertThat(failureOf(never).outcome()).isEqualTo(Outcome.NOT_DONE);
        assertThat(failureOf(perhaps).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void openingIsTriedAgainToo() {
        one.failNext(notLeader);
        two.failNext(lost);
        CompletableFuture<RaftSession> another = RaftSession.open(List.of(one, two), options);
        time.advanceMillis(200);
        assertThat(another).isCompleted();
        one.failNext(new OverloadedException("maxSessions", 3));
        CompletableFuture<RaftSession> refused = RaftSession.open(List.of(one, two), options);
        time.advanceMillis(200);
        assertThat(failureOf(refused)).isInstanceOf(OverloadedException.class);
    }

    /** Answers everything with success, unless told otherwise. */
    private final class Server implements SessionCalls {

        private final List<SessionSequence> identities = new ArrayList<>();
        private final List<CompletableFuture<ProposalResult>> kept = new ArrayList<>();
        private final Deque<RuntimeException> failures = new ArrayDeque<>();
        private RuntimeException failAlways;
        private boolean silent;
        private int keptAlive;
        private int closed;

        private void failNext(RuntimeException failure) {
            failures.add(failure);
        }

        private void answerKept() {
            kept.forEach(each -> each.complete(new ProposalResult(1, ByteBuffer.allocate(0))));
        }

        private void answerKept(int number) {
            kept.get(number).complete(new ProposalResult(1, ByteBuffer.allocate(0)));
        }

        @Override
        public CompletableFuture<SessionGrant> open(Duration timeout) {
            return answer(new SessionGrant(5, Duration.ofSeconds(8), 4));
        }

        @Override
        public CompletableFuture<ProposalResult> propose(
                SessionSequence identity, ByteBuffer command, Duration timeout) {
            identities.add(identity);
            if (silent) {
                CompletableFuture<ProposalResult> future = new CompletableFuture<>();
                kept.add(future);
                return future;
            }
            return answer(new ProposalResult(1, ByteBuffer.allocate(0)));
        }

        @Override
        public CompletableFuture<Void> keepAlive(long sessionId, long firstOutstanding, Duration timeout) {
            keptAlive++;
            return answer(true).thenAccept(done -> {});
        }

        @Override
        public CompletableFuture<Void> close(long sessionId, Duration timeout) {
            closed++;
            return answer(true).thenAccept(done -> {});
        }

        private <T> CompletableFuture<T> answer(T value) {
            RuntimeException failure = failures.isEmpty() ? failAlways : failures.remove();
            return failure == null ? CompletableFuture.completedFuture(value) : CompletableFuture.failedFuture(failure);
        }
    }
}
