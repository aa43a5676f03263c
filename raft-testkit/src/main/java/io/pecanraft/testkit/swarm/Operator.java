package io.pecanraft.testkit.swarm;

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
 * Carries out {@link Churn} as a careful operator would: never more than one server without its data, and then nothing else
 * before it is re-admitted. Otherwise too many copies would be lost for anybody to recover, and nothing would be shown.
 */
final class Operator {

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

    Operator(SimCluster cluster) {
        this.cluster = cluster;
        this.addresses = new Addresses(cluster);
    }

    /** Does it, if it can be done now. */
    void does(Churn step) {
        if (wiped != null) {
            return;
        }
        if (step instanceof Churn.Change change) {
            cluster.leader().ifPresent(leader -> change(leader, change));
        } else if (step instanceof Churn.Wipe wipe) {
            cluster.leader().filter(this::isSettled).ifPresent(leader -> wipe(leader, wipe));
        } else if (step instanceof Churn.Move move) {
            cluster.leader().ifPresent(leader -> move(leader, move.pick(), OptionalLong.empty(), () -> {}));
        } else if (step instanceof Churn.Conflict conflict) {
            cluster.leader().ifPresent(leader -> conflict(leader, conflict.pick()));
        } else if (step instanceof Churn.ReplaceAll) {
            cluster.leader().ifPresent(this::replaceAll);
        }
    }

    /** Whether every server has its data, or data that it was re-admitted with. */
    boolean isDone() {
        return wiped == null;
    }

    /** What came of it, for the record. */
    Map<String, Long> counts() {
        return counts;
    }

    // ---- changes

    private void change(SimNode leader, Churn.Change step) {
        membership(leader)
                .flatMap(now -> draw(step.kind(), step.pick(), now))
                .ifPresent(change -> ask(leader, change, () -> {}));
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

    private Optional<MembershipChange> draw(Churn.Kind kind, long pick, Membership now) {
        List<SimNode> strangers = strangers(now);
        Optional<MemberAddress> stranger = one(strangers, pick).map(addresses::of);
        Optional<Member> voter = one(now.voters(), pick);
        Optional<Member> learner = one(now.learners(), pick);
        return switch (kind) {
            case ADD -> stranger.map(MembershipChange::add);
            case ADD_LEARNER -> stranger.map(MembershipChange::addLearner);
            case PROMOTE -> learner.map(Member::node).map(MembershipChange::promote);
            case DEMOTE -> voter.map(Member::node).map(MembershipChange::demote);
            case REMOVE -> one(now.members(), pick).map(Member::node).map(MembershipChange::remove);
            case REPLACE ->
                stranger.flatMap(by -> one(now.members(), pick).map(gone -> MembershipChange.replace(gone.node(), by)));
            case SEVERAL -> several(pick, now);
        };
    }

    private List<SimNode> strangers(Membership now) {
        return cluster.nodes().stream()
                .filter(node -> now.member(node.id()).isEmpty())
                .toList();
    }

    private Optional<MembershipChange> several(long pick, Membership now) {
        Churn.Kind[] kinds = Churn.Kind.values();
        int simple = kinds.length - 1;
        Optional<MembershipChange> one = draw(kinds[(int) (pick % simple)], pick / 7, now);
        Optional<MembershipChange> other = draw(kinds[(int) (pick / 11 % simple)], pick / 13, now);
        return one.flatMap(first -> other.map(first::and));
    }

    private static <T> Optional<T> one(List<T> all, long pick) {
        return all.isEmpty() ? Optional.empty() : Optional.of(all.get((int) (pick % all.size())));
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

    /** Of two changes that were made for the same configuration one at the most succeeds, and none that comes later. */
    private void conflict(SimNode leader, long pick) {
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
        move(leader, pick / 3, index, whenDone);
    }

    // ---- lost disks

    /** Nothing is under way, so that what is lost now is one copy of everything and not the second one. */
    private boolean isSettled(SimNode leader) {
        open.removeIf(each -> !each.isOpen());
        NodeStatus status = leader.status().orElseThrow();
        Optional<Membership> now = status.membership();
        if (!open.isEmpty() || now.isEmpty() || now.get().isJoint() || status.role() != RaftRole.LEADER) {
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

    private void wipe(SimNode leader, Churn.Wipe step) {
        Membership now = membership(leader).orElseThrow();
        Predicate<Member> canBeSpared = member -> now.voters().size() > 2 || !now.isVoter(member.id());
        List<Member> candidates = now.members().stream().filter(canBeSpared).toList();
        one(candidates, step.pick()).flatMap(this::node).ifPresent(node -> {
            wiped = node;
            count("disks wiped");
            node.crash(SimNode.Crash.POWER);
            node.wipe();
            later(step.down().toNanos(), () -> {
                node.start();
                readmit(node);
            });
        });
    }

    /** Tries until it succeeds. */
    private void readmit(SimNode node) {
        cluster.leader().ifPresent(leader -> {
            open.removeIf(each -> !each.isOpen());
            if (open.isEmpty() && node.isUp()) {
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
