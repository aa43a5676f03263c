package io.pecanraft.examples.kv;

import io.pecanraft.NodeStatus;
import io.pecanraft.ProposalOptions;
import io.pecanraft.RaftNode;
import io.pecanraft.examples.kv.replication.FormatGate;
import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.OperationCodec;
import io.pecanraft.examples.kv.store.StoreStatus;
import io.pecanraft.model.RaftRole;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lets time pass in the log while nobody writes, as far as somebody could notice: the leader proposes a tick when the time of a key
 * is over, and every second while a key has a deadline (K10). And one tick when all servers understand the format that deadlines need,
 * which switches the log to it: from then on no server that is down, and no change of leader, makes that uncertain again.
 *
 * <p>Its own clock decides only when it asks. What a tick says is the time that the log gives it.
 */
final class LogTicks {

    static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Duration TICK_TIMEOUT = Duration.ofSeconds(1);
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final RaftNode node;
    private final FormatGate gate;
    private final Supplier<StoreStatus> store;
    private boolean underWay;
    private long seenMillis = -1;
    private long seenAtNanos;

    LogTicks(RaftNode node, FormatGate gate, Supplier<StoreStatus> store) {
        this.node = node;
        this.gate = gate;
        this.store = store;
    }

    /** Proposes a tick if it is time for one and none is under way. */
    synchronized void look(long nowNanos) {
        StoreStatus keys = store.get();
        if (keys.nowMillis() != seenMillis) {
            seenMillis = keys.nowMillis();
            seenAtNanos = nowNanos;
        }
        NodeStatus status = node.status();
        if (underWay || status.role() != RaftRole.LEADER || status.state() != NodeStatus.State.RUNNING) {
            return;
        }
        boolean unswitched = keys.format() < OperationCodec.VERSION;
        boolean due = unswitched
                ? gate.judge(OperationCodec.VERSION) instanceof FormatGate.Open
                : isDue(keys, nowNanos - seenAtNanos);
        if (due) {
            tick();
        }
    }

    private static boolean isDue(StoreStatus keys, long sinceNanos) {
        boolean waiting = keys.soonestDeadline() != Long.MAX_VALUE;
        boolean over = keys.soonestDeadline() <= keys.nowMillis() + sinceNanos / NANOS_PER_MILLI;
        return waiting && (over || sinceNanos >= QUIET_NANOS);
    }

    private void tick() {
        underWay = true;
        ByteBuffer tick = OperationCodec.encode(List.of(new Operation.Tick()));
        node.propose(tick, ProposalOptions.withTimeout(TICK_TIMEOUT)).whenComplete((done, failure) -> ended());
    }

    /** Also without success: whoever leads then looks again. */
    private synchronized void ended() {
        underWay = false;
    }
}
