package io.pecanraft;

import io.pecanraft.model.ReadConsistency;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Whether to leave a node alone, and whether to send it requests: the two questions of supervisors and load balancers.
 *
 * <p>A node that is not live will not become so by itself: its process should end and be started again. One that is not ready may
 * become so, and a restart would not help.
 *
 * @param live whether it runs, or is on the way to it
 * @param ready whether requests are worth sending to it
 * @param reasons why it is not ready, in words for an operator; empty when it is
 */
public record NodeHealth(boolean live, boolean ready, List<String> reasons) {

    /** Copies the list. */
    public NodeHealth {
        reasons = List.copyOf(reasons);
    }

    /**
     * What the status alone says; asks nobody. Ready is a node that runs, is a member, knows the leader, and has applied all but a few
     * of the entries that it knows to be committed. It may still lack what it has not heard of: see {@link #probe}.
     *
     * @param maxUnapplied how many entries that are known to be committed it may still have to apply
     */
    public static NodeHealth of(NodeStatus status, long maxUnapplied) {
        List<String> reasons = new ArrayList<>();
        boolean live = status.state() != NodeStatus.State.FAILED && status.state() != NodeStatus.State.CLOSED;
        if (status.state() != NodeStatus.State.RUNNING) {
            reasons.add("it is " + status.state()
                    + status.failure().map(why -> ": " + why).orElse(""));
        }
        status.advice().ifPresent(reasons::add);
        if (!status.missingMembers().isEmpty()) {
            reasons.add("the cluster is not formed: waiting for " + status.missingMembers());
        } else if (status.leader().isEmpty()) {
            reasons.add("no leader is known");
        }
        long unapplied = status.commitIndex() - status.appliedIndex();
        if (unapplied > maxUnapplied) {
            reasons.add(unapplied + " committed entries are not applied yet, and at most " + maxUnapplied + " may be");
        }
        return new NodeHealth(live, reasons.isEmpty(), reasons);
    }

    /**
     * Puts the node to the test, once its status is well: a read must be answered by its state machine, from a state that is not too
     * old. So neither a follower that lags behind a leader that it hears, nor a state machine that hangs, is ready.
     *
     * <p>Costs nothing while what the node knows is recent enough, and otherwise a round of heartbeats.
     *
     * @param query something that the state machine answers quickly; the answer is ignored
     * @param maxAge how old the state may be
     * @return completes normally, after {@link RaftConfig#readTimeout()} at the latest
     */
    public static CompletableFuture<NodeHealth> probe(RaftNode node, ByteBuffer query, Duration maxAge) {
        NodeHealth byStatus = of(node.status(), Long.MAX_VALUE);
        if (!byStatus.ready()) {
            return CompletableFuture.completedFuture(byStatus);
        }
        return node.read(query, ReadConsistency.boundedStaleness(maxAge))
                .handle((answer, failure) -> failure == null
                        ? byStatus
                        : new NodeHealth(
                                of(node.status(), Long.MAX_VALUE).live(),
                                false,
                                List.of("a read that may be " + maxAge.toMillis() + " ms old failed: "
                                        + failure.getMessage())));
    }
}
