package io.pecanraft.protocol;

import io.pecanraft.model.Member;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.Introduction;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How a leader changes the membership (§6, thesis ch. 4): one change at a time, and one configuration at a time.
 *
 * <pre>
 *  request -> ask new servers  -> they learn  -> joint configuration -> final configuration -> done
 *             who they are        (log entry)    (log entry)            (log entry)
 * </pre>
 *
 * A stage that a change does not need is left out: who is known need not be asked; where the voters stay the same, no quorum
 * changes, and the final configuration follows at once.
 *
 * <p>Each entry is appended only when the one before it is committed, and never before an entry of the leader's own term is:
 * otherwise two leaders in turn could each change the configuration by one server and be left with quorums that do not meet
 * (Ongaro, raft-dev 2015). Where a change stands is read from the configuration in force, so that a leader that inherits a
 * joint one finishes it, and nothing has to be undone when a change comes to nothing.
 */
final class MembershipChanges {

    /** Appends a configuration, which is in force from then on, and returns its index. */
    interface Appender {
        long append(Membership membership);
    }

    private final ServerState state;
    private final Replication replication;
    private final long termStartIndex;
    private final long sinceNanos;
    private @Nullable PendingChange pending;

    MembershipChanges(ServerState state, Replication replication, long termStartIndex, long nowNanos) {
        this.state = state;
        this.replication = replication;
        this.termStartIndex = termStartIndex;
        this.sinceNanos = nowNanos;
    }

    /** Accepts a change, or answers at once why not. */
    void request(long id, MembershipChange change, long nowNanos) {
        Membership current = state.membership.inForce();
        if (pending != null || current.isJoint()) {
            long index = pending != null ? pending.index : current.logIndex();
            answer(id, new ChangeOutcome.InProgress(index));
            return;
        }
        ChangePlan plan = ChangePlan.of(current, change);
        if (!plan.violations().isEmpty()) {
            answer(id, new ChangeOutcome.Invalid(List.copyOf(plan.violations())));
            return;
        }
        PendingChange accepted = new PendingChange(id, plan, state.nextRound(), nowNanos);
        // Who it is itself a leader knows; it would wait in vain for an answer from itself.
        accepted.met.put(state.self.node(), state.self.incarnation());
        pending = accepted;
        plan.newServers().forEach(state.addresses::addGuest);
        introduce();
    }

    private void answer(long id, ChangeOutcome outcome) {
        state.out.add(new Effect.EndMembershipChange(id, outcome));
    }

    private void end(PendingChange change, ChangeOutcome outcome) {
        pending = null;
        change.plan.newServers().forEach(server -> state.addresses.removeGuest(server.node()));
        answer(change.id, outcome);
    }

    // ---- who the new servers are

    /** Asks those that have not answered. Repeated with every heartbeat. */
    void introduce() {
        PendingChange change = pending;
        if (change == null || change.target != null) {
            return;
        }
        for (MemberAddress server : change.plan.newServers()) {
            if (!change.met.containsKey(server.node())) {
                state.out.send(server.node(), new Introduction(change.nonce, state.membership.inForce()));
            }
        }
    }

    /** A server has answered, and so said with which storage it runs. Returns whether it was asked for this change. */
    boolean met(MemberId server, long nonce) {
        PendingChange change = pending;
        if (change == null || change.nonce != nonce) {
            return false;
        }
        change.met.putIfAbsent(server.node(), server.incarnation());
        return true;
    }

    private void meet(PendingChange change, long nowNanos) {
        for (MemberAddress server : change.plan.newServers()) {
            if (!change.met.containsKey(server.node())) {
                long waitedNanos = nowNanos - change.sinceNanos;
                if (waitedNanos >= state.settings.catchUpStallNanos()) {
                    fail(
                            change,
                            server.node(),
                            state.log.lastIndex(),
                            "did not answer at " + server.address() + " for " + waitedNanos / 1_000_000 + " ms");
                }
                return;
            }
        }
        change.target = change.plan.target(change.met);
    }

    // ---- from configuration to configuration

    /** Takes the next step if it can be taken now. Returns whether a configuration was appended. */
    boolean advance(Appender log, long nowNanos) {
        Membership current = state.membership.inForce();
        if (state.commitIndex() < termStartIndex || !state.isMembershipCommitted()) {
            return false;
        }
        PendingChange change = pending;
        if (current.isJoint()) {
            append(log, change, current.afterJoint());
            return true;
        }
        if (change == null) {
            return false;
        }
        if (change.target == null && change.failure.isEmpty()) {
            meet(change, nowNanos);
        }
        if (change.failure.isPresent()) {
            return undo(log, change, current, change.failure.get());
        }
        Membership target = change.target;
        if (target == null) {
            return false;
        }
        if (current.atIndex(0).equals(target)) {
            end(change, new ChangeOutcome.Done(current));
            return false;
        }
        return approach(log, change, current, target, nowNanos);
    }

    private boolean approach(Appender log, PendingChange change, Membership current, Membership target, long nowNanos) {
        List<Member> newVoters = target.voters().stream()
                .filter(member -> !current.isVoter(member.id()))
                .toList();
        List<Member> unknown = newVoters.stream()
                .filter(member -> !current.contains(member.id()))
                .toList();
        if (!unknown.isEmpty()) {
            change.added = unknown;
            append(log, change, withLearners(current, unknown));
            return true;
        }
        if (!haveCaughtUp(change, newVoters, nowNanos) || !canGoOn(change, target, nowNanos)) {
            return change.failure.isPresent() && undo(log, change, current, change.failure.get());
        }
        append(log, change, sameVoters(current, target) ? target : joint(current, target));
        return true;
    }

