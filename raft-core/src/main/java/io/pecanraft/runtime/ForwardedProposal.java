package io.pecanraft.runtime;

import io.pecanraft.NotLeaderException;
import io.pecanraft.OverloadedException;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.ForwardOutcome;
import io.pecanraft.model.RaftMessage.ForwardProposal;
import io.pecanraft.model.RaftMessage.ForwardProposalResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** A command that another server forwarded: its result goes back as a message. */
final class ForwardedProposal extends Proposal {

    static final ByteBuffer NO_REPLY = ByteBuffer.allocate(0).asReadOnlyBuffer();

    private final NodeId self;
    private final NodeId from;
    private final long nonce;
    private final long requestId;
    private final ForwardService service;

    ForwardedProposal(NodeId self, NodeId from, ForwardProposal message, long startNanos, ForwardService service) {
        super(message.type(), message.command(), startNanos, Duration.ofMillis(Math.max(1, message.timeoutMillis())));
        this.self = self;
        this.from = from;
        this.nonce = message.nonce();
        this.requestId = message.requestId();
        this.service = service;
    }

    @Override
    void succeed(long appliedIndex, ByteBuffer reply) {
        answer(ForwardOutcome.APPLIED, appliedIndex, reply, "", Optional.empty());
    }

    /**
     * {@inheritDoc}
     *
     * <p>A hint that names the answerer itself says: it leads, and refuses all the same, because it has too much to do.
     */
    @Override
    void fail(RaftException why) {
        ForwardOutcome outcome = why.outcome() == Outcome.NOT_DONE ? ForwardOutcome.NOT_DONE : ForwardOutcome.UNKNOWN;
        Optional<NodeId> hint = Optional.empty();
        if (why instanceof NotLeaderException notLeader) {
            hint = notLeader.leaderHint();
        } else if (why instanceof OverloadedException) {
            hint = Optional.of(self);
        }
        answer(outcome, 0, NO_REPLY, String.valueOf(why.getMessage()), hint);
    }

    private void answer(
            ForwardOutcome outcome, long index, ByteBuffer reply, String reason, Optional<NodeId> leaderHint) {
        service.answer(from, new ForwardProposalResponse(nonce, requestId, outcome, index, reply, reason, leaderHint));
    }
}
