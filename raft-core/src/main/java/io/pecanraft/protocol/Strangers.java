package io.pecanraft.protocol;

import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import java.util.HashSet;
import java.util.Set;

/**
 * Notices servers that bear a member's name and have another storage: their data directory was lost, replaced or mixed up.
 * They neither vote nor count until they are re-admitted, and only an operator can know whether they should be.
 */
final class Strangers {

    /** So many are remembered, so that each is reported once. */
    private static final int MAX_REMEMBERED = 1_024;

    private final ServerState state;
    private final Set<MemberId> reported = new HashSet<>();

    Strangers(ServerState state) {
        this.state = state;
    }

    /** Somebody spoke whom the configuration in force does not name. */
    void spoke(MemberId server) {
        if (state.membership.isKnown()) {
            compare(server, state.membership.inForce());
        }
    }

    /** Another server says that this is the configuration in force: are we the stranger? */
    void told(Membership theirs) {
        compare(state.self, theirs);
    }

    private void compare(MemberId server, Membership membership) {
        if (membership.contains(server)) {
            return;
        }
        if (reported.size() >= MAX_REMEMBERED) {
            reported.clear();
        }
        Member known = membership.member(server.node()).orElse(null);
        if (known != null && reported.add(server)) {
            state.out.report(new Report.StorageReplaced(server, known));
        }
    }
}
