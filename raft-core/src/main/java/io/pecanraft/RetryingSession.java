package io.pecanraft;

import io.pecanraft.RaftException.Outcome;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The session of a client: gives each command its number, sends it until it is known what became of it, and keeps the session
 * alive. Works on the session's executor alone, but for the counting of what is outstanding.
 */
final class RetryingSession implements RaftSession {

    /** Parts of the session's timeout after which it looks whether a sign of life is due. */
    private static final int LOOKS_PER_TIMEOUT = 4;

    private final Retries retries;
    private final SessionOptions options;
    private final SessionGrant grant;
    private final AtomicInteger outstanding = new AtomicInteger();
    private volatile boolean closed;

    /** The numbers that are given and not answered; its first is what the servers are told. */
    private final TreeSet<Long> sequences = new TreeSet<>();

    private long nextSequence = 1;
    private boolean expired;
    private boolean heardSinceLook;
    private boolean toldClosed;
    private boolean serversGone;

    private RetryingSession(Retries retries, SessionOptions options, SessionGrant grant) {
        this.retries = retries;
        this.options = options;
        this.grant = grant;
    }

    static CompletableFuture<RaftSession> open(List<? extends SessionCalls> servers, SessionOptions options) {
        Retries retries = new Retries(servers, options);
        CompletableFuture<RaftSession> opened = new CompletableFuture<>();
        try {
            retries.execute(() -> retries.begin(new RetriedCall<>(
                    retries,
                    "opening a session",
                    options.commandTimeout(),
                    (server, resend, limit) -> server.open(limit),
                    (grant, failure) -> {
                        if (grant != null) {
                            RetryingSession session = new RetryingSession(retries, options, grant);
                            session.lookLater();
                            opened.complete(session);
                        } else if (failure != null) {
                            opened.completeExceptionally(failure);
                        }
                    })));
        } catch (RejectedExecutionException e) {
            opened.completeExceptionally(executorGone());
        }
        return opened;
    }

    @Override
    public long id() {
        return grant.sessionId();
    }

    @Override
    public int outstanding() {
        return outstanding.get();
    }

    // ---- commands

    @Override
    public CompletableFuture<ProposalResult> propose(ByteBuffer command) {
        return propose(command, options.commandTimeout());
    }

    @Override
    public CompletableFuture<ProposalResult> propose(ByteBuffer command, Duration timeout) {
        if (closed) {
            return CompletableFuture.failedFuture(
                    new NodeStoppedException("session " + id() + " is closed", Outcome.NOT_DONE));
        }
        if (outstanding.incrementAndGet() > grant.maxOutstanding()) {
            outstanding.decrementAndGet();
            return CompletableFuture.failedFuture(
                    new OverloadedException("maxSessionOutstanding", grant.maxOutstanding()));
        }
        ByteBuffer copy = ByteBuffer.allocate(command.remaining())
                .put(command.duplicate())
                .flip()
                .asReadOnlyBuffer();
        CompletableFuture<ProposalResult> future = new CompletableFuture<>();
        try {
            retries.execute(() -> send(copy, timeout, future));
        } catch (RejectedExecutionException e) {
            outstanding.decrementAndGet();
            return CompletableFuture.failedFuture(executorGone());
        }
        return future;
    }

    private void send(ByteBuffer command, Duration timeout, CompletableFuture<ProposalResult> future) {
        long sequence = nextSequence;
        if (expired) {
            end(future, null, new SessionExpiredException(id(), sequence, Outcome.NOT_DONE));
        } else if (sequence - firstOutstanding() >= grant.maxOutstanding()) {
            // Few are outstanding, but the oldest for so long that the servers would not take one so far ahead of it.
            end(future, null, new OverloadedException("maxSessionOutstanding", grant.maxOutstanding()));
        } else {
            nextSequence++;
            sequences.add(sequence);
            retries.begin(new RetriedCall<>(
                    retries,
                    "command " + sequence + " of session " + id(),
                    timeout,
                    (server, resend, limit) -> server.propose(
                            new SessionSequence(id(), sequence, firstOutstanding(), resend),
                            command.duplicate(),
                            limit),
                    (result, failure) -> {
                        sequences.remove(sequence);
                        heard(failure);
                        end(future, result, failure);
                    }));
        }
    }

    private void end(
            CompletableFuture<ProposalResult> future,
            @Nullable ProposalResult result,
            @Nullable RaftException failure) {
        outstanding.decrementAndGet();
        if (result != null) {
            future.complete(result);
        } else if (failure != null) {
            future.completeExceptionally(failure);
        }
        tellClosed();
    }

    /** What is below it has been answered, or given up: the servers may forget it, and apply it no more. */
    private long firstOutstanding() {
        return sequences.isEmpty() ? nextSequence : sequences.first();
    }

    private void heard(@Nullable RaftException failure) {
        if (failure == null) {
            heardSinceLook = true;
        } else if (failure instanceof SessionExpiredException) {
            expired = true;
        }
    }

    // ---- staying alive

    private void lookLater() {
        retries.schedule(this::look, Math.max(1, grant.timeout().toNanos() / LOOKS_PER_TIMEOUT));
    }

    private void look() {
        if (expired || toldClosed || serversGone) {
            return;
        }
        if (heardSinceLook) {
            heardSinceLook = false;
        } else {
            keepAlive();
        }
        lookLater();
    }

    private void keepAlive() {
        retries.begin(new RetriedCall<>(
                retries,
                "keeping session " + id() + " alive",
                grant.timeout().dividedBy(LOOKS_PER_TIMEOUT),
                (server, resend, limit) ->
                        server.keepAlive(id(), firstOutstanding(), limit).thenApply(done -> true),
                (done, failure) -> {
                    heard(failure);
                    if (failure instanceof NodeStoppedException) {
                        serversGone = true;
                    }
                }));
    }

    // ---- the end

    @Override
    public void close() {
        closed = true;
        try {
            retries.execute(this::tellClosed);
        } catch (RejectedExecutionException e) {
            // Then nobody is left who could be told.
            return;
        }
    }

    private void tellClosed() {
        if (closed && !toldClosed && outstanding.get() == 0) {
            toldClosed = true;
            if (!expired) {
                retries.at(retries.server())
                        .close(id(), options.attemptTimeout())
                        .exceptionally(failure -> null);
            }
        }
    }

    private static NodeStoppedException executorGone() {
        return new NodeStoppedException("the executor of the session was shut down", Outcome.NOT_DONE);
    }

    @Override
    public String toString() {
        return "RaftSession[" + id() + ", outstanding=" + outstanding + "]";
    }
}
