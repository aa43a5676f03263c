package io.pecanraft.runtime;

import io.pecanraft.LeadershipLostException;
import io.pecanraft.NotLeaderException;
import io.pecanraft.OverloadedException;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException;
import io.pecanraft.RaftException.Outcome;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.ForwardOutcome;
import io.pecanraft.model.RaftMessage.ForwardProposal;
import io.pecanraft.model.RaftMessage.ForwardProposalResponse;
import io.pecanraft.spi.RaftMetrics;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Proposals that were passed on to the leader and are not answered. Each is sent at most once: whether a lost message was
 * appended nobody here can know, so what is lost is UNKNOWN, and whether to try again is up to the client. Raft thread only.
 */
final class PendingForwards {

    private record Sent(Proposal proposal, MemberId leader) {}

    private final NodeId self;
    private final long nonce;
    private final RaftConfig config;
    private final MessageSender out;
    private final Completions completions;
    private final RaftMetrics metrics;
    private final DeadlineWatch deadlines = new DeadlineWatch();
    private final Map<Long, Sent> sent = new LinkedHashMap<>();

    /** Peers that nothing was heard of since the transport last lost them. */
    private final Set<NodeId> lostPeers = new TreeSet<>();

    private long lastRequestId;

    /** The bytes of the commands that are not answered. */
    private long sentBytes;

    /**
     * An empty table.
     *
     * @param nonce drawn at the start of this process, so that answers to an earlier life are recognised
     */
    PendingForwards(
            NodeId self,
            long nonce,
            RaftConfig config,
            MessageSender out,
            Completions completions,
            RaftMetrics metrics) {
        this.self = self;
        this.nonce = nonce;
        this.config = config;
        this.out = out;
        this.completions = completions;
        this.metrics = metrics;
    }

    /**
     * Passes a proposal on, unless there are too many, or the leader is known to be out of reach: what was never sent is
     * certainly not done, and its caller may try again as soon as there is another leader.
     */
    void send(Proposal proposal, MemberId leader, long leaderTerm, long nowNanos) {
        if (lostPeers.contains(leader.node())) {
            completions.fail(
                    proposal,
                    new NotLeaderException(
                            "leader " + leader.node() + " cannot be reached, and no other is known",
                            Optional.empty(),
                            leaderTerm));
            return;
        }
        if (sent.size() >= config.maxPendingForwards()) {
            refuse(proposal, "maxPendingForwards", config.maxPendingForwards());
            return;
        }
        int bytes = proposal.command().remaining();
        if (sentBytes > 0 && sentBytes + bytes > config.maxUncommittedBytes()) {
            refuse(proposal, "maxUncommittedBytes", config.maxUncommittedBytes());
            return;
        }
        sentBytes += bytes;
        long requestId = ++lastRequestId;
        sent.put(requestId, new Sent(proposal, leader));
        deadlines.add(proposal.deadlineNanos());
        long timeoutMillis = Math.max(1, (proposal.deadlineNanos() - nowNanos) / 1_000_000);
        out.send(
                leader.node(),
                new ForwardProposal(
                        leaderTerm,
                        leader.incarnation(),
                        nonce,
                        requestId,
                        timeoutMillis,
                        proposal.type(),
                        proposal.command()));
    }

    /** An answer; of an earlier life of this process, or for what has ended, it is ignored. */
    void receive(MemberId from, ForwardProposalResponse response, long term) {
        if (response.nonce() != nonce) {
            return;
        }
        Sent answered = sent.get(response.requestId());
        if (answered == null || !answered.leader().equals(from)) {
            return;
        }
        sent.remove(response.requestId());
        Proposal proposal = ended(answered);
        if (response.outcome() != ForwardOutcome.APPLIED) {
            completions.fail(proposal, failure(from.node(), response, term));
        } else if (proposal.settle()) {
            completions.tell(() -> proposal.succeed(response.index(), response.reply()));
        }
    }

    /** Another leader: what was sent to the last one may be lost with it. */
    void leaderIsNow(NodeId leader) {
        failThose(each -> !each.leader().node().equals(leader), "another leader, " + leader + ", came to be");
    }

    /** This peer is there. */
    void heardFrom(NodeId peer) {
        lostPeers.remove(peer);
    }

    /** What was sent to this peer may be lost. */
    void unreachable(NodeId peer) {
        lostPeers.add(peer);
        failThose(each -> each.leader().node().equals(peer), "the connection to leader " + peer + " was lost");
    }

    /** Ends those whose deadline has passed. */
    void expire(long nowNanos) {
        if (!deadlines.takeDue(nowNanos)) {
            return;
        }
        Iterator<Sent> each = sent.values().iterator();
        while (each.hasNext()) {
            Sent next = each.next();
            Proposal proposal = next.proposal();
            if (proposal.deadlineNanos() <= nowNanos) {
                completions.fail(
                        proposal,
                        proposal.timedOut(
                                "forwarded to " + next.leader().node() + " and not answered", Outcome.UNKNOWN));
                ended(next);
                each.remove();
            } else {
                deadlines.addAgain(proposal.deadlineNanos(), nowNanos);
            }
        }
    }

    /** Ends all of them. */
    void terminate(Termination termination) {
        sent.values().forEach(each -> completions.fail(each.proposal(), termination.exception(Outcome.UNKNOWN)));
        sent.clear();
        sentBytes = 0;
    }

    /** When {@link #expire} is next useful. */
    long nextDeadlineNanos() {
        return deadlines.nextNanos();
    }

    int size() {
        return sent.size();
    }

    private Proposal ended(Sent each) {
        sentBytes -= each.proposal().command().remaining();
        return each.proposal();
    }

    private void refuse(Proposal proposal, String limitName, long limit) {
        metrics.proposalRejected();
        completions.fail(proposal, new OverloadedException(limitName, limit));
    }

    private void failThose(Predicate<Sent> condition, String why) {
        sent.values().removeIf(each -> {
            if (!condition.test(each)) {
                return false;
            }
            completions.fail(
                    ended(each),
                    new LeadershipLostException(
                            why + " after the command had been forwarded to "
                                    + each.leader().node(),
                            0,
                            0));
            return true;
        });
    }

    private RaftException failure(NodeId from, ForwardProposalResponse response, long term) {
        if (response.outcome() == ForwardOutcome.UNKNOWN) {
            return new LeadershipLostException("leader " + from + ": " + response.reason(), 0, 0);
        }
        if (response.leaderHint().filter(from::equals).isPresent()) {
            return new OverloadedException("leader " + from + ": " + response.reason(), "of the leader " + from, 0);
        }
        // The answerer may know no better than to name this server, which has just asked it.
        return new NotLeaderException(
                from + ": " + response.reason(), response.leaderHint().filter(hint -> !hint.equals(self)), term);
    }
}
