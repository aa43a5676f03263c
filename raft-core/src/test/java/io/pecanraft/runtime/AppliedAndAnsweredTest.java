package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.CONFIG;
import static io.pecanraft.runtime.TestCluster.command;
import static io.pecanraft.runtime.TestCluster.number;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.RaftNode;
import io.pecanraft.model.ReadConsistency;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is applied is answered, whatever kind of entry it is and however quick it goes. */
class AppliedAndAnsweredTest {

    /** A11. */
    @Test
    void entriesThatAreNoCommandsAdvanceTheAppliedIndexAndWakeReads() {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode leader = cluster.startAll(CONFIG);
        CompletableFuture<ByteBuffer> read = leader.read(ByteBuffer.allocate(0), ReadConsistency.linearizable());
        cluster.time.advanceMillis(500);

        assertThat(leader.status().lastIndex()).isPositive();
        assertThat(leader.status().appliedIndex()).isEqualTo(leader.status().lastIndex());
        assertThat(cluster.machineOf(leader).seen).isEmpty();
        assertThat(number(read)).isZero();
    }

    /** A12. */
    @Test
    void whoHasItsReplySeesItsOwnWrite() {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode leader = cluster.startAll(CONFIG);
        CompletableFuture<ByteBuffer> read = leader.propose(command("abc"))
                .thenCompose(reply -> leader.read(ByteBuffer.allocate(0), ReadConsistency.linearizable()));
        cluster.time.advanceMillis(500);

        assertThat(number(read)).isEqualTo(3);
    }

    /** A09: a server that is its own majority has applied the command before its caller has done anything with the future. */
    @Test
    void aReplyThatComesBeforeAnybodyListensIsNotLost() {
        TestCluster cluster = new TestCluster("n1");
        RaftNode node = cluster.startAll(CONFIG);
        CompletableFuture<ByteBuffer> reply = node.propose(command("abc"));
        cluster.time.settle();
        CompletableFuture<Long> listener = reply.thenApply(ByteBuffer::getLong);

        assertThat(listener).isCompletedWithValue(3L);
    }
}
