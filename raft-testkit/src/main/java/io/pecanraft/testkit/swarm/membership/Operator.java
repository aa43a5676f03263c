package io.pecanraft.testkit.swarm.membership;

import io.pecanraft.NodeStatus;
import io.pecanraft.RaftNode;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.RaftRole;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.SimScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Changes the membership as a careful operator would: never more than one server without its data, and then nothing else before
 * it is re-admitted. Otherwise too many copies would be lost for anybody to recover, and nothing would be shown.
 *
 * <p>Whom a step concerns is decided when it happens, by a number, among those to whom it can be done then. What cannot be done
 * is left out.
 */
public final class Operator {

    /** Kinds of changes, one step each. */
    public enum Kind {
        /** A spare server becomes a voter. */
        ADD,
        /** A spare server becomes a learner. */
        ADD_LEARNER,
        /** A learner becomes a voter. */
        PROMOTE,
        /** A voter becomes a learner; it may be the leader. */
        DEMOTE,
        /** A member goes; it may be the leader. */
        REMOVE,
        /** A spare server takes a member's place. */
        REPLACE
    }

    /** A change and whom it concerns. */
    public record Step(Kind kind, long pick) {}

    private record Open(SimNode at, @Nullable RaftNode life, CompletableFuture<Membership> answer) {

        /** Whether the change may still be under way: neither answered, nor is the process gone that was asked. */
        boolean isOpen() {
            return !answer.isDone() && life != null && at.raftNode().orElse(null) == life;
        }
    }

    private final SimCluster cluster;
    private final Addresses addresses;
    private final List<Open> open = new ArrayList<>();
    private final Map<String, Long> counts = new TreeMap<>();
    private @Nullable SimNode wiped;

    /** An operator of a cluster. */
    public Operator(SimCluster cluster) {
        this.cluster = cluster;
        this.addresses = new Addresses(cluster);
    }

    /** Whether every server has its data, or data that it was re-admitted with. */
    public boolean isDone() {
        return wiped == null;
    }

    /** Whether every change has been answered, or who was asked is gone. */
    public boolean isIdle() {
        return isIdle(asked -> true);
    }

    /** The same of those changes that these servers were asked for: one that is broken for good answers nobody. */
    public boolean isIdle(Predicate<SimNode> asked) {
        open.removeIf(each -> !each.isOpen());
        return open.stream().noneMatch(each -> asked.test(each.at()));
    }

    /** What came of it, for the record. */
    public Map<String, Long> counts() {
        return counts;
    }

    private Optional<SimNode> leader() {
        return isDone() ? cluster.leader() : Optional.empty();
    }

    // ---- changes

    /** Asks the leader for these steps, in one change. */
    public void change(List<Step> steps) {
        leader().ifPresent(leader -> membership(leader)
                .flatMap(now -> change(steps, now))
                .ifPresent(change -> ask(leader, change, () -> {})));
    }

    private Optional<MembershipChange> change(List<Step> steps, Membership now) {
        Optional<MembershipChange> all = Optional.empty();
        for (Step step : steps) {
            Optional<MembershipChange> one = change(step, now);
            if (one.isEmpty()) {
                return one;
            }
            all = all.isEmpty() ? one : all.map(before -> before.and(one.get()));
        }
        return all;
    }

    private void ask(SimNode leader, MembershipChange change, Runnable whenDone) {
        CompletableFuture<Membership> answer = leader.changeMembership(change).whenComplete((membership, failure) -> {
            Throwable why = failure instanceof CompletionException ? failure.getCause() : failure;
            String what = why == null ? "done" : why.getClass().getSimpleName();
            count("membership changes " + what);
            if (why == null) {
                whenDone.run();
            }
        });
        open.add(new Open(leader, leader.raftNode().orElse(null), answer));
    }

    private Optional<MembershipChange> change(Step step, Membership now) {
        long pick = step.pick();
        Optional<MemberAddress> stranger = one(strangers(now), pick).map(addresses::of);
        Optional<Member> voter = one(now.voters(), pick);
        Optional<Member> learner = one(now.learners(), pick);
        Optional<Member> member = one(now.members(), pick);
        return switch (step.kind()) {
            case ADD -> stranger.map(MembershipChange::add);
            case ADD_LEARNER -> stranger.map(MembershipChange::addLearner);
            case PROMOTE -> learner.map(Member::node).map(MembershipChange::promote);
            case DEMOTE -> voter.map(Member::node).map(MembershipChange::demote);
            case REMOVE -> member.map(Member::node).map(MembershipChange::remove);
            case REPLACE -> stranger.flatMap(by -> member.map(gone -> MembershipChange.replace(gone.node(), by)));
        };
    }

    private List<SimNode> strangers(Membership now) {
        return cluster.nodes().stream()
                .filter(node -> now.member(node.id()).isEmpty())
                .toList();
    }

