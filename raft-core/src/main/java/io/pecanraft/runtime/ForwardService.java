package io.pecanraft.runtime;

import io.pecanraft.CommandTooLargeException;
import io.pecanraft.NotLeaderException;
import io.pecanraft.OverloadedException;
import io.pecanraft.RaftConfig;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.ForwardProposal;
import io.pecanraft.model.RaftMessage.ForwardProposalResponse;
import io.pecanraft.model.SessionEntry;
import io.pecanraft.protocol.Raft;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Proposes the commands that other servers forward and {@link ForwardGate} has let in: only in the term that each was meant for,
 * and no more at a time than may be. Raft thread, but for answers.
 */
final class ForwardService {

    private final NodeId self;
    private final RaftConfig config;
    private final Raft raft;
    private final MessageSender out;
    private final Proposer proposer;
    private final Completions completions;
    private final AtomicInteger serving = new AtomicInteger();

    ForwardService(
            NodeId self, RaftConfig config, Raft raft, MessageSender out, Proposer proposer, Completions completions) {
        this.self = self;
        this.config = config;
        this.raft = raft;
        this.out = out;
        this.proposer = proposer;
        this.completions = completions;
    }

    /** A command of another server. */
    void receive(MemberId from, ForwardProposal message, long nowNanos) {
        ForwardedProposal proposal = new ForwardedProposal(self, from.node(), message, nowNanos, this);
        int count = serving.incrementAndGet();
        int header = message.type() == EntryType.SESSION ? SessionEntry.COMMAND_HEADER_BYTES : 0;
        int bytes = message.command().remaining() - header;
        if (message.leaderTerm() != raft.currentTerm()) {
            completions.fail(proposal, meantForAnotherTerm(message));
        } else if (count > config.maxPendingForwards()) {
            completions.fail(proposal, new OverloadedException("maxPendingForwards", config.maxPendingForwards()));
        } else if (bytes > config.maxCommandBytes()) {
            completions.fail(proposal, new CommandTooLargeException(bytes, config.maxCommandBytes()));
        } else {
            proposer.propose(proposal, nowNanos);
        }
    }

    /** Sends a result back. Result or event lane. */
    void answer(NodeId to, ForwardProposalResponse response) {
        serving.decrementAndGet();
        out.send(to, response);
    }

    private NotLeaderException meantForAnotherTerm(ForwardProposal message) {
        return new NotLeaderException(
                "the command was meant for the leader of term " + message.leaderTerm() + ", this is term "
                        + raft.currentTerm(),
                raft.leader().filter(leader -> !leader.equals(self)),
                raft.currentTerm());
    }
}
