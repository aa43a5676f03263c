package io.pecanraft.protocol;

import io.pecanraft.model.Incarnation;
import io.pecanraft.model.Member;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A change of membership that this leader was asked for and has not answered. {@link MembershipChanges} takes it from stage to stage. */
final class PendingChange {

    static final long NEVER = Long.MIN_VALUE;

    final long id;
    final ChangePlan plan;
    final long nonce;
    final long sinceNanos;
    final Map<NodeId, Incarnation> met = new TreeMap<>();

    /** Where it leads; null until all new servers have said who they are. */
    @Nullable
    Membership target;

    /** The learners that this change has added and will remove again if it fails. */
    List<Member> added = List.of();

    List<CatchUp> catchUps = List.of();
    Optional<ChangeOutcome> failure = Optional.empty();

    /** Since when too few of the voters to be are heard. */
    long silenceSinceNanos = NEVER;

    /** The newest configuration that this change has appended; 0 for none. */
    long index;

    PendingChange(long id, ChangePlan plan, long nonce, long sinceNanos) {
        this.id = id;
        this.plan = plan;
        this.nonce = nonce;
        this.sinceNanos = sinceNanos;
    }

    /**
     * What it waits for while no configuration of its own has to be committed.
     *
     * @param silent whether a member has not been heard of late
     */
    String waitsFor(Predicate<Member> silent, long nowNanos) {
        Membership wanted = target;
        if (failure.isPresent()) {
            return "what it had begun to be taken back";
        }
        if (wanted == null) {
            return plan.newServers().stream()
                    .filter(server -> !met.containsKey(server.node()))
                    .map(server -> server.node() + " at " + server.address() + " to say who it is")
                    .collect(Collectors.joining(", "));
        }
        String late = catchUps.stream()
                .filter(each -> !each.isReady(nowNanos))
                .map(each -> each.member().node() + " to catch up, which lacks " + each.lagEntries() + " entries")
                .collect(Collectors.joining(", "));
        return late.isEmpty() ? waitsForMajority(wanted, silent) : late;
    }

    /** That a configuration needs its majorities, and who is missing there. */
    static String waitsForMajority(Membership configuration, Predicate<Member> silent) {
        String missing = Stream.concat(configuration.voters().stream(), configuration.outgoingVoters().stream())
                .distinct()
                .filter(silent)
                .map(member -> member.node().value())
                .collect(Collectors.joining(", "));
        return (configuration.isJoint()
                        ? "a majority of the old voters and one of the new"
                        : "a majority of the voters")
                + (missing.isEmpty() ? "" : "; not heard: " + missing);
    }
}