    private void append(Appender log, @Nullable PendingChange change, Membership next) {
        long index = log.append(next);
        if (change != null) {
            change.index = index;
        }
    }

    private boolean haveCaughtUp(PendingChange change, List<Member> newVoters, long nowNanos) {
        if (change.catchUps.isEmpty()) {
            change.catchUps = newVoters.stream()
                    .map(member -> new CatchUp(member.id(), state.settings, state.log.lastIndex(), nowNanos))
                    .toList();
        }
        boolean all = true;
        for (CatchUp each : change.catchUps) {
            Progress progress = replication.progress(each.member());
            if (progress != null) {
                each.observe(progress, state.log.lastIndex(), nowNanos);
            }
            each.failure().ifPresent(why -> fail(change, each.member().node(), each.lagEntries(), why));
            all &= each.isReady(nowNanos);
        }
        return all;
    }

    /**
     * Whether enough of the voters to be can be reached. An operator who takes a healthy server away while another one is down could
     * otherwise end everything: the change would never be committed, and nobody could take it back.
     */
    private boolean canGoOn(PendingChange change, Membership target, long nowNanos) {
        if (Quorum.isQuorum(target, member -> isHeard(member, nowNanos))) {
            return true;
        }
        if (change.silenceSinceNanos == PendingChange.NEVER) {
            change.silenceSinceNanos = nowNanos;
        }
        long silentNanos = nowNanos - change.silenceSinceNanos;
        if (silentNanos >= state.settings.catchUpStallNanos()) {
            NodeId silent = target.voters().stream()
                    .filter(voter -> !isHeard(voter.id(), nowNanos))
                    .findFirst()
                    .map(Member::node)
                    .orElse(state.self.node());
            fail(
                    change,
                    silent,
                    0,
                    "has not been heard for " + silentNanos / 1_000_000
                            + " ms, and without it the voters to be have no majority that can be reached");
        }
        return false;
    }

    private boolean isHeard(MemberId member, long nowNanos) {
        if (member.equals(state.self)) {
            return true;
        }
        Progress progress = replication.progress(member);
        return progress != null
                && progress.hasAnswered()
                && nowNanos - progress.contactNanos() < state.settings.electionTimeoutNanos();
    }

    private void fail(PendingChange change, NodeId node, long lagEntries, String why) {
        if (change.failure.isEmpty()) {
            change.failure = Optional.of(new ChangeOutcome.NotCaughtUp(node, lagEntries, why));
            state.out.report(new Report.CatchUpFailed(node, lagEntries, why));
        }
    }

    /** Removes the learners that the change has added; when they are gone, for good, says that it failed. */
    private boolean undo(Appender log, PendingChange change, Membership current, ChangeOutcome why) {
        boolean removed = change.added.stream().noneMatch(member -> current.contains(member.id()));
        if (removed) {
            end(change, why);
            return false;
        }
        List<Member> learners = current.learners().stream()
                .filter(member -> !change.added.contains(member))
                .toList();
        append(log, change, new Membership(0, current.voters(), List.of(), learners, List.of()));
        return true;
    }

    private static Membership withLearners(Membership current, List<Member> more) {
        List<Member> learners = new ArrayList<>(current.learners());
        // One that was left behind by an earlier change and bears the same name makes way.
        learners.removeIf(
                learner -> more.stream().anyMatch(member -> member.node().equals(learner.node())));
        learners.addAll(more);
        return new Membership(0, current.voters(), List.of(), learners, List.of());
    }

    private static boolean sameVoters(Membership one, Membership other) {
        return ids(one.voters()).equals(ids(other.voters()));
    }

    private static List<MemberId> ids(List<Member> members) {
        return members.stream().map(Member::id).toList();
    }

    /** Both majorities decide, the old voters' and the new ones' (§6). */
    private static Membership joint(Membership current, Membership target) {
        List<Member> learners = new ArrayList<>();
        List<Member> learnersNext = new ArrayList<>();
        for (Member learner : target.learners()) {
            (current.isVoter(learner.id()) ? learnersNext : learners).add(learner);
        }
        return new Membership(0, target.voters(), current.voters(), learners, learnersNext);
    }

    // ---- what is shown to others

    /** The change that is under way, also one that an earlier leader has begun; empty without one. */
    Optional<ChangeView> underWay(long nowNanos) {
        PendingChange change = pending;
        Membership current = state.membership.inForce();
        if (change == null && !current.isJoint()) {
            return Optional.empty();
        }
        Predicate<Member> silent = member -> !isHeard(member.id(), nowNanos);
        if (current.isJoint() || !state.isMembershipCommitted()) {
            long since = change == null ? sinceNanos : change.sinceNanos;
            return Optional.of(new ChangeView(since, PendingChange.waitsForMajority(current, silent)));
        }
        return Optional.ofNullable(change).map(it -> new ChangeView(it.sinceNanos, it.waitsFor(silent, nowNanos)));
    }

    // ---- the end of leadership

    /** Leadership is over. What the log knows of the change goes on without this server. */
    void leave() {
        PendingChange change = pending;
        if (change != null) {
            end(change, change.index > 0 ? new ChangeOutcome.Lost(change.index) : new ChangeOutcome.NotLeader());
        }
    }
}
