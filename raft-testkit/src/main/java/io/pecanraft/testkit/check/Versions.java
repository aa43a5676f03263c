package io.pecanraft.testkit.check;

import io.pecanraft.NodeStatus;
import io.pecanraft.model.Member;
import io.pecanraft.model.Membership;
import io.pecanraft.model.RaftRole;
import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.sim.Verdict;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Nobody knows a minimum of application versions above what a member runs, or ran when it went down.
 *
 * <p>That holds at every moment as long as versions only rise and nobody is added who runs less than the minimum: a service may
 * propose commands of that format from then on. When a server is rolled back it holds again once the others have heard of it; of
 * such a run nothing more is asked here.
 */
final class Versions {

    private final Verdict verdict;
    private final Disks disks;
    private final int[] running;
    private boolean rolledBack;

    Versions(Verdict verdict, Disks disks, int nodes) {
        this.verdict = verdict;
        this.disks = disks;
        this.running = new int[nodes];
    }

    /** A server says something new of itself. */
    void observed(int node, NodeStatus status, Optional<Membership> committed) {
        rolledBack |= status.applicationVersion() < running[node];
        running[node] = status.applicationVersion();
        int minimum = status.minimumVersion().orElse(0);
        if (rolledBack || minimum == 0) {
            return;
        }
        for (Member member : members(status, committed)) {
            SimDisk disk = disks.of(member.id());
            int runs = disk == null ? 0 : running[disk.node()];
            if (runs < minimum) {
                verdict.fail(
                        "minimum-version",
                        "n" + (node + 1) + " knows a minimum version of " + minimum + ", but " + member.node()
                                + " runs " + runs);
            }
        }
    }

    /** Of the newest committed configuration, and of the one that a leader acts by. */
    private static Set<Member> members(NodeStatus status, Optional<Membership> committed) {
        Set<Member> members = new HashSet<>();
        committed.ifPresent(membership -> members.addAll(membership.members()));
        if (status.role() == RaftRole.LEADER) {
            status.membership().ifPresent(membership -> members.addAll(membership.members()));
        }
        return members;
    }
}
