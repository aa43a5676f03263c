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
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Takes commands that other servers forward, at most once each.
 *
 * <p>A transport may repeat a message whenever it likes, so two things must never happen: that a copy is appended besides
 * another, and that a copy is answered NOT_DONE while another was appended, since the client would then try again. Therefore:
 *
 * <ul>
 *   <li>a command is appended only in the term that it was meant for, and only if its id is seen for the first time;
 *   <li>an id that was seen, or is too old to tell, is dropped without an answer; the sender's deadline makes it UNKNOWN;
 *   <li>so is a command for a term that began before this process did, which may have been appended in an earlier life.
 * </ul>
 *
 * Raft thread, but for answers.
 */
final class ForwardService {

    /** Senders, by process, whose ids are remembered; when there are more, those of earlier terms are forgotten. */
    private static final int MAX_WINDOWS = 256;

    private static final int MIN_WINDOW_IDS = 1_024;

    private record Sender(MemberId member, long nonce) {}

    private static final class Window {
        private final ReplayWindow ids;
        private long lastTerm;

        private Window(int size) {
            this.ids = new ReplayWindow(size);
        }
    }

    private final NodeId self;
    private final RaftConfig config;
    private final Raft raft;
    private final MessageSender out;
    private final Proposer proposer;
    private final Completions completions;
    private final Map<Sender, Window> windows = new LinkedHashMap<>();
    private final AtomicInteger serving = new AtomicInteger();

    /** For commands meant for this term or an earlier one it cannot be told any more whether they were seen. */
    private long forgottenThroughTerm;

    ForwardService(
            NodeId self, RaftConfig config, Raft raft, MessageSender out, Proposer proposer, Completions completions) {
        this.self = self;
        this.config = config;
        this.raft = raft;
        this.out = out;
        this.proposer = proposer;
        this.completions = completions;
        this.forgottenThroughTerm = raft.currentTerm();
    }

    /** A command of another server. */
    void receive(MemberId from, ForwardProposal message, long nowNanos) {
        if (!isCertainlyNew(from, message)) {
            return;
        }
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

    /** Sends a result back. Callback lane. */
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

    private boolean isCertainlyNew(MemberId from, ForwardProposal message) {
        if (message.leaderTerm() <= forgottenThroughTerm) {
            return false;
        }
        Sender sender = new Sender(from, message.nonce());
        Window window = windows.get(sender);
        if (window == null) {
            if (windows.size() >= MAX_WINDOWS) {
                forgetEarlierTerms();
            }
            if (windows.size() >= MAX_WINDOWS || message.leaderTerm() <= forgottenThroughTerm) {
                return false;
            }
            window = new Window(Math.max(MIN_WINDOW_IDS, config.maxPendingForwards()));
            windows.put(sender, window);
        }
        window.lastTerm = Math.max(window.lastTerm, message.leaderTerm());
        return window.ids.admit(message.requestId());
    }

    private void forgetEarlierTerms() {
        forgottenThroughTerm = Math.max(forgottenThroughTerm, raft.currentTerm() - 1);
        windows.values().removeIf(window -> window.lastTerm <= forgottenThroughTerm);
    }
}
