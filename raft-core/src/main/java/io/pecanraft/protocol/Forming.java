package io.pecanraft.protocol;

import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.Formation;
import io.pecanraft.model.RaftMessage.FormationStage;
import io.pecanraft.model.RaftMessage.Introduction;
import io.pecanraft.model.RaftRole;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Before a cluster exists: unanimous agreement, once, on which storages its members are.
 *
 * <pre>
 *  GATHERING ---------------------> AGREED --------------------------> FORMED (a Follower)
 *   knows every member's             has the map durable; all others
 *   incarnation: writes the map      confirm the identical one as durable
 * </pre>
 *
 * <p>Why not simply trust the bootstrap list: a member whose disk is lost in the first minutes, and which comes back under its
 * old name with an empty one, would vote as if nothing had happened. Since every member has the same map of names
 * <em>and incarnations</em> on disk before anybody votes, such a member is recognised by all.
 *
 * <p>A server in this role neither votes, nor follows, nor answers to anything else. Announcements are idempotent and repeated,
 * so any of them may be lost.
 */
final class Forming extends Role {

    private static final int ANNOUNCEMENTS_PER_ELECTION_TIMEOUT = 4;

    private final Map<NodeId, Incarnation> known = new TreeMap<>();
    private final Set<NodeId> agreed = new TreeSet<>();

    /** What was last said about each peer, so that it is said once. */
    private final Map<NodeId, String> conflicts = new TreeMap<>();

    private List<NodeId> reportedMissing = List.of();

    /** Whether the map is durable here, so that this server may say so. */
    private boolean agreementDurable;

    private long nextAnnouncementNanos;

    Forming(Roles roles, long nowNanos) {
        super(roles);
        known.put(state.self.node(), state.self.incarnation());
        agreementDurable = state.formation() != null;
        nextAnnouncementNanos = nowNanos;
    }

    @Override
    RaftRole kind() {
        return RaftRole.FORMING;
    }

    /** Considers what is known at the start; a cluster of one needs nobody else. */
    void begin(long nowNanos) {
        gather();
        reportMissing();
        // A cluster of one that was stopped between writing the map and being formed hears nobody who would remind it.
        formIfUnanimous(nowNanos);
    }

    @Override
    void tick(long nowNanos) {
        if (nowNanos >= nextAnnouncementNanos) {
            announce(nowNanos);
        }
    }

    @Override
    long nextDeadlineNanos() {
        return nextAnnouncementNanos;
    }

    private void announce(long nowNanos) {
        nextAnnouncementNanos = nowNanos + state.settings.electionTimeoutNanos() / ANNOUNCEMENTS_PER_ELECTION_TIMEOUT;
        for (MemberAddress member : state.bootstrap) {
            if (!member.node().equals(state.self.node())) {
                out.send(member.node(), announcement(state, agreementDurable));
            }
        }
    }

    private static Formation announcement(ServerState state, boolean agreementDurable) {
        FormationRecord record = state.formation();
        if (record == null || !agreementDurable) {
            return new Formation(FormationStage.GATHERING, state.bootstrap, List.of());
        }
        FormationStage stage = record.formed() ? FormationStage.FORMED : FormationStage.AGREED;
        return new Formation(stage, state.bootstrap, record.membership().voters());
    }

    @Override
    void onFormation(MemberId from, Formation message, long nowNanos) {
        Optional<String> conflict = conflict(from, message);
        if (conflict.isPresent()) {
            if (hasFormedAnotherMap(from, message)) {
                out.report(new Report.FormationConflict(from.node(), conflict.get()));
                state.forgetFormation();
                roles.becomeFollower(null, "the cluster was formed without this storage", nowNanos);
                return;
            }
            if (!conflict.get().equals(conflicts.put(from.node(), conflict.get()))) {
                out.report(new Report.FormationConflict(from.node(), conflict.get()));
            }
            return;
        }
        conflicts.remove(from.node());
        known.put(from.node(), from.incarnation());
        if (message.stage() != FormationStage.GATHERING) {
            if (state.formation() == null) {
                // Somebody has the complete map already, and we are in it as we are.
                record(Membership.ofVoters(0, message.members()));
            }
            agreed.add(from.node());
        }
        gather();
        if (message.stage() == FormationStage.FORMED) {
            // The sender has seen that every member, we too, had made this map durable. That holds also of members that
            // this server has not heard since it was started, and never will where their disks are lost.
            message.members().forEach(member -> agreed.add(member.node()));
        }
        reportMissing();
        formIfUnanimous(nowNanos);
    }

    /**
     * There is a cluster already, and this server is none of those that have founded it: it agreed on nothing. It waits to be
     * added, or, if it bears a member's name with another storage, to be re-admitted. One that has agreed goes on to the end.
     */
    @Override
    void onIntroduction(MemberId from, Introduction introduction, long nowNanos) {
        super.onIntroduction(from, introduction, nowNanos);
        if (state.formation() == null) {
            roles.becomeFollower(null, "the cluster exists already", nowNanos);
        }
    }

