package io.pecanraft.examples.kv.replication;

import io.pecanraft.LeadershipListener;
import io.pecanraft.NodeStatus;
import io.pecanraft.ProposalOptions;
import io.pecanraft.ProposalResult;
import io.pecanraft.RaftEvent;
import io.pecanraft.RaftNode;
import io.pecanraft.RaftSession;
import io.pecanraft.SessionCalls;
import io.pecanraft.examples.kv.store.Commands;
import io.pecanraft.examples.kv.store.KvStateMachine;
import io.pecanraft.examples.kv.store.StoreStatus;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.model.Standing;
import io.pecanraft.spi.StorageIdentity;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A node that is its own majority: it carries out commands at once on a real state machine, unless the test has told it to fail
 * or to keep its caller waiting.
 */
public final class ScriptedNode implements RaftNode {

    private static final MemberId SELF = new MemberId(NodeId.of("n1"), new Incarnation(1, 1));

    private final KvStateMachine machine = new KvStateMachine();
    private final Deque<RuntimeException> failures = new ArrayDeque<>();
    private final List<String> calls = new ArrayList<>();
    private final List<Duration> timeouts = new ArrayList<>();
    private final Deque<Kept> kept = new ArrayDeque<>();
    private final Deque<ByteBuffer> strangeAnswers = new ArrayDeque<>();
    private boolean keeping;
    private boolean throwing;
    private boolean failing;
    private RuntimeException lasting = new IllegalStateException("none");
    private NodeStatus.State state = NodeStatus.State.RUNNING;
    private long index;
    private long passedMillis;
    private OptionalInt minimumVersion = OptionalInt.of(2);
    private RaftRole role = RaftRole.LEADER;

    private record Kept(CompletableFuture<?> future, Runnable answer) {}

    /** The next calls fail so, in this order. */
    public void failNext(RuntimeException... next) {
        failures.addAll(List.of(next));
    }

    /** All calls fail so until {@link #recover}. */
    public void failAlways(RuntimeException failure) {
        failing = true;
        lasting = failure;
    }

    /** Ends {@link #failAlways}. */
    public void recover() {
        failing = false;
    }

    /** The next calls are carried out, but answered so, in this order. */
    public void answerNext(ByteBuffer... answers) {
        strangeAnswers.addAll(List.of(answers));
    }

    /** The next call throws instead of returning a future, as no node should. */
    public void throwNext() {
        throwing = true;
    }

    /** Calls are not answered until {@link #release}. */
    public void keep() {
        keeping = true;
    }

    /** Answers what was kept, in order. */
    public void release() {
        keeping = false;
        while (!kept.isEmpty()) {
            kept.removeFirst().answer().run();
        }
    }

    /** Gives up what was kept, and goes on keeping. */
    public void failKept(RuntimeException failure) {
        List<Kept> all = List.copyOf(kept);
        kept.clear();
        all.forEach(each -> each.future().completeExceptionally(failure));
    }

    /** Pretends to be in this state. */
    public void state(NodeStatus.State pretended) {
        state = pretended;
    }

    /** The next command comes so much later in the log. */
    public void pass(Duration time) {
        passedMillis += time.toMillis();
    }

    /** Pretends to know this least version of all members. */
    public void minimumVersion(OptionalInt version) {
        minimumVersion = version;
    }

    /** Pretends to be this. */
    public void role(RaftRole pretended) {
        role = pretended;
    }

    /** How its keys stand. */
    public StoreStatus store() {
        return machine.status();
    }

    /** "propose" or "read" for every call so far. */
    public List<String> calls() {
        return calls;
    }

    /** The timeouts of the proposals so far. */
    public List<Duration> timeouts() {
        return timeouts;
    }

    @Override
    public CompletableFuture<Void> start() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<ByteBuffer> propose(ByteBuffer command) {
        return propose(command, ProposalOptions.defaults()).thenApply(ProposalResult::reply);
    }

