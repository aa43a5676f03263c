package io.pecanraft;

import io.pecanraft.RaftException.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One operation, tried until it is known what became of it or its deadline has passed.
 *
 * <pre>
 *            answer             known
 *   TRYING ──────────────────────────► ended
 *     ▲  │ refused, unknown, silence
 *     │  ▼
 *   PAUSING
 * </pre>
 *
 * <p>Remembers whether any attempt so far may have taken effect: from then on nothing is called not done any more. Confined to
 * the session's executor.
 */
final class RetriedCall<T> {

    /** Makes an attempt. */
    interface Attempt<T> {

        /** {@code resend}: an earlier attempt may have taken effect. */
        CompletableFuture<T> at(SessionCalls server, boolean resend, Duration limit);
    }

    /** Hears the end: a result or a failure. */
    interface End<T> {

        /** One of the two is null. */
        void ended(@Nullable T result, @Nullable RaftException failure);
    }

    /** Answers need a moment more than the server was given, so that its own answer is heard first. */
    private static final long GRACE_DIVISOR = 4;

    private final Retries retries;
    private final String what;
    private final Duration timeout;
    private final long deadlineNanos;
    private final Attempt<T> attempt;
    private final End<T> end;
    private boolean ended;
    private boolean trying;
    private boolean mayHaveHappened;
    private int attempts;
    private int gone;
    private int server;
    private long dueNanos;
    private String lastFailure = "no attempt was answered";

    RetriedCall(Retries retries, String what, Duration timeout, Attempt<T> attempt, End<T> end) {
        this.retries = retries;
        this.what = what;
        this.timeout = timeout;
        this.deadlineNanos = retries.deadlineNanos(timeout);
        this.attempt = attempt;
        this.end = end;
    }

    long dueNanos() {
        return dueNanos;
    }

    /** Whether the alarm is of interest no longer. */
    boolean hasEnded() {
        return ended;
    }

    /** Makes the first attempt, or the next one after a pause. */
    void begin() {
        long remaining = deadlineNanos - retries.nanoTime();
        if (remaining <= 0) {
            endOverdue();
            return;
        }
        long limitNanos = Math.min(remaining, retries.attemptNanos());
        int number = ++attempts;
        trying = true;
        server = retries.server();
        dueNanos = retries.nanoTime() + limitNanos + limitNanos / GRACE_DIVISOR;
        retries.wakeAt(dueNanos);
        CompletableFuture<T> answer;
        try {
            answer = attempt.at(retries.at(server), mayHaveHappened, Duration.ofNanos(limitNanos));
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        var unused = answer.whenComplete((result, failure) -> {
            try {
                retries.execute(() -> answered(number, result, failure));
            } catch (RejectedExecutionException e) {
                // There is no order left to be kept: whoever ended the executor ended the session with it.
                retries.dead(() -> answered(number, result, failure));
            }
        });
    }

    /** The time that was asked for has come: the answer is overdue, or the pause over. */
    void due() {
        if (ended) {
            return;
        }
        if (trying) {
            mayHaveHappened = true;
            trying = false;
            pause("no answer from a server");
        } else {
            begin();
        }
    }

    /** The executor is gone and with it every later attempt. */
    void abandon() {
        if (!ended) {
            finish(null, new NodeStoppedException(what + " ends with the executor of its session", outcome()));
        }
    }

    private void answered(int number, @Nullable T result, @Nullable Throwable failure) {
        if (ended) {
            return;
        }
        if (failure == null) {
            // Also a late answer to an earlier attempt: it is the answer to them all.
            finish(result, null);
        } else if (number == attempts && trying) {
            failed(failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure);
        }
    }

    private void failed(Throwable failure) {
        trying = false;
        if (!(failure instanceof RaftException typed)) {
            mayHaveHappened = true;
            pause(String.valueOf(failure));
            return;
        }
        if (typed instanceof SessionExpiredException
                || typed instanceof ReplyLostException
                || typed instanceof SequenceOutOfWindowException
                || isFullTable(typed)
                || (typed instanceof CommandTooLargeException && !mayHaveHappened)) {
            finish(null, typed);
            return;
        }
        mayHaveHappened |= typed.outcome() == Outcome.UNKNOWN;
        boolean stopped = typed instanceof NodeStoppedException || typed instanceof NodeFailedException;
        gone = stopped ? gone + 1 : 0;
        if (gone >= retries.servers()) {
            finish(null, new NodeStoppedException(what + ": " + typed.getMessage(), outcome()));
            return;
        }
        pause(String.valueOf(typed.getMessage()));
    }

    private static boolean isFullTable(RaftException failure) {
        return failure instanceof OverloadedException overloaded
                && overloaded.limitName().equals("maxSessions");
    }

    private void pause(String why) {
        lastFailure = why;
        retries.leave(server);
        dueNanos = Math.min(deadlineNanos, retries.nanoTime() + retries.backoffNanos(attempts));
        retries.wakeAt(dueNanos);
    }

    private void endOverdue() {
        finish(
                null,
                new OperationTimeoutException(
                        what + " was tried " + attempts + " times and is "
                                + (mayHaveHappened ? "not known to be done" : "not done") + " within "
                                + timeout.toMillis() + " ms; last: " + lastFailure,
                        outcome(),
                        timeout));
    }

    private Outcome outcome() {
        return mayHaveHappened || trying ? Outcome.UNKNOWN : Outcome.NOT_DONE;
    }

    private void finish(@Nullable T result, @Nullable RaftException failure) {
        ended = true;
        trying = false;
        retries.ended(this);
        end.ended(result, failure);
    }
}
