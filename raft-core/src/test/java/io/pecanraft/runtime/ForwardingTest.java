package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.CONFIG;
import static io.pecanraft.runtime.TestCluster.command;
import static io.pecanraft.runtime.TestCluster.failureOf;
import static io.pecanraft.runtime.TestCluster.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.LeadershipLostException;
import io.pecanraft.NotLeaderException;
import io.pecanraft.OperationTimeoutException;
import io.pecanraft.OverloadedException;
import io.pecanraft.ProposalOptions;
import io.pecanraft.ProposalResult;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.RaftNode;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.ForwardOutcome;
import io.pecanraft.model.RaftMessage.ForwardProposal;
import io.pecanraft.model.RaftMessage.ForwardProposalResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** K14: a command is passed on to the leader at most once, and its caller learns whether it may have taken effect. */
class ForwardingTest {

    private final TestCluster cluster = new TestCluster("n1", "n2", "n3");

    @Test
    void aFollowerPassesACommandOnAndGetsTheReply() {
        RaftNode leader = cluster.startAll(CONFIG);
        CompletableFuture<ProposalResult> proposed =
                cluster.follower().propose(command("abc"), ProposalOptions.defaults());
        cluster.time.advanceMillis(500);

        assertThat(proposed.join().reply().getLong()).isEqualTo(3);
        assertThat(proposed.join().index()).isEqualTo(leader.status().lastIndex());
    }

    @Test
    void aFollowerThatMayNotForwardNamesTheLeader() {
        RaftNode leader = cluster.startAll(CONFIG.toBuilder().forwarding(false).build());
        CompletableFuture<ByteBuffer> proposed = cluster.follower().propose(command("abc"));
        cluster.time.settle();

        assertThat(failureOf(proposed))
                .isInstanceOfSatisfying(
                        NotLeaderException.class,
                        refused -> assertThat(refused.leaderHint()).contains(idOf(leader)));
    }

    @Test
    void nothingIsSentToALeaderOutOfReachUntilItIsHeardAgain() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        cluster.network.breakConnection(idOf(follower), idOf(leader));
        CompletableFuture<ByteBuffer> refused = follower.propose(command("abc"));
        cluster.time.settle();

        assertThat(failureOf(refused)).isInstanceOf(NotLeaderException.class);
        assertThat(failureOf(refused).outcome()).isEqualTo(Outcome.NOT_DONE);
        assertThat(cluster.network.sent).noneMatch(sent -> sent.message() instanceof ForwardProposal);