    private static <T> Optional<T> one(List<T> all, long pick) {
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get((int) (pick % all.size())));
    }

    /** Every member is replaced by a spare server, all in one change. */
    public void replaceAll() {
        leader().ifPresent(this::replaceAll);
    }

    private void replaceAll(SimNode leader) {
        membership(leader).ifPresent(now -> {
            List<MemberAddress> others = strangers(now).stream()
                    .filter(SimNode::isUp)
                    .map(addresses::of)
                    .toList();
            if (others.size() > 1) {
                ask(
                        leader,
                        MembershipChange.replaceAll(others, List.of()),
                        () -> count("all members replaced at once"));
            }
        });
    }

    // ---- moves

    /** A member moves: it is found at another address, then says so, and then is not found at the old one any more. */
    public void move(long pick) {
        leader().ifPresent(leader -> move(leader, pick, OptionalLong.empty(), () -> {}));
    }

    private void move(SimNode leader, long pick, OptionalLong expectedIndex, Runnable whenDone) {
        Optional<SimNode> member =
                membership(leader).flatMap(now -> one(now.members(), pick)).flatMap(this::node);
        member.ifPresent(node -> {
            MemberAddress next = addresses.next(node);
            MembershipChange change =
                    new MembershipChange(List.of(new MembershipChange.ChangeAddress(next)), expectedIndex);
            ask(leader, change, () -> {
                count("members moved");
                later(cluster.config().electionTimeout().toNanos(), addresses.movedTo(node, next));
                whenDone.run();
            });
        });
    }

    /**
     * Two operators who do not know of each other each let a member move, for the configuration that they have looked at. One of
     * the two succeeds at the most, and none that comes later.
     */
    public void moveTwo(long pick, long otherPick) {
        leader().ifPresent(leader -> moveTwo(leader, pick, otherPick));
    }

    private void moveTwo(SimNode leader, long pick, long otherPick) {
        OptionalLong index = membership(leader).map(Membership::logIndex).stream()
                .mapToLong(Long::longValue)
                .findFirst();
        AtomicInteger done = new AtomicInteger();
        Runnable whenDone = () -> {
            if (done.incrementAndGet() > 1) {
                cluster.verdict()
                        .fail(
                                "compare-and-set",
                                "two changes were both made for the configuration of index " + index
                                        + ", and both succeeded");
            }
        };
        move(leader, pick, index, () -> {
            whenDone.run();
            later(
                    cluster.config().electionTimeout().toNanos(),
                    () -> cluster.leader().ifPresent(late -> {
                        count("changes for a configuration that was");
                        move(late, pick, index, whenDone);
                    }));
        });
        move(leader, otherPick, index, whenDone);
    }

    // ---- lost disks

    /**
     * Nothing is under way, so that what is lost now is one copy of everything and not the second one. Since an entry of the leader's
     * own term is committed, no log that could win names other voters, as an uncommitted one of an earlier leader might.
     */
    public boolean isSettled(SimNode leader) {
        NodeStatus status = leader.status().orElseThrow();
        Optional<Membership> now = status.membership();
        if (!isIdle() || now.isEmpty() || now.get().isJoint() || status.role() != RaftRole.LEADER) {
            return false;
        }
        boolean committed = now.get().logIndex() <= status.commitIndex()
                && status.commitIndex() > 0
                && status.commitIndex() <= cluster.invariants().committed().lastIndex();
        EntryId last = committed
                ? cluster.invariants().committed().entry(status.commitIndex()).id()
                : EntryId.ZERO;
        return last.term() == status.term()
                && now.get().voters().stream().allMatch(member -> node(member).isPresent());
    }

    /** A member loses its disk, is started again with an empty one after a while, and is re-admitted. */
    public void wipe(long pick, Duration down) {
        leader().filter(this::isSettled).ifPresent(leader -> wipe(leader, pick, down));
    }

    private void wipe(SimNode leader, long pick, Duration down) {
        Membership now = membership(leader).orElseThrow();
        Predicate<Member> canBeSpared = member -> now.voters().size() > 2 || !now.isVoter(member.id());
        // Who founded the cluster alone would found another one on its empty disk, of the same name.
        Predicate<Member> wouldNotFound = member ->
                cluster.founders() > 1 || !member.node().equals(cluster.node(0).id());
        List<Member> candidates =
                now.members().stream().filter(canBeSpared.and(wouldNotFound)).toList();
        one(candidates, pick).flatMap(this::node).ifPresent(node -> {
            wiped = node;
            count("disks wiped");
            node.crash(SimNode.Crash.POWER);
            node.wipe();
            later(down.toNanos(), () -> {
                node.start();
                readmit(node);
            });
        });
    }

    /** Tries until it succeeds. */
    private void readmit(SimNode node) {
        cluster.leader().ifPresent(leader -> {
            if (isIdle() && node.isUp()) {
                MembershipChange readmission = MembershipChange.replace(node.id(), addresses.of(node));
                ask(leader, readmission, () -> wiped = null);
            }
        });
        later(cluster.config().electionTimeout().toNanos(), () -> {
            if (wiped == node) {
                readmit(node);
            }
        });
    }

    private void later(long nanos, Runnable what) {
        cluster.scheduler().after(nanos, SimScheduler.NO_NODE, what);
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    private static Optional<Membership> membership(SimNode leader) {
        return leader.status().flatMap(NodeStatus::membership);
    }

    /** The server that has this member's storage. */
    private Optional<SimNode> node(Member member) {
        return cluster.nodes().stream()
                .filter(node -> node.disk().identity().memberId().equals(member.id()))
                .findFirst();
    }
}
