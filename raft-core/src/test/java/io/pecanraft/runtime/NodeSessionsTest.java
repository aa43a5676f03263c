package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.CONFIG;
import static io.pecanraft.runtime.TestCluster.command;
import static io.pecanraft.runtime.TestCluster.failureOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.NodeStoppedException;
import io.pecanraft.OverloadedException;
import io.pecanraft.ProposalResult;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.RaftNode;
import io.pecanraft.RaftSession;
import io.pecanraft.ReplyLostException;
import io.pecanraft.SessionExpiredException;
import io.pecanraft.SessionGrant;
import io.pecanraft.SessionSequence;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Sessions on whole nodes: through the log, over forwarding, in snapshots, after restarts, by the time of the log. */
class NodeSessionsTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final TestCluster cluster = new TestCluster("n1", "n2", "n3");

    /** A04: the second attempt goes to another leader than the first. */
    @Test
    void aRetryAfterALeaderChangeIsAppliedOnceAndGetsTheSameReply() {
        RaftNode leader = cluster.startAll(CONFIG);
        SessionGrant grant = open(leader);
        ProposalResult first = done(leader.sessions().propose(identity(grant, 1, false), command("abc"), TIMEOUT));

        cluster.isolate(leader);
        RaftNode next = otherLeader(leader);
        ProposalResult again = done(next.sessions().propose(identity(grant, 1, true), command("abc"), TIMEOUT));
        ProposalResult second = done(next.sessions().propose(identity(grant, 2, false), command("de"), TIMEOUT));

        assertThat(again).isEqualTo(first);
        assertThat(second.reply().getLong()).isEqualTo(5);
        assertThat(cluster.machineOf(next).seen).hasSize(2);
    }

    /** K14: a forwarded command keeps its identity. */
    @Test
    void aCommandThatIsForwardedTwiceIsAppliedOnce() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        SessionGrant grant = open(follower);
        ProposalResult first = done(follower.sessions().propose(identity(grant, 1, false), command("abc"), TIMEOUT));
        ProposalResult again = done(follower.sessions().propose(identity(grant, 1, true), command("abc"), TIMEOUT));
        ProposalResult atLeader = done(leader.sessions().propose(identity(grant, 1, true), command("abc"), TIMEOUT));

        assertThat(again).isEqualTo(first);
        assertThat(atLeader).isEqualTo(first);
        assertThat(cluster.machineOf(leader).seen).containsExactly(first.index());
    }

    /** A04, K22: also when the table came with a leader's snapshot. */
    @Test
    void aSnapshotCarriesTheSessionsToAFollowerThatLeadsLater() {
        RaftConfig noTail =
                CONFIG.toBuilder().retainedLogEntries(0).snapshotChunkBytes(50).build();
        RaftNode leader = cluster.startAll(noTail);
        RaftNode late = cluster.follower();
        cluster.isolate(late);
        SessionGrant grant = open(leader);
        ProposalResult first = done(leader.sessions().propose(identity(grant, 1, false), command("abc"), TIMEOUT));
        done(leader.takeSnapshot());
        cluster.network.cutOff.clear();
        cluster.time.advanceMillis(3_000);
        assertThat(late.status().firstIndex()).isGreaterThan(first.index());

        ProposalResult again = done(late.sessions().propose(identity(grant, 1, true), command("abc"), TIMEOUT));
        assertThat(again).isEqualTo(first);
        done(late.sessions().propose(identity(grant, 2, false), command("de"), TIMEOUT));
        assertThat(cluster.machineOf(late).sum).isEqualTo(5);
        assertThat(cluster.machineOf(late).seen).hasSize(1);
    }

    /** A04, A13. */
    @Test
    void aRestartFromSnapshotAndLogKnowsWhatWasApplied() {
        TestCluster single = new TestCluster("n1");
        RaftNode node = single.startAll(CONFIG);
        SessionGrant grant = done(single, node.sessions().open(TIMEOUT));
        ProposalResult first =
                done(single, node.sessions().propose(identity(grant, 1, false), command("abc"), TIMEOUT));
        done(single, node.takeSnapshot());
        ProposalResult second =
                done(single, node.sessions().propose(identity(grant, 2, false), command("de"), TIMEOUT));
        single.close(node);

        RaftNode again = single.startAll(CONFIG);
        assertThat(done(single, again.sessions().propose(identity(grant, 1, true), command("abc"), TIMEOUT)))
                .isEqualTo(first);
        assertThat(done(single, again.sessions().propose(identity(grant, 2, true), command("de"), TIMEOUT)))
                .isEqualTo(second);
        assertThat(single.machines.get("n1").sum).isEqualTo(5);
    }

    /** D13. K18: the state machine is beyond the snapshot by itself, so only the sessions are read from it. */
    @Test
    void aStateMachineWithAStoreOfItsOwnIsNotGivenWhatItHasAndTheReplyIsLost() {
        TestCluster single = new TestCluster("n1");
        RaftNode node = single.startAll(CONFIG);
        SessionGrant grant = done(single, node.sessions().open(TIMEOUT));
        ProposalResult inSnapshot =
                done(single, node.sessions().propose(identity(grant, 1, false), command("abc"), TIMEOUT));
        done(single, node.takeSnapshot());
        ProposalResult inLog = done(single, node.sessions().propose(identity(grant, 2, false), command("de"), TIMEOUT));
        single.close(node);

        RaftNode again = single.build("n1", CONFIG);
        Counter machine = single.machines.get("n1");
        machine.durableIndex = inLog.index();
        machine.sum = 5;
        single.nodes.put("n1", again);
        again.start();
        single.awaitLeader();

        assertThat(done(single, again.sessions().propose(identity(grant, 1, true), command("abc"), TIMEOUT)))
                .isEqualTo(inSnapshot);
        CompletableFuture<ProposalResult> lost =
                again.sessions().propose(identity(grant, 2, true), command("de"), TIMEOUT);
        single.time.advanceMillis(1_000);
        assertThat(failureOf(lost)).isInstanceOfSatisfying(ReplyLostException.class, failure -> {
            assertThat(failure.outcome()).isEqualTo(Outcome.UNKNOWN);
            assertThat(failure.index()).isEqualTo(inLog.index());
        });
        assertThat(machine.sum).isEqualTo(5);
        assertThat(machine.seen).isEmpty();
    }

    /** K10: nobody proposes anything, and still the session is gone on every server. */
    @Test
    void aLeaderLetsLogTimeGoOnUntilSessionsHaveExpiredAndNoLonger() {
        RaftNode leader = cluster.startAll(
                CONFIG.toBuilder().sessionTimeout(Duration.ofSeconds(3)).build());
        SessionGrant grant = open(leader);
        long before = leader.status().lastIndex();
        cluster.time.advanceMillis(2_000);
        assertThat(leader.status().lastIndex()).isEqualTo(before);
        cluster.time.advanceMillis(2_000);
        assertThat(leader.status().lastIndex()).isEqualTo(before + 1);
        assertThat(cluster.metrics.sessions).isZero();
        cluster.time.advanceMillis(60_000);
        assertThat(leader.status().lastIndex()).isEqualTo(before + 1);

        CompletableFuture<ProposalResult> first =
                leader.sessions().propose(identity(grant, 1, false), command("abc"), TIMEOUT);
        CompletableFuture<ProposalResult> resend =
                leader.sessions().propose(identity(grant, 2, true), command("abc"), TIMEOUT);
        cluster.time.advanceMillis(1_000);

        assertThat(failureOf(first)).isInstanceOf(SessionExpiredException.class);
        assertThat(failureOf(first).outcome()).isEqualTo(Outcome.NOT_DONE);
        assertThat(failureOf(resend)).isInstanceOf(SessionExpiredException.class);
        assertThat(failureOf(resend).outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(cluster.machineOf(leader).seen).isEmpty();
    }

    @Test
    void anOpenSessionOutlivesItsTimeoutWithoutACommand() {
        RaftNode leader = cluster.startAll(
                CONFIG.toBuilder().sessionTimeout(Duration.ofSeconds(3)).build());
        RaftSession session = done(cluster.follower().openSession());
        cluster.time.advanceMillis(60_000);

        assertThat(done(session.propose(command("abc"))).reply().getLong()).isEqualTo(3);
        session.close();
        cluster.time.advanceMillis(1_000);
        assertThat(cluster.metrics.sessions).isZero();
        assertThat(leader.status().role()).isEqualTo(RaftRole.LEADER);
    }

    @Test
    void moreSessionsThanThereMayBeAreRefused() {
        RaftNode leader = cluster.startAll(CONFIG.toBuilder().maxSessions(1).build());
        open(leader);
        CompletableFuture<SessionGrant> second = cluster.follower().sessions().open(TIMEOUT);
        CompletableFuture<RaftSession> third = leader.openSession();
        cluster.time.advanceMillis(1_000);

        assertThat(failureOf(second)).isInstanceOf(OverloadedException.class).hasMessageContaining("maxSessions (1)");
        assertThat(failureOf(third)).isInstanceOf(OverloadedException.class);
    }

    /** A01, A04: the client does nothing but wait, while the leader that has its command disappears. */
    @Test
    void aSessionGoesOnAcrossALeaderChange() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftNode follower = cluster.follower();
        RaftSession session = done(follower.openSession());
        cluster.applyExecutor.hold();
        CompletableFuture<ProposalResult> proposed = session.propose(command("abc"));
        cluster.time.advanceMillis(200);
        cluster.isolate(leader);
        cluster.applyExecutor.release();
        assertThat(proposed).isNotDone();
        RaftNode next = otherLeader(leader);
        cluster.time.advanceMillis(5_000);

        assertThat(proposed.join().reply().getLong()).isEqualTo(3);
        assertThat(cluster.machineOf(next).seen).hasSize(1);
        assertThat(session.outstanding()).isZero();
    }

    /** A03. */
    @Test
    void aNodeThatClosesEndsWhatItsSessionsTryAgain() {
        RaftNode leader = cluster.startAll(CONFIG);
        RaftSession session = done(leader.openSession());
        NodeId self = leader.status().identity().node();
        cluster.nodes
                .values()
                .forEach(node ->
                        cluster.network.cutOff.add(node.status().identity().node()));
        cluster.time.advanceMillis(3_000);
        CompletableFuture<ProposalResult> proposed = session.propose(command("abc"));
        cluster.time.advanceMillis(500);
        assertThat(proposed).as("tried again at %s", self).isNotDone();

        cluster.close(leader);

        assertThat(proposed).isCompletedExceptionally();
        CompletableFuture<ProposalResult> later = session.propose(command("abc"));
        cluster.time.settle();
        assertThat(failureOf(later)).isInstanceOf(NodeStoppedException.class);
        assertThat(failureOf(later).outcome()).isEqualTo(Outcome.NOT_DONE);
    }

    private SessionGrant open(RaftNode node) {
        return done(node.sessions().open(TIMEOUT));
    }

    private static SessionSequence identity(SessionGrant grant, long sequence, boolean resend) {
        return new SessionSequence(grant.sessionId(), sequence, 1, resend);
    }

    private RaftNode otherLeader(RaftNode old) {
        for (int i = 0; i < 500; i++) {
            cluster.time.advanceMillis(20);
            for (RaftNode node : cluster.nodes.values()) {
                if (node != old && node.status().role() == RaftRole.LEADER) {
                    cluster.time.advanceMillis(300);
                    return node;
                }
            }
        }
        throw new AssertionError("no other leader in 10 s");
    }

    private <T> T done(CompletableFuture<T> future) {
        return done(cluster, future);
    }

    private static <T> T done(TestCluster cluster, CompletableFuture<T> future) {
        cluster.time.advanceMillis(500);
        assertThat(future).isDone();
        return future.join();
    }
}