        cluster.time.advanceMillis(300);
        CompletableFuture<ByteBuffer> passedOn = follower.propose(command("abc"));
        cluster.time.advanceMillis(500);
        assertThat(number(passedOn)).isEqualTo(3);
    }

    @Test
    void aMessageThatTheNetworkRepeatsIsAppliedOnce() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        CompletableFuture<ByteBuffer> proposed = follower.propose(command("abc"));
        cluster.time.advanceMillis(200);
        assertThat(number(proposed)).isEqualTo(3);

        cluster.network.deliver(idOf(follower), idOf(leader), onlyForward());
        cluster.time.advanceMillis(500);

        assertThat(cluster.machineOf(leader).sum).isEqualTo(3);
        assertThat(responses()).hasSize(1);
    }

    @Test
    void aLeaderThatHasRestartedNeitherAppendsNorAnswersARepeatedMessageOfItsEarlierLife() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        follower.propose(command("abc"));
        cluster.time.advanceMillis(200);
        ForwardProposal repeated = onlyForward();
        String name = idOf(leader).value();
        cluster.close(leader);
        cluster.nodes.remove(name);
        RaftNode next = cluster.awaitLeader();
        RaftNode restarted = cluster.start(name, CONFIG);
        cluster.time.advanceMillis(2_000);
        cluster.network.sent.clear();

        cluster.network.deliver(idOf(follower), idOf(restarted), repeated);
        cluster.time.advanceMillis(500);

        assertThat(responses()).isEmpty();
        assertThat(cluster.machineOf(next).sum).isEqualTo(3);
    }

    /** Found by churn seed 102: the one that took the command was wiped since, and who bears its name now knows nothing of it. */
    @Test
    void aServerOfAnotherStorageDoesNotAnswerForTheOneBefore() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        ForwardProposal meantForAnother = new ForwardProposal(
                leader.status().term() + 1, new Incarnation(66, 6), 1, 1, 1_000, EntryType.COMMAND, command("abc"));

        cluster.network.deliver(idOf(follower), idOf(leader), meantForAnother);
        cluster.time.advanceMillis(500);

        assertThat(responses()).isEmpty();
        assertThat(cluster.machineOf(leader).sum).isZero();
    }

    @Test
    void aServerThatDoesNotLeadAnswersNotDoneAndKeepsToItWhenAsked() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        long formerTerm = leader.status().term();
        leader.transferLeadership(idOf(follower));
        cluster.time.advanceMillis(500);
        assertThat(leader.status().term()).isGreaterThan(formerTerm);
        ForwardProposal late =
                new ForwardProposal(formerTerm, storageOf(leader), 1, 1, 1_000, EntryType.COMMAND, command("abc"));

        cluster.network.deliver(idOf(follower), idOf(leader), late);
        cluster.time.settle();
        cluster.network.deliver(idOf(follower), idOf(leader), late);
        cluster.time.settle();

        assertThat(responses()).hasSize(1);
        assertThat(responses().get(0).outcome()).isEqualTo(ForwardOutcome.NOT_DONE);
        assertThat(responses().get(0).reason()).contains("term " + formerTerm);
    }

    @Test
    void whenTheConnectionIsLostTheOutcomeIsUnknown() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        cluster.isolate(leader);
        CompletableFuture<ByteBuffer> proposed = follower.propose(command("abc"));
        cluster.time.settle();
        assertThat(proposed).isNotDone();

        cluster.network.breakConnection(idOf(follower), idOf(leader));
        cluster.time.settle();

        assertUnknown(proposed, LeadershipLostException.class);
    }

    @Test
    void whenAnotherLeaderComesTheOutcomeIsUnknown() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        cluster.isolate(leader);
        CompletableFuture<ByteBuffer> proposed = follower.propose(command("abc"));
        cluster.time.advanceMillis(6_000);

        assertUnknown(proposed, LeadershipLostException.class);
    }

    @Test
    void whenTheAnswerIsLostTheDeadlineMakesItUnknown() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        cluster.isolate(leader);
        CompletableFuture<ProposalResult> proposed =
                follower.propose(command("abc"), ProposalOptions.withTimeout(Duration.ofMillis(100)));
        cluster.time.advanceMillis(150);

        assertUnknown(proposed, OperationTimeoutException.class);
    }

    @Test
    void aFollowerForwardsNoMoreThanItsLimit() {
        RaftConfig config = CONFIG.toBuilder().maxPendingForwards(2).build();
        RaftNode leader = cluster.startAll(config);
        RaftNode follower = cluster.follower();
        cluster.isolate(leader);
        follower.propose(command("a"));
        follower.propose(command("b"));
        CompletableFuture<ByteBuffer> third = follower.propose(command("c"));
        cluster.time.settle();

        assertThat(failureOf(third))
                .isInstanceOfSatisfying(
                        OverloadedException.class,
                        refused -> assertThat(refused.limitName()).isEqualTo("maxPendingForwards"));
    }

    @Test
    void aLeaderThatIsFullAnswersNotDone() {
        RaftNode leader =
                cluster.startAll(CONFIG.toBuilder().maxUncommittedEntries(1).build());
        RaftNode follower = cluster.follower();

        leader.propose(command("fills"));
        CompletableFuture<ByteBuffer> proposed = follower.propose(command("abc"));
        cluster.time.settle();

        assertThat(failureOf(proposed))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("leader " + idOf(leader))
                .hasMessageContaining("maxUncommittedEntries");
    }

    @Test
    void anAnswerToAnEarlierLifeIsIgnored() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        cluster.isolate(leader);
        CompletableFuture<ByteBuffer> proposed = follower.propose(command("abc"));
        cluster.time.settle();
        cluster.network.cutOff.clear();
        ForwardProposal asked = onlyForward();
        ForwardProposalResponse foreign = new ForwardProposalResponse(
                asked.nonce() + 1,
                asked.requestId(),
                ForwardOutcome.APPLIED,
                7,
                ByteBuffer.allocate(0),
                "",
                Optional.empty());

        cluster.network.deliver(idOf(leader), idOf(follower), foreign);
        cluster.time.settle();

        assertThat(proposed).isNotDone();
        assertThat(cluster.machineOf(follower).sum).isZero();
    }

    /** Only the one that was asked can know. */
    @Test
    void anAnswerOfAServerThatWasNotAskedIsIgnored() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        cluster.isolate(leader);
        CompletableFuture<ByteBuffer> proposed = follower.propose(command("abc"));
        cluster.time.settle();
        cluster.network.cutOff.clear();
        ForwardProposal asked = onlyForward();
        ForwardProposalResponse applied = new ForwardProposalResponse(
                asked.nonce(),
                asked.requestId(),
                ForwardOutcome.APPLIED,
                7,
                ByteBuffer.allocate(Long.BYTES).putLong(0, 99),
                "",
                Optional.empty());

        cluster.network.deliver(other(leader, follower), idOf(follower), applied);
        cluster.time.settle();
        assertThat(proposed).isNotDone();

        cluster.network.deliver(idOf(leader), idOf(follower), applied);
        cluster.time.settle();
        assertThat(number(proposed)).isEqualTo(99);
    }

    /** K14. Its raft thread does not run, so it is not that thread which says so. */
    @Test
    void aLeaderWhoseMailboxIsFullAnswersNotDone() {
        RaftNode leader =
                cluster.startAll(CONFIG.toBuilder().mailboxCapacity(64).build());
        RaftNode follower = cluster.follower();
        cluster.threadOf(leader).suspend();
        fillMailboxOf(leader);
        CompletableFuture<ByteBuffer> proposed = follower.propose(command("abc"));
        cluster.time.settle();

        assertThat(failureOf(proposed))
                .isInstanceOf(OverloadedException.class)
                .hasMessageContaining("leader " + idOf(leader))
                .hasMessageContaining("mailboxCapacity");

        // A copy of what was refused is not appended when there is room again.
        ForwardProposal refused = onlyForward();
        cluster.threadOf(leader).resume();
        cluster.time.advanceMillis(100);
        long applied = cluster.machineOf(leader).sum;
        cluster.network.deliver(idOf(follower), idOf(leader), refused);
        cluster.time.advanceMillis(500);
        assertThat(cluster.machineOf(leader).sum).isEqualTo(applied);
        assertThat(responses()).hasSize(1);
    }

    /** The first copy will be applied, so the client must not be told to try again. */
    @Test
    void aCopyOfWhatWasLetInIsNotRefusedWhenTheMailboxIsFull() {
        RaftNode leader =
                cluster.startAll(CONFIG.toBuilder().mailboxCapacity(64).build());
        RaftNode follower = cluster.follower();
        cluster.threadOf(leader).suspend();
        CompletableFuture<ByteBuffer> proposed = follower.propose(command("abc"));
        cluster.time.settle();
        fillMailboxOf(leader);
        cluster.network.deliver(idOf(follower), idOf(leader), onlyForward());
        cluster.time.settle();
        assertThat(proposed).isNotDone();
        assertThat(responses()).isEmpty();

        cluster.threadOf(leader).resume();
        cluster.time.advanceMillis(100);
        assertThat(number(proposed)).isEqualTo(3);
    }

    @Test
    void commandsOfOtherServersHoldNoMoreBytesInTheMailboxThanMayBe() {
        RaftNode leader =
                cluster.startAll(CONFIG.toBuilder().maxUncommittedBytes(1_000).build());
        RaftNode follower = cluster.follower();
        cluster.threadOf(leader).suspend();
        NodeId from = other(leader, follower);
        long term = leader.status().term();
        for (int id = 1; id <= 3; id++) {
            cluster.network.deliver(
                    from,
                    idOf(leader),
                    new ForwardProposal(
                            term, storageOf(leader), 1, id, 1_000, EntryType.COMMAND, ByteBuffer.allocate(400)));
        }
        cluster.time.settle();

        assertThat(responses()).hasSize(1);
        assertThat(responses().get(0).requestId()).isEqualTo(3);
        assertThat(responses().get(0).outcome()).isEqualTo(ForwardOutcome.NOT_DONE);
        assertThat(responses().get(0).reason()).contains("maxUncommittedBytes (1000)");
    }

    @Test
    void aFollowerHoldsNoMoreBytesThatItHasForwardedThanMayBe() {
        RaftNode leader =
                cluster.startAll(CONFIG.toBuilder().maxUncommittedBytes(1_000).build());
        RaftNode follower = cluster.follower();
        cluster.isolate(leader);
        CompletableFuture<ByteBuffer> first = follower.propose(ByteBuffer.allocate(600));
        cluster.time.settle();
        CompletableFuture<ByteBuffer> second = follower.propose(ByteBuffer.allocate(600));
        cluster.time.settle();
        assertThat(first).isNotDone();
        assertThat(failureOf(second))
                .isInstanceOfSatisfying(
                        OverloadedException.class,
                        refused -> assertThat(refused.limitName()).isEqualTo("maxUncommittedBytes"));

        cluster.network.breakConnection(idOf(follower), idOf(leader));
        cluster.network.cutOff.clear();
        cluster.time.advanceMillis(300);
        assertUnknown(first, LeadershipLostException.class);
        CompletableFuture<ByteBuffer> third = follower.propose(ByteBuffer.allocate(600));
        cluster.time.advanceMillis(500);
        assertThat(number(third)).isEqualTo(600);
    }

    /** Two servers that each take the other for the leader would send it to and fro. */
    @Test
    void whatWasForwardedIsNotForwardedAgain() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();

        cluster.network.deliver(
                other(leader, follower),
                idOf(follower),
                new ForwardProposal(
                        leader.status().term(), storageOf(follower), 1, 1, 1_000, EntryType.COMMAND, command("abc")));
        cluster.time.advanceMillis(500);

        assertThat(responses()).hasSize(1);
        assertThat(responses().get(0).outcome()).isEqualTo(ForwardOutcome.NOT_DONE);
        assertThat(responses().get(0).leaderHint()).contains(idOf(leader));
        assertThat(cluster.machineOf(leader).sum).isZero();
    }

    private NodeId other(RaftNode leader, RaftNode follower) {
        return cluster.nodes.values().stream()
                .map(ForwardingTest::idOf)
                .filter(id -> !id.equals(idOf(leader)) && !id.equals(idOf(follower)))
                .findFirst()
                .orElseThrow();
    }

    private static void fillMailboxOf(RaftNode node) {
        CompletableFuture<ByteBuffer> proposed = node.propose(command("fill"));
        while (!proposed.isDone()) {
            proposed = node.propose(command("fill"));
        }
        assertThat(failureOf(proposed)).isInstanceOf(OverloadedException.class);
    }

    private ForwardProposal onlyForward() {
        List<ForwardProposal> forwards = cluster.network.sent.stream()
                .map(MemoryNetwork.Sent::message)
                .filter(ForwardProposal.class::isInstance)
                .map(ForwardProposal.class::cast)
                .toList();
        assertThat(forwards).hasSize(1);
        return forwards.get(0);
    }

    private List<ForwardProposalResponse> responses() {
        return cluster.network.sent.stream()
                .map(MemoryNetwork.Sent::message)
                .filter(ForwardProposalResponse.class::isInstance)
                .map(ForwardProposalResponse.class::cast)
                .toList();
    }

    private static NodeId idOf(RaftNode node) {
        return node.status().identity().node();
    }

    private static void assertUnknown(CompletableFuture<?> future, Class<? extends RaftException> type) {
        assertThat(failureOf(future))
                .isInstanceOf(type)
                .extracting(RaftException::outcome)
                .isEqualTo(Outcome.UNKNOWN);
    }

    private static Incarnation storageOf(RaftNode node) {
        return node.status().identity().incarnation();
    }
}
