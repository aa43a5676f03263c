package io.pecanraft.examples.lock;

import io.pecanraft.RaftException;
import io.pecanraft.RaftSession;
import io.pecanraft.examples.lock.LockReply.Verdict;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * A contender's way to the locks. Commands go through a session, so that each is carried out once however often it has to be sent:
 * an acquisition that was sent twice does not find the lock held by itself.
 *
 * <p>When an answer stays out (a {@link RaftException} with an unknown outcome) the lock may have been granted to nobody who knows;
 * its lease frees it.
 */
public final class LockClient {

    private final RaftSession session;
    private final LongSupplier nanoTime;

    /**
     * A client on a session.
     *
     * @param nanoTime a monotonic clock, such as {@link System#nanoTime}
     */
    public LockClient(RaftSession session, LongSupplier nanoTime) {
        this.session = session;
        this.nanoTime = nanoTime;
    }

    // tag::quickstart
    /** Acquires a lock, or fails with {@link LockRefusedException}, which says who has it. */
    public CompletableFuture<Lease> acquire(String name, String owner, Duration lease) {
        return granted(LockCommand.acquire(name, owner, lease), lease);
    }

    /** Begins the lease anew, under the same token, or fails with {@link LockRefusedException} when it is over. */
    public CompletableFuture<Lease> renew(Lease held, Duration lease) {
        return granted(LockCommand.renew(held.name(), held.token(), lease), lease);
    }

    /** Gives a lock back. Completes with whether it was still held. */
    public CompletableFuture<Boolean> release(Lease held) {
        return ask(LockCommand.release(held.name(), held.token()), reply -> reply.verdict() == Verdict.FREE);
    }

    private CompletableFuture<Lease> granted(LockCommand command, Duration length) {
        long sentNanos = nanoTime.getAsLong();
        return ask(command, reply -> {
            if (reply.verdict() != Verdict.GRANTED) {
                throw new LockRefusedException(command.name(), reply);
            }
            return Lease.of(command.name(), reply.token(), sentNanos, length);
        });
    }

    private <T> CompletableFuture<T> ask(LockCommand command, Function<LockReply, T> meaning) {
        return session.propose(command.encode()).thenApply(result -> meaning.apply(LockReply.decode(result.reply())));
    }
    // end::quickstart
}