    @Override
    public CompletableFuture<ProposalResult> propose(ByteBuffer command, ProposalOptions options) {
        calls.add("propose");
        options.timeout().ifPresent(timeouts::add);
        ByteBuffer copy = copy(command);
        return answer(() -> {
            index++;
            return new ProposalResult(
                    index,
                    orStrange(Commands.apply(machine, index, entry -> entry + passedMillis, List.of(copy))
                            .get(0)));
        });
    }

    @Override
    public CompletableFuture<ByteBuffer> read(ByteBuffer query, ReadConsistency consistency) {
        calls.add(
                consistency instanceof ReadConsistency.Local local
                        ? "read not before " + local.notBeforeIndex()
                        : "read");
        ByteBuffer copy = copy(query);
        return answer(() -> orStrange(machine.query(copy)));
    }

    private ByteBuffer orStrange(ByteBuffer answer) {
        ByteBuffer strange = strangeAnswers.poll();
        return strange == null ? answer : strange;
    }

    @Override
    public CompletableFuture<Membership> changeMembership(MembershipChange change) {
        calls.add(change.steps().toString());
        return answer(ScriptedNode::membership);
    }

    private <T> CompletableFuture<T> answer(java.util.function.Supplier<T> action) {
        if (throwing) {
            throwing = false;
            throw new IllegalStateException("a node that throws");
        }
        if (failing) {
            return CompletableFuture.failedFuture(lasting);
        }
        RuntimeException failure = failures.poll();
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        CompletableFuture<T> future = new CompletableFuture<>();
        Runnable answer = () -> {
            try {
                future.complete(action.get());
            } catch (RuntimeException e) {
                future.completeExceptionally(e);
            }
        };
        if (keeping) {
            kept.add(new Kept(future, answer));
        } else {
            answer.run();
        }
        return future;
    }

    private static ByteBuffer copy(ByteBuffer buffer) {
        return ByteBuffer.allocate(buffer.remaining()).put(buffer).flip();
    }

    @Override
    public CompletableFuture<NodeId> transferLeadership(NodeId target) {
        return answer(() -> target);
    }

    @Override
    public CompletableFuture<NodeId> transferLeadership() {
        return answer(SELF::node);
    }

    @Override
    public CompletableFuture<RaftSession> openSession() {
        throw new UnsupportedOperationException("the server opens no sessions");
    }

    @Override
    public SessionCalls sessions() {
        throw new UnsupportedOperationException("the server opens no sessions");
    }

    @Override
    public CompletableFuture<SnapshotMeta> takeSnapshot() {
        return CompletableFuture.completedFuture(new SnapshotMeta(new EntryId(3, 17), membership(), 0, 1_234, 0));
    }

    @Override
    public NodeStatus status() {
        return new NodeStatus(
                new StorageIdentity(new ClusterId(1, 2), GroupId.DEFAULT, SELF.node(), SELF.incarnation()),
                state,
                role,
                3,
                Optional.of(SELF),
                Optional.of(SELF.node()),
                index,
                index,
                index,
                index,
                1,
                0,
                Optional.of(membership()),
                Standing.VOTER,
                List.of(),
                List.of(new NodeStatus.FollowerStatus(
                        new MemberId(NodeId.of("n2"), new Incarnation(2, 2)),
                        5,
                        6,
                        2,
                        NodeStatus.Replication.REPLICATE,
                        10,
                        OptionalInt.of(2))),
                Optional.empty(),
                4,
                minimumVersion,
                0,
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    private static Membership membership() {
        return Membership.ofVoters(0, List.of(new Member(SELF, "localhost:8001")));
    }

    @Override
    public Subscription subscribe(Consumer<RaftEvent> listener) {
        return () -> {};
    }

    @Override
    public Subscription onLeadership(LeadershipListener listener) {
        return () -> {};
    }

    @Override
    public void close() {
        state = NodeStatus.State.CLOSED;
    }
}
