package io.pecanraft.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.RaftConfig;
import io.pecanraft.RaftNode;
import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.linearizability.HistoryRecorder;
import io.pecanraft.testkit.linearizability.KeyValue;
import io.pecanraft.testkit.linearizability.LinearizabilityChecker;
import io.pecanraft.transport.netty.NettyTransport;
import io.pecanraft.transport.netty.NettyTransportConfig;
import io.pecanraft.transport.netty.TlsConfig;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The code in the pages that stands nowhere else: it does what they say, or compiles at least. */
class PagesTest {

    // tag::power-loss
    @Test
    void theSumSurvivesALeaderThatLosesItsPower() {
        SimCluster cluster = SimCluster.builder()
                .nodes(3)
                .seed(42)
                .stateMachine(node -> new Counter())
                .build();
        cluster.start();
        SimNode leader = cluster.awaitLeader();
        cluster.await(leader.propose(Counter.encode(5)));
        leader.crash(SimNode.Crash.POWER);
        SimNode next = cluster.awaitLeader();
        assertThat(cluster.await(next.propose(Counter.encode(7))).reply().getLong(0))
                .isEqualTo(12);
        leader.start();
        cluster.awaitConvergence();
    }
    // end::power-loss

    @Test
    void aHistoryIsJudged(@TempDir Path directory) throws Exception {
        // tag::history
        HistoryRecorder<KeyValue.Request, KeyValue.Answer> history = HistoryRecorder.monotonic();
        var call = history.call("client 1", new KeyValue.Put("k", "v")); // before the request leaves
        call.returned(new KeyValue.Done()); // or notDone(), or nothing: outcome unknown
        // in the end
        LinearizabilityChecker.of(new KeyValue()).demand(history.operations(), "leader killed", directory);
        // end::history
        assertThat(history.operations()).hasSize(1);
    }

    @Test
    void theNewestFormatIsAnnounced() {
        // tag::version
        RaftConfig config =
                RaftConfig.builder().applicationVersion(Orders.NEWEST_FORMAT).build();
        // end::version
        assertThat(config.applicationVersion()).isEqualTo(2);
    }

    /** Orders in a replicated shop. */
    private static final class Orders {
        static final int NEWEST_FORMAT = 2;

        static ByteBuffer switchTo(int format) {
            return Counter.encode(format);
        }

        ByteBuffer asVersion1() {
            return Counter.encode(1);
        }

        ByteBuffer asVersion2() {
            return Counter.encode(2);
        }
    }

    static void gateEach(RaftNode node, Orders order) {
        // tag::gate-each
        boolean newFormat = node.status().minimumVersion().orElse(0) >= 2;
        node.propose(newFormat ? order.asVersion2() : order.asVersion1());
        // end::gate-each
    }

    static void gateInTheLog(RaftNode node) {
        // tag::gate-log
        // after a look at the status every few seconds, on any server
        if (node.status().minimumVersion().orElse(0) >= 2) {
            node.propose(
                    Orders.switchTo(2)); // a command of format 1 already: 1 must have foreseen that there will be a 2
        }
        // end::gate-log
    }

    static CompletableFuture<Membership> replaceOneByAnother(RaftNode leader) {
        // tag::membership
        MembershipChange change = MembershipChange.add(new MemberAddress(NodeId.of("n4"), "host4:7000"))
                .and(MembershipChange.remove(NodeId.of("n1")))
                .expecting(leader.status().membership().orElseThrow().logIndex());
        CompletableFuture<Membership> done = leader.changeMembership(change);
        // end::membership
        return done;
    }

    static RaftNode withATransport(List<MemberAddress> members, ChronicleStorage storage) {
        // tag::transport
        var transport = NettyTransport.open(
                NettyTransportConfig.builder().listen("127.0.0.1", 8001).build());
        var node = RaftNode.builder()
                .transport(transport)
                .stateMachine(new Counter())
                .storage(storage)
                .bootstrapMembers(members)
                .build();
        // end::transport
        return node;
    }

    static NettyTransportConfig withTls() {
        // tag::tls
        var config = NettyTransportConfig.builder()
                .listen("0.0.0.0", 8001)
                .tls(TlsConfig.of(Path.of("n1.pem"), Path.of("n1.key"), Path.of("ca.pem")))
                .build();
        // end::tls
        return config;
    }
}
