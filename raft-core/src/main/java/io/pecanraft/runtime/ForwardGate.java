package io.pecanraft.runtime;

import io.pecanraft.OverloadedException;
import io.pecanraft.RaftConfig;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftMessage.ForwardOutcome;
import io.pecanraft.model.RaftMessage.ForwardProposal;
import io.pecanraft.model.RaftMessage.ForwardProposalResponse;
import io.pecanraft.spi.RaftMetrics;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Lets commands that other servers forward into the mailbox, each at most once, or tells the sender that there is no room.
 *
 * <p>A transport may repeat a message whenever it likes, so two things must never happen: that a copy is appended besides
 * another, and that a copy is answered NOT_DONE while another was appended, since the client would then try again. Therefore:
 *
 * <ul>
 *   <li>a command is let in, or refused, only if its id is seen for the first time;
 *   <li>an id that was seen, or is too old to tell, is dropped without an answer; the sender's deadline makes it UNKNOWN;
 *   <li>so is a command for a term that began before this process did, which may have been appended in an earlier life;
 *   <li>so is one that was meant for the storage which bore this name before, and has taken with it what became of the command.
 * </ul>
 *
 * <p>That is decided here, where messages arrive and not where they are taken out, because a refusal is wanted exactly when the
 * raft thread cannot keep up. Commands of other servers share the room that there is for those of own clients, and so cannot
 * displace heartbeats. Any thread.
 */
final class ForwardGate {

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

    private final MemberId self;
    private final RaftConfig config;
    private final Mailbox mailbox;
    private final MessageSender out;
    private final RaftMetrics metrics;
    private final LongSupplier currentTerm;

    // Guarded by this object's monitor.
    private final Map<Sender, Window> windows = new LinkedHashMap<>();

    /** For commands meant for this term or an earlier one it cannot be told any more whether they were seen. */
    private long forgottenThroughTerm;

    /**
     * A gate.
     *
     * @param startTerm the term in which this process began
     * @param currentTerm the term of this moment, or one it was in lately
     */
    ForwardGate(
            MemberId self,
            RaftConfig config,
            Mailbox mailbox,
            MessageSender out,
            RaftMetrics metrics,
            long startTerm,
            LongSupplier currentTerm) {
        this.self = self;
        this.config = config;
        this.mailbox = mailbox;
        this.out = out;
        this.metrics = metrics;
        this.forgottenThroughTerm = startTerm;
        this.currentTerm = currentTerm;
    }

    /** A command of another server. */
    void receive(MemberId from, ForwardProposal message) {
        if (!message.leader().equals(self.incarnation()) || !isCertainlyNew(from, message)) {
            return;
        }
        switch (mailbox.offerCall(new Input.PeerMessage(from, message))) {
            case TAKEN, CLOSED -> {}
            case TOO_MANY -> refuse(from, message, "mailboxCapacity", config.mailboxCapacity());
            case TOO_MANY_BYTES -> refuse(from, message, "maxUncommittedBytes", config.maxUncommittedBytes());
        }
    }

    private void refuse(MemberId from, ForwardProposal message, String limitName, long limit) {
        metrics.messageDropped(from.node(), MessageSender.typeOf(message));
        String reason = String.valueOf(new OverloadedException(limitName, limit).getMessage());
        out.send(
                from.node(),
                new ForwardProposalResponse(
                        message.nonce(),
                        message.requestId(),
                        ForwardOutcome.NOT_DONE,
                        0,
                        ForwardedProposal.NO_REPLY,
                        reason,
                        Optional.of(self.node())));
    }

    private synchronized boolean isCertainlyNew(MemberId from, ForwardProposal message) {
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
        forgottenThroughTerm = Math.max(forgottenThroughTerm, currentTerm.getAsLong() - 1);
        windows.values().removeIf(window -> window.lastTerm <= forgottenThroughTerm);
    }
}
