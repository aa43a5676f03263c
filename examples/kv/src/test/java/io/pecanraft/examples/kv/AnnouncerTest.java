package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.OverloadedException;
import io.pecanraft.examples.kv.replication.ScriptedNode;
import io.pecanraft.examples.kv.store.Bytes;
import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.OperationCodec;
import io.pecanraft.examples.kv.store.StoreStatus.Announced;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Servers say through the log where clients reach them. */
class AnnouncerTest {

    private static final Announced HERE = new Announced("h:1", "h:2");

    private final ScriptedNode node = new ScriptedNode();
    private final Announcer announcer = new Announcer(node, NodeId.of("n1"), HERE, node::store);
    private long nowNanos;

    @Test
    void nothingIsSaidBeforeTheLogIsSwitched() {
        look();
        assertThat(node.calls()).isEmpty();
    }

    @Test
    void aServerSaysOnceWhereItIs() {
        propose(new Operation.Tick());
        look();
        look();
        assertThat(node.store().servers()).isEqualTo(Map.of("n1", HERE));
        assertThat(node.calls()).hasSize(2);
    }

    @Test
    void whoIsNoMemberSaysNothing() {
        propose(new Operation.Tick());
        new Announcer(node, NodeId.of("n9"), HERE, node::store).look(nowNanos);
        assertThat(node.store().servers()).isEmpty();
    }

    @Test
    void aServerThatHasMovedSaysSo() {
        propose(new Operation.Announce(Bytes.of("n1"), Bytes.of("old:1"), Bytes.EMPTY));
        look();
        assertThat(node.store().servers()).isEqualTo(Map.of("n1", HERE));
    }

    @Test
    void theLeaderStrikesOutWhoIsNoMemberAnyMore() {
        propose(new Operation.Announce(Bytes.of("n9"), Bytes.of("h:9"), Bytes.EMPTY));
        node.role(RaftRole.FOLLOWER);
        look();
        look();
        assertThat(node.store().servers()).containsOnlyKeys("n1", "n9");
        node.role(RaftRole.LEADER);
        look();
        assertThat(node.store().servers()).containsOnlyKeys("n1");
    }

    @Test
    void whatFailsIsTriedAgainASecondLater() {
        propose(new Operation.Tick());
        node.failNext(new OverloadedException("mailbox", 1));
        announcer.look(nowNanos);
        announcer.look(nowNanos + 1);
        assertThat(node.calls()).hasSize(2);
        look();
        assertThat(node.store().servers()).isEqualTo(Map.of("n1", HERE));
    }

    private void propose(Operation operation) {
        node.propose(OperationCodec.encode(List.of(operation)));
    }

    private void look() {
        nowNanos += TimeUnit.SECONDS.toNanos(1);
        announcer.look(nowNanos);
    }
}
