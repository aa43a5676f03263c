package io.pecanraft.examples.kv;

import io.pecanraft.NodeStatus;
import io.pecanraft.ProposalOptions;
import io.pecanraft.RaftNode;
import io.pecanraft.examples.kv.store.Bytes;
import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.OperationCodec;
import io.pecanraft.examples.kv.store.StoreStatus;
import io.pecanraft.examples.kv.store.StoreStatus.Announced;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps what the log says about where servers can be reached true: each server says where it is when that is not what is written, and
 * the leader strikes out who is no member any more.
 */
final class Announcer {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** The format of the log in which a server can say where it is. */
    private static final int FORMAT = 2;

    private final RaftNode node;
    private final NodeId id;
    private final Announced own;
    private final Supplier<StoreStatus> store;
    private boolean underWay;
    private boolean tried;
    private long triedAtNanos;

    Announcer(RaftNode node, NodeId id, Announced own, Supplier<StoreStatus> store) {
        this.node = node;
        this.id = id;
        this.own = own;
        this.store = store;
    }

    /** Says what has to be said, one thing at a time, and not more often than once a second. */
    synchronized void look(long nowNanos) {
        StoreStatus known = store.get();
        boolean tooSoon = tried && nowNanos - triedAtNanos < PAUSE_NANOS;
        if (underWay || tooSoon || known.format() < FORMAT) {
            return;
        }
        correction(known).ifPresent(announce -> {
            underWay = true;
            tried = true;
            triedAtNanos = nowNanos;
            node.propose(OperationCodec.encode(List.of(announce)), ProposalOptions.withTimeout(TIMEOUT))
                    .whenComplete((done, failure) -> ended());
        });
    }

    private Optional<Operation> correction(StoreStatus known) {
        NodeStatus status = node.status();
        Optional<Membership> membership = status.membership();
        if (membership.isEmpty() || !isMember(membership.get(), id.value())) {
            return Optional.empty();
        }
        if (!own.equals(known.servers().get(id.value()))) {
            return Optional.of(
                    new Operation.Announce(Bytes.of(id.value()), Bytes.of(own.clients()), Bytes.of(own.http())));
        }
        if (status.role() != RaftRole.LEADER || membership.get().isJoint()) {
            return Optional.empty();
        }
        return known.servers().keySet().stream()
                .filter(name -> !isMember(membership.get(), name))
                .findFirst()
                .map(gone -> new Operation.Announce(Bytes.of(gone), Bytes.EMPTY, Bytes.EMPTY));
    }

    private static boolean isMember(Membership membership, String name) {
        return membership.members().stream()
                .anyMatch(member -> member.node().value().equals(name));
    }

    private synchronized void ended() {
        underWay = false;
    }
}
