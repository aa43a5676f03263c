package io.pecanraft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.SnapshotMeta;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What a server makes of the disk that it finds at its start. */
class RecoveryTest {

    /**
     * A snapshot was durable before the term of the leader who sent it, and then the power went. With the old term in force the
     * server would be in a term before that of its own last entry, and storage would call its hard state older than its log.
     */
    @Test
    void aSnapshotOfALaterTermThanTheHardStateRaisesTheTerm() {
        ProtocolCluster cluster = ProtocolCluster.of(3);
        VirtualServer server = cluster.servers.get(0);
        Membership membership = server.raft.membership().orElseThrow();
        SnapshotMeta snapshot = new SnapshotMeta(new EntryId(7, 5), membership, 1, 0, 0);
        server.disk.withLog(1, 1).withTerm(1, server.id).withSnapshot(snapshot, 42);
        AtomicReference<Effect.Persist> persist = new AtomicReference<>();
        server.watch = effect -> {
            if (effect instanceof Effect.Persist write) {
                persist.compareAndSet(null, write);
            }
        };

        server.restart();

        assertThat(server.raft.currentTerm()).isEqualTo(7);
        assertThat(server.raft.votedFor()).isEmpty();
        assertThat(server.raft.commitIndex()).isEqualTo(5);
        assertThat(persist.get().hardState().currentTerm()).isEqualTo(7);
        assertThat(persist.get().resetTo()).isEqualTo(snapshot.lastIncluded());
    }
}
