package io.pecanraft.protocol;

import static io.pecanraft.protocol.ProtocolCluster.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.TimeoutNow;
import io.pecanraft.model.RaftRole;
import org.junit.jupiter.api.Test;

/** Priorities: a preferred server leads when it can, and leadership does not go to and fro. The delay is one second. */
class PreferredLeaderTest {

    private static final long DELAY_MILLIS = 1_000;

    /** A cluster in which server k has priority k, led by server 1. */
    private static ProtocolCluster cluster() {
        ProtocolCluster cluster = ProtocolCluster.withSettings(
                3, number -> Entries.preferred(number), number -> VirtualDisk.formed(Entries.members(3)));
        return cluster;
    }

    private static long transfersOf(VirtualServer server) {
        return server.reports.stream()
                .filter(Report.TransferStarted.class::isInstance)
                .count();
    }

    @Test
    void theServerOfTheHighestPriorityLeadsOnceItHasBeenHealthyForTheDelay() {
        ProtocolCluster cluster = cluster();
        cluster.elect(1);
        cluster.runMillis(DELAY_MILLIS - 50);
        assertThat(cluster.raft(1).role()).isEqualTo(RaftRole.LEADER);
        cluster.runMillis(150);
        assertThat(cluster.raft(3).role()).isEqualTo(RaftRole.LEADER);
        long term = cluster.raft(3).currentTerm();
        cluster.runMillis(20 * DELAY_MILLIS);
        assertThat(cluster.raft(3).role()).isEqualTo(RaftRole.LEADER);
        assertThat(cluster.raft(3).currentTerm()).isEqualTo(term);
    }

    /** Who can lead does, however low its priority; and it hands over when a better one is back. */
    @Test
    void aServerOfLowPriorityLeadsWhileNoBetterOneCan() {
        ProtocolCluster cluster = cluster();
        cluster.isolate(3);
        cluster.elect(1);
        cluster.runMillis(DELAY_MILLIS + 100);
        assertThat(cluster.raft(2).role()).isEqualTo(RaftRole.LEADER);
        cluster.runMillis(10 * DELAY_MILLIS);
        assertThat(cluster.raft(2).role()).isEqualTo(RaftRole.LEADER);
        cluster.heal();
        cluster.runMillis(DELAY_MILLIS + 200);
        assertThat(cluster.raft(3).role()).isEqualTo(RaftRole.LEADER);
    }

    /** Equal priorities, the default, move nothing. */
    @Test
    void nothingIsHandedOverBetweenEquals() {
        ProtocolCluster cluster = ProtocolCluster.withSettings(
                3, number -> Entries.preferred(5), number -> VirtualDisk.formed(Entries.members(3)));
        cluster.elect(1);
        cluster.runMillis(20 * DELAY_MILLIS);
        assertThat(cluster.raft(1).role()).isEqualTo(RaftRole.LEADER);
        assertThat(transfersOf(cluster.server(1))).isZero();
    }

    /** A connection that comes and goes more often than the delay never gets leadership. */
    @Test
    void theDelayBeginsAnewWheneverTheOtherIsOutOfTouch() {
        Script script = new Script(3, VirtualDisk.formed(Entries.members(3)).withLog(1), Entries.preferred(0));
        script.wins(2).acks(2, 2).acks(3, 2);
        for (int i = 0; i < 200; i++) {
            boolean silent = i % 20 > 12; // 210 ms of every 600
            heartbeat(script, silent);
        }
        assertThat(script.said(TimeoutNow.class)).isEmpty();
        for (int i = 0; i < 40; i++) {
            heartbeat(script, false);
        }
        assertThat(script.saidTo(3, TimeoutNow.class)).isNotEmpty();
    }

    /** A follower that lags behind is not caught up, however well its connection. */
    @Test
    void whoLagsBehindMustCatchUpFirst() {
        Script script = new Script(3, VirtualDisk.formed(Entries.members(3)).withLog(1), Entries.preferred(0));
        script.wins(2).acks(2, 2).acks(3, 2);
        script.server.propose(Entries.payload(1));
        script.acks(2, 3);
        for (int i = 0; i < 100; i++) {
            heartbeat(script, false);
        }
        assertThat(script.server.reports).noneMatch(Report.TransferStarted.class::isInstance);
        script.acks(3, 3);
        for (int i = 0; i < 40; i++) {
            heartbeat(script, false);
        }
        assertThat(script.saidTo(3, TimeoutNow.class)).isNotEmpty();
    }

