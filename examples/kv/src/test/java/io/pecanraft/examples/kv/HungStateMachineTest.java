package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.pecanraft.examples.kv.store.KvStateMachine;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisDataException;

/** A server, in this process, whose state machine hangs. */
class HungStateMachineTest {

    @TempDir
    Path directory;

    @Test
    void aClientLearnsInTimeThatNobodyKnows() throws IOException, InterruptedException {
        InProcess only = new InProcess(directory, 1);
        HostPort clients = only.clients(0);
        CountDownLatch goOn = new CountDownLatch(1);
        Hanging hanging = new Hanging(goOn);
        KvServer server = KvServer.start(only.settings(0), hanging, hanging.machine::status);
        try (server;
                Jedis writer = ProcessCluster.client(clients);
                Jedis reader = ProcessCluster.client(clients)) {
            await().atMost(ProcessCluster.PATIENCE)
                    .until(() -> NodeReport.ask("n1", clients, RespAccess.PLAIN, InProcess.HOLD)
                            .isLeader());
            assertThatThrownBy(() -> writer.set("k", "v"))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessageStartingWith("TIMEOUT outcome unknown");
            assertThatThrownBy(() -> reader.get("k"))
                    .isInstanceOf(JedisDataException.class)
                    .hasMessageStartingWith("CLUSTERDOWN not done");
            assertThat(Http.get(only.http(0), "/readyz").status())
                    .as("who does not answer is not ready")
                    .isEqualTo(503);
            assertThat(Http.get(only.http(0), "/healthz").status())
                    .as("and alive as far as it knows")
                    .isEqualTo(200);
            assertThat(goOn.getCount()).as("all that time it hung").isEqualTo(1);

            goOn.countDown();
            assertThat(reader.get("k")).as("it did take effect").isEqualTo("v");
        } finally {
            goOn.countDown();
        }
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
