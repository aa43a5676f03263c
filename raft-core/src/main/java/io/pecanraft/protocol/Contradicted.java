package io.pecanraft.protocol;

import io.pecanraft.model.RaftRole;
import java.util.List;

/**
 * A server that cannot be what it takes itself for: its leader holds against it what it has acknowledged in this very term and does not
 * have (D06). Somebody has put its directory back to an older state, with which a vote may be gone as well. So it says nothing more,
 * to anybody; its storage is given up for good, and the server stops. Under the same name it may come back with another storage, which
 * is a stranger until it is re-admitted.
 *
 * <p>Why not go on as a short log: S1, S2 and S3 of five hold entry 4, which is committed. S3's directory is put back and ends at 2; it
 * votes for S4, as does S5, and 4 is lost. Why not for this term only: the next leader knows nothing of what was acknowledged before.
 */
final class Contradicted extends Role {

    private List<Effect> lastEffects;

    Contradicted(Roles roles, Effect.Condemn condemn) {
        super(roles);
        lastEffects = List.of(condemn);
    }

    @Override
    RaftRole kind() {
        return RaftRole.FOLLOWER;
    }

    @Override
    void tick(long nowNanos) {}

    @Override
    long nextDeadlineNanos() {
        return Long.MAX_VALUE;
    }

    /** The last thing there is to do; nothing when it was said before. */
    List<Effect> takeLastEffects() {
        List<Effect> taken = lastEffects;
        lastEffects = List.of();
        return taken;
    }
}
