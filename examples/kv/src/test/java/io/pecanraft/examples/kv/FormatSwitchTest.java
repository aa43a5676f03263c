package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.examples.kv.replication.FormatGate.Closed;
import io.pecanraft.examples.kv.replication.FormatGate.Open;
import io.pecanraft.examples.kv.replication.FormatGate.Unknown;
import io.pecanraft.examples.kv.replication.ScriptedNode;
import io.pecanraft.examples.kv.store.Bytes;
import io.pecanraft.examples.kv.store.Expiry;
import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.OperationCodec;
import io.pecanraft.model.RaftRole;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** Which format may be proposed (K19), and when the leader lets time pass (K10). */
class FormatSwitchTest {

    private final ScriptedNode node = new ScriptedNode();
    private final FormatSwitch gate = new FormatSwitch(node, node::store);
    private final LogTicks ticks = new LogTicks(node, gate, node::store);
    private long nowNanos;

    @Test
    void theFirstFormatIsAlwaysOpen() {
        node.minimumVersion(OptionalInt.empty());
        assertThat(gate.judge(1)).isEqualTo(new Open());
    }

    @Test
    void aFormatThatAServerLacksIsClosedAndSaysWhat() {
        node.minimumVersion(OptionalInt.of(1));
        assertThat(gate.judge(2))
                .isInstanceOfSatisfying(
                        Closed.class,
                        closed -> assertThat(closed.reason())
                                .isEqualTo(
                                        "this needs application version 2 on every server, the least is 1; upgrade them, then try again"));
        assertThat(gate.judge(3))
                .isInstanceOfSatisfying(
                        Closed.class, closed -> assertThat(closed.reason()).contains("the least is 1 (n2); upgrade"));
    }

    @Test
    void untilEverybodyWasHeardNobodyKnows() {
        node.minimumVersion(OptionalInt.empty());
        assertThat(gate.judge(2)).isInstanceOf(Unknown.class);
        node.minimumVersion(OptionalInt.of(2));
        assertThat(gate.judge(2)).isEqualTo(new Open());
    }

    @Test
    void onceTheLogIsSwitchedItStaysOpenWhoeverIsDown() {
        look();
        assertThat(node.calls()).containsExactly("propose");
        assertThat(node.store().format()).isEqualTo(2);
        node.minimumVersion(OptionalInt.empty());
        assertThat(gate.judge(2)).isEqualTo(new Open());
    }

    @Test
    void theLogIsNotSwitchedBeforeEverybodyUnderstands() {
        node.minimumVersion(OptionalInt.of(1));
        look();
        node.minimumVersion(OptionalInt.empty());
        look();
        assertThat(node.calls()).isEmpty();
    }

    @Test
    void onlyTheLeaderTicks() {
        node.role(RaftRole.FOLLOWER);
        look();
        assertThat(node.calls()).isEmpty();
    }

    @Test
    void noTickIsProposedForKeysThatLiveForEver() {
        look();
        wait(Duration.ofMinutes(10));
        look();
        assertThat(node.calls()).hasSize(1);
    }

    @Test
    void theTimeOfAKeyEndsThoughNobodyWrites() {
        look();
        set(Duration.ofMillis(300));
        look();
        wait(Duration.ofMillis(299));
        look();
        assertThat(node.store().keys()).isEqualTo(1);
        wait(Duration.ofMillis(1));
        look();
        assertThat(node.store().keys()).isZero();
        wait(Duration.ofMinutes(1));
        look();
        assertThat(node.calls()).as("the switch, the write, one tick").hasSize(3);
    }

    @Test
    void whileAKeyHasADeadlineTimePassesOnceASecond() {
        look();
        set(Duration.ofHours(1));
        look();
        int before = node.calls().size();
        for (int i = 0; i < 90; i++) { // 4.5 s, and each tick is noticed one look later
            wait(Duration.ofMillis(50));
            look();
        }
        assertThat(node.calls()).hasSize(before + 4);
    }

    @Test
    void oneTickIsUnderWayAtATime() {
        node.keep();
        look();
        look();
        assertThat(node.calls()).hasSize(1);
    }

    private void set(Duration ttl) {
        node.propose(OperationCodec.encode(List.of(new Operation.Set(
                Bytes.of("k"), Bytes.of("v"), Operation.Condition.ALWAYS, false, new Expiry.After(ttl.toMillis())))));
    }

    private void wait(Duration time) {
        nowNanos += time.toNanos();
        node.pass(time);
    }

    private void look() {
        ticks.look(nowNanos);
    }
}
