package io.pecanraft.protocol;

import io.pecanraft.model.Member;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import java.util.OptionalInt;

/**
 * The least application version that any member runs, by which a service knows when it may propose commands of a new format
 * (docs/upgrades.md). Not in the paper.
 *
 * <p>Members announce their version with each answer to a heartbeat, and the leader spreads the least with the next. As long as
 * no server goes back to an older program and none is added that is older than any member, what is known here holds from then on for every
 * member. Four rules see to it:
 *
 * <ul>
 *   <li>A leader knows a minimum only once it has heard, in its own term, everybody whom its log is sent to: voters and
 *       learners, those that were just added, and those that have been removed and do not know it yet. A
 *       member that is down when leadership moves keeps it unknown: the leader before may have heard that it was rolled back.
 *   <li>And once an entry of its term is committed, as for reads: until then another server may have a longer log, with a member
 *       that this leader has never heard of, and be elected. And once the configuration in force is: until then a truncation may
 *       bring back the one before, with a storage that was being replaced and is not heard any more.
 *   <li>A follower believes the leader of its term alone, the newest of its heartbeats, and only while it hears it: a server that is
 *       cut off would else know an old minimum for ever.
 *   <li>Nobody knows one above its own version.
 * </ul>
 *
 * <p>A soft value: kept in memory, decided by nobody, and lower again when a server that is older comes back. Why not a record in
 * the log: docs/adr/0013. Outlives roles, since who was rolled back is told by what was known before.
 */
final class MinimumVersion {

    private final ServerState state;

    /** The highest that this process has ever known. */
    private int highest;

    /** As a leader: the first entry of its term. */
    private long termStartIndex;

    private long toldTerm;
    private long toldRound;
    private OptionalInt told = OptionalInt.empty();

    MinimumVersion(ServerState state) {
        this.state = state;
    }

    private int own() {
        return state.settings.applicationVersion();
    }

    // ---- as a leader

    void tookOffice(long newTermStartIndex) {
        termStartIndex = newTermStartIndex;
    }

    /** The least version of all; empty as long as one of them has not been heard in this term. */
    OptionalInt ofAll(Replication replication) {
        if (state.commitIndex()
                < Math.max(termStartIndex, state.membership.inForce().logIndex())) {
            return OptionalInt.empty();
        }
        int least = own();
        for (Progress follower : replication.followers()) {
            if (follower.applicationVersion().isEmpty()) {
                return OptionalInt.empty();
            }
            least = Math.min(least, follower.applicationVersion().getAsInt());
        }
        // A storage whose replacement is being admitted under the same name is a member still, and not replicated to.
        for (Member member : state.membership.membersInForce()) {
            if (!member.id().equals(state.self) && replication.progress(member.id()) == null) {
                return OptionalInt.empty();
            }
        }
        return OptionalInt.of(least);
    }

    /** What the next heartbeats say. */
    OptionalInt spread(Replication replication) {
        OptionalInt minimum = ofAll(replication);
        noted(minimum);
        return minimum;
    }

    /** A follower says which version it runs. Reports one that is lower than what all had: the gates were open already. */
    void announced(Progress follower, HeartbeatResponse answer) {
        OptionalInt before = follower.applicationVersion();
        follower.announced(answer);
        OptionalInt now = follower.applicationVersion();
        if (!now.equals(before) && now.orElse(highest) < highest) {
            state.out.report(new Report.VersionFellBack(follower.member(), now.getAsInt(), highest));
        }
    }

    // ---- as a follower

    /** The leader says what it knows. Its rounds are in the order of its knowledge, whatever the network does. */
    void told(Heartbeat heartbeat) {
        if (heartbeat.term() == toldTerm && heartbeat.round() <= toldRound) {
            return;
        }
        toldTerm = heartbeat.term();
        toldRound = heartbeat.round();
        told = heartbeat.minimumVersion();
        noted(told);
    }

    /** What the leader of this term has said; never more than this server itself runs. */
    OptionalInt told() {
        return told.isEmpty() ? told : OptionalInt.of(Math.min(told.getAsInt(), own()));
    }

    /** There is no leader any more, or it is not heard: it may know better by now. */
    void forget() {
        told = OptionalInt.empty();
    }

    private void noted(OptionalInt minimum) {
        highest = Math.max(highest, minimum.orElse(0));
    }
}
