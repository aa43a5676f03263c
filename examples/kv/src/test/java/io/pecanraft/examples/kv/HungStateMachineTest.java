package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pecanraft.RaftConfig;
import io.pecanraft.examples.kv.replication.HoldPolicy;
import io.pecanraft.examples.kv.resp.RespLimits;
import io.pecanraft.examples.kv.store.KvStateMachine;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.Durability;
import io.pecanraft.model.NodeId;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.transport.netty.NettyTransportConfig;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** A server, in this process, whose state machine hangs. */
class HungStateMachineTest {

    private static final Duration HOLD = Duration.ofSeconds(2);

    @TempDir
    Path directory;

    @Test
    void aClientLearnsInTimeThatNobodyKnows() {
        List<Integer> ports = Program.unusedPorts(2);
        HostPort clients = new HostPort("127.0.0.1", ports.get(0));
        CountDownLatch goOn = new CountDownLatch(1);
        KvServer server = KvServer.start(settings(ports.get(0), ports.get(1)), new Hanging(goOn));
        try (server;
                Jedis writer = ProcessCluster.client(clients);
                Jedis reader = ProcessCluster.client(clients)) {
            await().atMost(ProcessCluster.PATIENCE)
                    .until(() -> NodeReport.ask("n1", clients, HOLD).isLeader());
            assertThatThrownBy(() -> writer.set("k", "v"))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessageStartingWith("TIMEOUT outcome unknown");
            assertThatThrownBy(() -> reader.get("k"))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessageStartingWith("CLUSTERDOWN not done");
            assertThat(goOn.getCount()).as("all that time it hung").isEqualTo(1);

            goOn.countDown();
            assertThat(reader.get("k")).as("it did take effect").isEqualTo("v");
        } finally {
            goOn.countDown();
        }
    }

    private ServerSettings settings(int respPort, int raftPort) {
        MemberList members = MemberList.parse("n1=127.0.0.1:" + raftPort);
        return new ServerSettings(
                NodeId.of("n1"),
                Optional.of(members),
                ClusterId.fromBootstrap(members.members()),
                new HostPort("127.0.0.1", respPort),
                new HostPort("127.0.0.1", raftPort),
                directory,
                Durability.POWER_LOSS,
                RaftConfig.builder()
                        .proposalTimeout(HOLD)
                        .readTimeout(HOLD.dividedBy(2))
                        .build(),
                new HoldPolicy(HOLD),
                RespLimits.DEFAULTS,
                NettyTransportConfig.builder().listen("127.0.0.1", raftPort).build());
    }

    /** Waits in the first batch until it may go on. */
    private static final class Hanging implements StateMachine {

        private final KvStateMachine machine = new KvStateMachine();
        private final CountDownLatch goOn;

        Hanging(CountDownLatch goOn) {
            this.goOn = goOn;
        }

        @Override
        public void apply(CommandBatch batch) {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
            machine.apply(batch);
        }

        @Override
        public ByteBuffer query(ByteBuffer query) {
            return machine.query(query);
        }

        @Override
        public SnapshotView captureSnapshot() {
            return machine.captureSnapshot();
        }

        @Override
        public void restore(SnapshotSource source) throws IOException {
            machine.restore(source);
        }
    }
}