    /** A follower that keeps up a fixed distance behind a busy leader would hold it up while it caught up. */
    @Test
    void whoIsAlwaysAFewHeartbeatsBehindIsNotCaughtUp() {
        Script script = new Script(3, VirtualDisk.formed(Entries.members(3)).withLog(1), Entries.preferred(0));
        script.wins(2).acks(2, 2).acks(3, 2);
        for (int i = 0; i < 100; i++) {
            long index = script.server.propose(Entries.payload(i)).index();
            script.acks(2, index).acks(3, Math.max(2, index - 3));
            heartbeat(script, false);
        }
        assertThat(script.server.reports).noneMatch(Report.TransferStarted.class::isInstance);
    }

    private static void heartbeat(Script script, boolean thirdIsSilent) {
        script.timesOut();
        long round = script.last(Heartbeat.class).round();
        script.hears(2, new HeartbeatResponse(script.raft().currentTerm(), round, 0));
        if (!thirdIsSilent) {
            script.hears(3, new HeartbeatResponse(script.raft().currentTerm(), round, 0, 0, 9, 0));
        }
    }

    /** A server that takes over and fails at once, again and again, is asked ever more rarely. */
    @Test
    void leadershipThatComesBackSoonIsHandedOverLater() {
        ProtocolCluster cluster = cluster();
        cluster.isolate(2);
        cluster.elect(1);
        for (int i = 0; i < 20; i++) {
            runUntilLed(cluster, 3);
            failsInOffice(cluster);
            runUntilLed(cluster, 1);
        }
        // 2 s, 4 s, 8 s, 16 s, 32 s, 32 s ...: so many transfers take at least that long.
        assertThat(cluster.now / ProtocolCluster.MILLI / DELAY_MILLIS).isGreaterThan(1 + 2 + 4 + 8 + 16 + 15 * 32);
    }

    private static void runUntilLed(ProtocolCluster cluster, int number) {
        for (int i = 0; i < 10_000 && cluster.raft(number).role() != RaftRole.LEADER; i++) {
            cluster.runMillis(10);
        }
        assertThat(cluster.raft(number).role()).isEqualTo(RaftRole.LEADER);
    }

    /** Server 3 leads but is not heard, and steps down; 1 and 2 elect 1, which hears it again afterwards. */
    private static void failsInOffice(ProtocolCluster cluster) {
        cluster.heal();
        cluster.isolate(3);
        cluster.cut(envelope -> envelope.from().node().equals(node(2)) && isCampaign(envelope.message()));
        runUntilLed(cluster, 1);
        cluster.heal();
        cluster.cut(
                envelope -> envelope.from().node().equals(node(2)) && envelope.message() instanceof HeartbeatResponse);
    }

    private static boolean isCampaign(RaftMessage message) {
        return message instanceof RaftMessage.PreVote || message instanceof RaftMessage.RequestVote;
    }

    /** A transfer that does not succeed is not tried again at once. */
    @Test
    void aTransferThatFailsIsTriedAgainLater() {
        ProtocolCluster cluster = cluster();
        cluster.elect(1);
        cluster.cut(envelope -> envelope.message() instanceof TimeoutNow);
        cluster.runMillis(DELAY_MILLIS + 300);
        assertThat(transfersOf(cluster.server(1))).isEqualTo(1);
        assertThat(cluster.server(1).propose(Entries.payload(1)).refusal()).isNull();
        cluster.runMillis(2 * DELAY_MILLIS - 200);
        assertThat(transfersOf(cluster.server(1))).isEqualTo(1);
        cluster.runMillis(600);
        assertThat(transfersOf(cluster.server(1))).isEqualTo(2);
        assertThat(cluster.take(AppendEntries.class)).isEmpty();
    }
}
