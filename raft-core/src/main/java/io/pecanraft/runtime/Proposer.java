package io.pecanraft.runtime;

import io.pecanraft.LeadershipTransferringException;
import io.pecanraft.NotLeaderException;
import io.pecanraft.OverloadedException;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.StorageFullException;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.protocol.Admission;
import io.pecanraft.protocol.Raft;
import io.pecanraft.spi.RaftMetrics;
import java.util.Optional;

/** Brings a proposal on its way: into the log here, on to the leader, or back to the caller. Raft thread. */
final class Proposer {

    private final NodeId self;
    private final RaftConfig config;
    private final Raft raft;
    private final PendingProposals pending;
    private final PendingForwards forwards;
    private final HeldProposals held;
    private final Completions completions;
    private final RaftMetrics metrics;
    /** Why the log has no room for new commands; empty when it has. */
    private Optional<String> lackOfSpace = Optional.empty();

    Proposer(
            NodeId self,
            RaftConfig config,
            Raft raft,
            PendingProposals pending,
            PendingForwards forwards,
            HeldProposals held,
            Completions completions,
            RaftMetrics metrics) {
        this.self = self;
        this.config = config;
        this.raft = raft;
        this.pending = pending;
        this.forwards = forwards;
        this.held = held;
        this.completions = completions;
        this.metrics = metrics;
    }

    /** What the log says of its disk. */
    void storageSpace(Optional<String> lack) {
        lackOfSpace = lack;
    }

    /** Takes a proposal that nothing has been done with. */
    void propose(Proposal proposal, long nowNanos) {
        if (proposal.deadlineNanos() <= nowNanos) {
            completions.fail(proposal, proposal.timedOut("not even begun", Outcome.NOT_DONE));
            return;
        }
        if (lackOfSpace.isPresent() && raft.role() == RaftRole.LEADER) {
            metrics.proposalRejected();
            completions.fail(proposal, new StorageFullException("no room for new commands: " + lackOfSpace.get()));
            return;
        }
        Admission admission = raft.propose(proposal.type(), proposal.command(), nowNanos);
        Admission.Refusal refusal = admission.refusal();
        if (refusal == null) {
            proposal.appendedAt(admission.index(), admission.term());
            pending.add(proposal);
            return;
        }
        switch (refusal) {
            case NOT_LEADER -> passOn(proposal, nowNanos);
            case TRANSFERRING -> waitForTransfer(proposal, nowNanos);
            case TOO_MANY_ENTRIES -> refuse(proposal, "maxUncommittedEntries", config.maxUncommittedEntries());
            case TOO_MANY_BYTES -> refuse(proposal, "maxUncommittedBytes", config.maxUncommittedBytes());
        }
    }

    private void waitForTransfer(Proposal proposal, long nowNanos) {
        if (!held.hold(proposal, nowNanos)) {
            metrics.proposalRejected();
            Optional<NodeId> target = raft.transferTarget();
            completions.fail(
                    proposal,
                    new LeadershipTransferringException(
                            "leadership is being handed to "
                                    + target.map(NodeId::value).orElse("another server"),
                            target));
        }
    }

    /** Lets those go on that waited for a transfer. */
    void resumeHeld(long nowNanos) {
        for (HeldProposals.Held released : held.takeReleased(nowNanos)) {
            Proposal proposal = released.proposal();
            if (proposal instanceof ForwardedProposal && released.term() != raft.currentTerm()) {
                completions.fail(proposal, notLeader());
            } else {
                propose(proposal, nowNanos);
            }
        }
    }

    private NotLeaderException notLeader() {
        Optional<NodeId> leader = raft.leader();
        return new NotLeaderException(
                leader.map(other -> "this is not the leader, " + other + " is")
                        .orElse("this is not the leader, and none is known"),
                leader,
                raft.currentTerm());
    }

    private void passOn(Proposal proposal, long nowNanos) {
        Optional<MemberId> leader =
                raft.leaderMember().filter(other -> !other.node().equals(self));
        // What another server forwarded is not passed on again: it might go round in circles.
        if (leader.isPresent() && config.forwarding() && proposal instanceof ClientProposal<?>) {
            forwards.send(proposal, leader.get(), raft.currentTerm(), nowNanos);
        } else {
            completions.fail(proposal, notLeader());
        }
    }

    private void refuse(Proposal proposal, String limitName, long limit) {
        metrics.proposalRejected();
        completions.fail(proposal, new OverloadedException(limitName, limit));
    }
}
