package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.CONFIG;
import static io.pecanraft.runtime.TestCluster.command;
import static io.pecanraft.runtime.TestCluster.failureOf;
import static io.pecanraft.runtime.TestCluster.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.LeaseReadsOffException;
import io.pecanraft.OperationTimeoutException;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.RaftNode;
import io.pecanraft.StalenessUnknownException;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.ReadConsistency;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What each way to read costs and promises, as callers see it (thesis §6.4, rules K11 and K12). */
class ReadModesTest {

    private static final ByteBuffer QUERY = ByteBuffer.allocate(0);
    private static final RaftConfig LEASES = CONFIG.toBuilder().leaseReads(true).build();
    private static final ReadConsistency WITHIN_A_SECOND = ReadConsistency.boundedStaleness(Duration.ofSeconds(1));

    private final TestCluster cluster = new TestCluster("n1", "n2", "n3");

    private CompletableFuture<ByteBuffer> read(RaftNode node, ReadConsistency consistency) {
        CompletableFuture<ByteBuffer> answer = node.read(QUERY, consistency);
        cluster.time.settle();
        return answer;
    }

    private void write(RaftNode leader) {
        CompletableFuture<ByteBuffer> written = leader.propose(command("a"));
        cluster.time.settle();
        assertThat(written).isCompleted();
    }

    // ---- lease

    @Test
    void aLeaseReadIsRefusedWhereItIsNotConfigured() {
        RaftNode leader = cluster.startAll(CONFIG);
        assertThat(failureOf(leader.read(QUERY, ReadConsistency.lease())))
                .isInstanceOf(LeaseReadsOffException.class)
                .extracting(RaftException::outcome)
                .isEqualTo(Outcome.NOT_DONE);
    }

    /** Nobody is asked: it is answered although nobody can be reached, as long as the lease lasts, and not any longer. */
    @Test
    void aLeaseReadNeedsNobodyWhileTheLeaseLasts() {
        RaftNode leader = cluster.startAll(LEASES);
        write(leader);
        cluster.isolate(leader);
        int millis = 0;
        while (read(leader, ReadConsistency.lease()).isDone()) {
            cluster.time.advanceMillis(1);
            millis++;
        }
        // The last round that was answered was sent up to a heartbeat interval ago; a promise of 1 s counts for 1 %
        // less.
        assertThat(millis).isBetween(890, 990);
        assertThat(leader.status().role()).isEqualTo(RaftRole.LEADER);
    }

    /**
     * Q06 (tikv#10011), K11: the time is read when the read is looked at, not when its turn began. Here the process is paused
     * within a turn for longer than the lease lasts, and the read begins after that.
     */
    @Test
    void aPauseWithinATurnEndsTheLeaseForTheReadsBehindIt() {
        RaftNode leader = cluster.startAll(LEASES);
        cluster.time.advanceMillis(50);
        RaftNode follower = cluster.follower();
        NodeId fromFollower = follower.status().identity().node();
        CompletableFuture<CompletableFuture<ByteBuffer>> begun = new CompletableFuture<>();
        cluster.metrics.onMessageReceived = from -> {
            if (from.equals(fromFollower) && !begun.isDone()) {
                cluster.time.sleepMillis(990);
                begun.complete(leader.read(QUERY, ReadConsistency.lease()));
            }
        };
        cluster.network.deliver(
                fromFollower, leader.status().identity().node(), new RaftMessage.ReadIndexResponse(1, 1, false, 0));
        cluster.isolate(leader);
        cluster.time.settle();
        assertThat(begun.join()).isNotDone();
    }

    @Test
    void theDriftOfClocksIsBounded() {
        assertThatThrownBy(() -> RaftConfig.builder().maxClockDriftPpm(500_001).build())
                .hasMessageContaining("maxClockDriftPpm must be from 0 to 500000, got 500001");
    }

    /** Q11 (redpanda#13614): a new leader's state machine may be behind; its reads wait until it is not. */
    @Test
    void aNewLeaderWhoseStateMachineIsBehindLetsReadsWait() {
        RaftNode old = cluster.startAll(LEASES);
        cluster.applyExecutor.hold();
        old.propose(command("a"));
        CompletableFuture<NodeId> transfer = old.transferLeadership();
        cluster.time.advanceMillis(200);
        RaftNode next = cluster.nodes.values().stream()
                .filter(node -> node != old && node.status().role() == RaftRole.LEADER)
                .findFirst()
                .orElseThrow();
        assertThat(transfer).isNotDone(); // futures complete on the executor that is held
        CompletableFuture<ByteBuffer> linearizable = read(next, ReadConsistency.linearizable());
        CompletableFuture<ByteBuffer> lease = read(next, ReadConsistency.lease());
        assertThat(linearizable).isNotDone();
        assertThat(lease).isNotDone();
        cluster.applyExecutor.release();
        cluster.time.advanceMillis(200);
        assertThat(number(linearizable)).isEqualTo(1);
        assertThat(number(lease)).isEqualTo(1);
    }

