package io.pecanraft.runtime;

import io.pecanraft.RaftException;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A caller's wish to change the membership. */
final class MembershipRequest extends Operation implements Input {

    private final MembershipChange change;
    private final CompletableFuture<Membership> future = new CompletableFuture<>();

    MembershipRequest(MembershipChange change, long startNanos, Duration timeout) {
        super(startNanos, timeout);
        this.change = change;
    }

    MembershipChange change() {
        return change;
    }

    CompletableFuture<Membership> future() {
        return future;
    }

    /** Tells the caller which configuration is in force. After {@link #settle}, on the callback lane. */
    void succeed(Membership membership) {
        future.complete(membership);
    }

    @Override
    void fail(RaftException why) {
        future.completeExceptionally(why);
    }
}