    /**
     * Whether the map that this server has agreed to will never be formed: one of those whose word it needs, with this very storage, has
     * formed another one, and a storage never replaces its first map. This server's disk was lost, and it has taken announcements of
     * long ago for new ones; nobody has voted by what it made of them.
     */
    private boolean hasFormedAnotherMap(MemberId from, Formation message) {
        FormationRecord record = state.formation();
        return record != null
                && message.stage() == FormationStage.FORMED
                && record.membership().contains(from)
                && !Membership.ofVoters(0, message.members()).equals(record.membership());
    }

    /** What makes it impossible to form a cluster with this peer, if anything. Needs an operator. */
    private Optional<String> conflict(MemberId from, Formation message) {
        if (state.bootstrap.stream().noneMatch(member -> member.node().equals(from.node()))) {
            return Optional.of(
                    "it is not in the list of members that this server was started with, " + state.bootstrap);
        }
        if (!sorted(message.bootstrap()).equals(sorted(state.bootstrap))) {
            return Optional.of("it was started with members " + message.bootstrap() + ", this server with "
                    + state.bootstrap + "; give all members the same list");
        }
        if (!message.members().isEmpty()
                && !sorted(addresses(message.members())).equals(sorted(state.bootstrap))) {
            return Optional.of("its map names " + message.members() + ", which is not the list both were started with");
        }
        FormationRecord record = state.formation();
        if (record != null) {
            if (!record.membership().contains(from)) {
                return Optional.of("its storage " + from.incarnation().abbreviated()
                        + " is not the one this server agreed on; its data directory was replaced");
            }
            if (!message.members().isEmpty()
                    && !Membership.ofVoters(0, message.members()).equals(record.membership())) {
                return Optional.of(
                        "it has agreed on other members than this server; one of the two data directories is of"
                                + " another cluster or time");
            }
        } else if (!message.members().isEmpty()
                && message.members().stream().noneMatch(member -> member.id().equals(state.self))) {
            return Optional.of("the cluster knows " + state.self.node() + " with another storage than "
                    + state.self.incarnation().abbreviated()
                    + "; if this data directory was lost or replaced, this server must be re-admitted as a new member");
        }
        return Optional.empty();
    }

    private static List<MemberAddress> addresses(List<Member> members) {
        return members.stream()
                .map(member -> new MemberAddress(member.node(), member.address()))
                .toList();
    }

    private static List<String> sorted(List<MemberAddress> members) {
        return members.stream().map(MemberAddress::toString).sorted().toList();
    }

    /** Once every member's incarnation is known the map is written, and never replaced. */
    private void gather() {
        if (state.formation() == null && known.size() == state.bootstrap.size()) {
            List<Member> members = new ArrayList<>();
            for (MemberAddress member : state.bootstrap) {
                Incarnation incarnation = known.get(member.node());
                if (incarnation == null) {
                    return;
                }
                members.add(new Member(new MemberId(member.node(), incarnation), member.address()));
            }
            record(Membership.ofVoters(0, members));
        }
    }

    private void record(Membership map) {
        state.setFormation(new FormationRecord(map, false));
        map.voters().forEach(member -> known.put(member.node(), member.id().incarnation()));
    }

    @Override
    void onPersisted(long nowNanos) {
        if (!agreementDurable && state.formation() != null && state.durability.oldestWaitNanos(nowNanos) == 0) {
            agreementDurable = true;
            announce(nowNanos);
            formIfUnanimous(nowNanos);
        }
    }

    private void formIfUnanimous(long nowNanos) {
        FormationRecord record = state.formation();
        if (record != null && agreementDurable && missing().isEmpty()) {
            state.setFormation(new FormationRecord(record.membership(), true));
            announce(nowNanos);
            out.report(new Report.FormationChanged(List.of(), seen()));
            out.report(new Report.MembershipChanged(record.membership(), "cluster formed"));
            roles.becomeFollower(null, "cluster formed", nowNanos);
        }
    }

    /** Who has not been heard of or has not agreed. */
    List<NodeId> missing() {
        return state.bootstrap.stream()
                .map(MemberAddress::node)
                .filter(node -> !node.equals(state.self.node()) && !agreed.contains(node))
                .sorted()
                .toList();
    }

    /** Who has answered, though perhaps without having agreed. */
    private List<NodeId> seen() {
        return state.bootstrap.stream()
                .map(MemberAddress::node)
                .filter(node -> !node.equals(state.self.node()) && known.containsKey(node))
                .sorted()
                .toList();
    }

    private void reportMissing() {
        List<NodeId> missing = missing();
        if (!missing.equals(reportedMissing) && !missing.isEmpty()) {
            reportedMissing = missing;
            out.report(new Report.FormationChanged(missing, seen()));
        }
    }

    /** A formed server tells one that still forms what was agreed. The other recognises whether it is meant. */
    static void answerAsFormed(ServerState state, MemberId from, Formation message) {
        state.strangers.spoke(from);
        if (message.stage() != FormationStage.FORMED && state.formation() != null) {
            state.out.send(from.node(), announcement(state, true));
        }
    }
}