    // ---- bounded staleness

    /** The first read has to ask; those within the bound after it do not. */
    @Test
    void aFollowerAnswersFromWhatItKnowsAsLongAsThatIsRecentEnough() {
        cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        assertThat(number(read(follower, WITHIN_A_SECOND))).isZero();
        cluster.isolate(follower);
        cluster.time.advanceMillis(900);
        assertThat(number(read(follower, WITHIN_A_SECOND))).isZero();
    }

    /** Beyond the bound it does not guess. */
    @Test
    void aFollowerThatCannotTellRefuses() {
        cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        assertThat(read(follower, WITHIN_A_SECOND)).isCompleted();
        cluster.isolate(follower);
        cluster.time.advanceMillis(1_001);
        CompletableFuture<ByteBuffer> answer = read(follower, WITHIN_A_SECOND);
        cluster.time.advanceMillis(2_000);
        assertThat(failureOf(answer)).isInstanceOfSatisfying(StalenessUnknownException.class, e -> {
            assertThat(e.outcome()).isEqualTo(Outcome.NOT_DONE);
            assertThat(e.bound()).isEqualTo(Duration.ofSeconds(1));
            assertThat(e.age()).hasValueSatisfying(age -> assertThat(age).isGreaterThan(e.bound()));
        });
        assertThat(failureOf(read(follower, WITHIN_A_SECOND))).isInstanceOf(StalenessUnknownException.class);
        assertThat(read(follower, ReadConsistency.boundedStaleness(Duration.ofSeconds(10))))
                .isCompleted();
    }

    @Test
    void aServerThatNeverKnewSaysSo() {
        RaftNode alone = cluster.start("n1", CONFIG);
        assertThat(failureOf(read(alone, WITHIN_A_SECOND)))
                .isInstanceOfSatisfying(
                        StalenessUnknownException.class,
                        e -> assertThat(e.age()).isEmpty());
    }

    /** What was known to be committed must be here, but for as many entries as the read can do without. */
    @Test
    void aReadWaitsForWhatItMayNotLack() {
        RaftNode leader = cluster.startAll(CONFIG);
        for (int i = 0; i < 5; i++) {
            write(leader);
        }
        RaftNode follower = cluster.follower();
        cluster.applyExecutor.hold();
        leader.propose(command("a"));
        cluster.time.settle();
        CompletableFuture<ByteBuffer> strict = read(follower, ReadConsistency.boundedStaleness(Duration.ofSeconds(1)));
        CompletableFuture<ByteBuffer> lax = read(follower, ReadConsistency.boundedStaleness(Duration.ofSeconds(1), 3));
        assertThat(strict).isNotDone();
        assertThat(lax).isNotDone();
        cluster.applyExecutor.release();
        cluster.time.advanceMillis(200);
        assertThat(strict).isCompleted();
        assertThat(lax).isCompleted();
    }

    /** A bound of nothing is a linearizable read. */
    @Test
    void aBoundOfNothingAsksEveryTime() {
        RaftNode leader = cluster.startAll(CONFIG);
        ReadConsistency now = ReadConsistency.boundedStaleness(Duration.ZERO);
        assertThat(number(read(leader, now))).isZero();
        write(leader);
        cluster.time.advanceMillis(1);
        assertThat(number(read(cluster.follower(), now))).isEqualTo(1);
        cluster.isolate(leader);
        cluster.time.advanceMillis(1);
        assertThat(read(leader, now)).isNotDone();
    }

    /** Q10: a read whose leader is gone without its knowing it ends at its deadline. */
    @Test
    void aReadThatNobodyAnswersEndsAtItsDeadline() {
        RaftNode leader = cluster.startAll(
                CONFIG.toBuilder().readTimeout(Duration.ofMillis(300)).build());
        cluster.isolate(leader);
        CompletableFuture<ByteBuffer> answer = read(leader, WITHIN_A_SECOND);
        cluster.time.advanceMillis(400);
        assertThat(failureOf(answer)).isInstanceOf(OperationTimeoutException.class);
    }

    // ---- local

    /** Read-your-writes and monotonic reads on any server. */
    @Test
    void aLocalReadWaitsForTheIndexThatItMustNotBeBefore() {
        RaftNode leader = cluster.startAll(CONFIG);
        write(leader);
        RaftNode follower = cluster.follower();
        long ahead = leader.status().lastIndex() + 1;
        CompletableFuture<ByteBuffer> answer = read(follower, ReadConsistency.localNotBefore(ahead));
        assertThat(answer).isNotDone();
        write(leader);
        cluster.time.advanceMillis(200);
        assertThat(number(answer)).isEqualTo(2);
    }
}
