package io.pecanraft.model;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What servers say to each other: the RPCs of Figure 2 and Figure 13 as one-way messages, with the additions named at each.
 *
 * <p>A response is a message of its own; nothing assumes that it arrives, arrives once, or in order. The sender is not part
 * of a message: the transport authenticates it and hands it over beside the message.
 */
public sealed interface RaftMessage {

    /** Whether this message may be large, and so must not delay heartbeats and votes on a shared connection. */
    default boolean bulk() {
        return false;
    }

    /** Checks that entries follow one without a gap, in terms that only grow. Returns the term of the last. */
    private static long requireConsecutive(EntryId prev, List<LogEntry> entries) {
        long expected = prev.index() + 1;
        long leastTerm = prev.term();
        for (LogEntry entry : entries) {
            if (entry.index() != expected) {
                throw new IllegalArgumentException("entry " + entry.index() + " where " + expected + " must follow");
            }
            if (entry.term() < leastTerm) {
                throw new IllegalArgumentException("entry " + entry.id() + " after one of the later term " + leastTerm);
            }
            expected++;
            leastTerm = entry.term();
        }
        return leastTerm;
    }

    /** A message that speaks in the name of its sender's current term (§5.1). */
    sealed interface InTerm extends RaftMessage {

        /** The sender's current term when it spoke. */
        long term();
    }

    /**
     * Asks for a vote (§5.2, §5.4.1).
     *
     * @param term the candidate's term
     * @param lastEntry the last entry of the candidate's log
     * @param transfer whether the leader of the term before asked for this election (thesis §3.10, §4.2.3), so that those who
     *     hear that leader, or have promised it not to vote, vote nevertheless
     */
    record RequestVote(long term, EntryId lastEntry, boolean transfer) implements InTerm {

        /** An election that nobody asked for. */
        public RequestVote(long term, EntryId lastEntry) {
            this(term, lastEntry, false);
        }
    }

    /**
     * Answers {@link RequestVote}. Sent only when term and vote are durable.
     *
     * @param term the voter's term
     * @param granted whether the voter voted for the candidate in {@code term}
     * @param candidate the storage of the candidate that is answered, whose log was compared. A message is addressed to a name,
     *     behind which there may be another storage by the time it arrives
     */
    record RequestVoteResponse(long term, boolean granted, Incarnation candidate) implements InTerm {}

    /**
     * Asks "would you vote for me?" (PreVote, thesis §9.6). Changes no state at the receiver and is not {@link InTerm}: the
     * term it names does not exist yet.
     *
     * @param nextTerm the term in which the sender would campaign
     * @param lastEntry the last entry of the sender's log
     * @param round tells this question from earlier ones of the same sender
     */
    record PreVote(long nextTerm, EntryId lastEntry, long round) implements RaftMessage {}

    /**
     * Answers {@link PreVote}.
     *
     * @param term the voter's real current term, so that a sender with a lower one catches up
     * @param granted whether the voter would vote for the sender
     * @param round the round of the question
     */
    record PreVoteResponse(long term, boolean granted, long round) implements InTerm {}

    /**
     * Replicates entries, or probes where the logs agree when there are none (§5.3).
     *
     * @param term the leader's term
     * @param prev the entry right before {@code entries} in the leader's log
     * @param leaderCommit the leader's commit index
     * @param entries consecutive, starting at {@code prev.index() + 1}
     * @param knownEpoch the {@linkplain RepairMarker#epoch epoch} of the receiver's log that the sender knows of
     */
    record AppendEntries(long term, EntryId prev, long leaderCommit, List<LogEntry> entries, long knownEpoch)
            implements InTerm {

        /** To a follower that is not known to have lost anything. */
        public AppendEntries(long term, EntryId prev, long leaderCommit, List<LogEntry> entries) {
            this(term, prev, leaderCommit, entries, 0);
        }

        /** Copies the list and checks that entries follow {@code prev} without a gap, in terms that only grow. */
        public AppendEntries {
            entries = List.copyOf(entries);
            long leastTerm = requireConsecutive(prev, entries);
            if (leastTerm > term) {
                throw new IllegalArgumentException(
                        "a leader of term " + term + " has no entry of the later term " + leastTerm);
            }
        }

        /** The last index that this message verifies when {@code prev} matches. */
        public long lastIndex() {
            return prev.index() + entries.size();
        }

        @Override
        public boolean bulk() {
            return true;
        }

        @Override
        public String toString() {
            return "AppendEntries[term=" + term + ", prev=" + prev + ", leaderCommit=" + leaderCommit + ", entries="
                    + (entries.isEmpty() ? "none" : (prev.index() + 1) + ".." + lastIndex()) + "]";
        }
    }

    /**
     * Answers {@link AppendEntries}.
     *
     * @param term the follower's term
     * @param success whether {@code prev} matched
     * @param index on success: the follower's log is durable and equal to the leader's up to here. On rejection: the index
     *     of the {@code prev} that was refused
     * @param hint on rejection: the last entry of the follower's log that may still agree; {@link EntryId#ZERO} on success
     * @param epoch the {@linkplain RepairMarker#epoch epoch} of the follower's log
     */
    record AppendEntriesResponse(long term, boolean success, long index, EntryId hint, long epoch) implements InTerm {

        /** Of a follower that has never lost anything. */
        public AppendEntriesResponse(long term, boolean success, long index, EntryId hint) {
            this(term, success, index, hint, 0);
        }
    }

    /**
     * Asserts leadership (§5.2). Separate from {@link AppendEntries}, because it never waits behind entries and makes no
     * statement about the log beyond {@code commit}.
     *
     * @param term the leader's term
     * @param commit the commit index, but never above what this follower has acknowledged
     * @param round increases with every broadcast of a leader; echoed by the answer, which confirms leadership as of the
     *     moment when the round was sent (§8, thesis §6.4)
     * @param minimumVersion the least application version that any member runs; empty while the leader has not heard them all
     * @param knownEpoch the {@linkplain RepairMarker#epoch epoch} of the receiver's log that the sender knows of; 0 also when
     *     {@code commit} is less than all that the sender has committed
     * @param acknowledged what the receiver has acknowledged in this term; empty when nothing, or nothing that the sender still has
     */
    record Heartbeat(
            long term,
            long commit,
            long round,
            OptionalInt minimumVersion,
            long knownEpoch,
            Optional<Acknowledged> acknowledged)
            implements InTerm {

        /** Checks the range. */
        public Heartbeat {
            if (minimumVersion.orElse(0) < 0) {
                throw new IllegalArgumentException(
                        "minimum version must not be negative, got " + minimumVersion.getAsInt());
            }
        }

        /** To a follower that has acknowledged nothing and is not known to have lost anything. */
        public Heartbeat(long term, long commit, long round, OptionalInt minimumVersion) {
            this(term, commit, round, minimumVersion, 0, Optional.empty());
        }

        /** A heartbeat of a leader that has not heard all members. */
        public Heartbeat(long term, long commit, long round) {
            this(term, commit, round, OptionalInt.empty());
        }
    }

    /**
     * Answers {@link Heartbeat}.
     *
     * @param term the follower's term
     * @param round the round of the heartbeat
     * @param matchIndex durable and verified by messages of this term's leader; 0 when nothing is
     * @param promiseNanos how long the follower votes for nobody, on its clock, from the moment when it got the heartbeat on
     *     (thesis §6.4.1); 0 when it promises nothing
     * @param priority how much the follower is to be preferred as a leader
     * @param applicationVersion what the follower's application can read; 0 of a follower that does not say
     * @param epoch the {@linkplain RepairMarker#epoch epoch} of the follower's log
     */
    record HeartbeatResponse(
            long term, long round, long matchIndex, long promiseNanos, int priority, int applicationVersion, long epoch)
            implements InTerm {

        /** Checks the ranges. */
        public HeartbeatResponse {
            if (promiseNanos < 0 || priority < 0 || applicationVersion < 0) {
                throw new IllegalArgumentException(
                        "promise, priority and application version must not be negative, got " + promiseNanos + " ns, "
                                + priority + " and " + applicationVersion);
            }
        }

        /** An answer that promises nothing, of a follower that is not preferred and announces no version. */
        public HeartbeatResponse(long term, long round, long matchIndex) {
            this(term, round, matchIndex, 0, 0, 0, 0);
        }

        /** An answer of a follower that has never lost anything. */
        public HeartbeatResponse(
                long term, long round, long matchIndex, long promiseNanos, int priority, int applicationVersion) {
            this(term, round, matchIndex, promiseNanos, priority, applicationVersion, 0);
        }
    }

    /**
     * Asks the receiver to campaign at once (leadership transfer, thesis §3.10). Sent only when the receiver has every entry of
     * its leader.
     *
     * @param term the leader's term
     */
    record TimeoutNow(long term) implements InTerm {}

    /**
     * One chunk of a snapshot (§7, Figure 13).
     *
     * @param term the leader's term
     * @param meta what the snapshot stands for
     * @param offset where the chunk belongs
     * @param data the chunk
     */
    record InstallSnapshot(long term, SnapshotMeta meta, long offset, ByteBuffer data) implements InTerm {

        /** Checks that the chunk lies within the snapshot. */
        public InstallSnapshot {
            if (offset < 0 || offset + data.remaining() > meta.sizeBytes()) {
                throw new IllegalArgumentException("chunk of " + data.remaining() + " bytes at " + offset
                        + " is outside a snapshot of " + meta.sizeBytes());
            }
            if (!data.isReadOnly()) {
                data = data.asReadOnlyBuffer();
            }
        }

        @Override
        public boolean bulk() {
            return true;
        }

        @Override
        public String toString() {
            return "InstallSnapshot[term=" + term + ", lastIncluded=" + meta.lastIncluded() + ", offset=" + offset
                    + ", bytes=" + data.remaining() + " of " + meta.sizeBytes() + "]";
        }
    }

    /**
     * Answers {@link InstallSnapshot}.
     *
     * @param term the follower's term
     * @param lastIncludedIndex of the snapshot that is answered
     * @param nextOffset the follower holds everything below it; the sender goes on from here
     * @param installed whether the whole snapshot, or a log that covers it, is durable
     * @param epoch the {@linkplain RepairMarker#epoch epoch} of the follower's log
     */
    record InstallSnapshotResponse(long term, long lastIncludedIndex, long nextOffset, boolean installed, long epoch)
            implements InTerm {

        /** Of a follower that has never lost anything. */
        public InstallSnapshotResponse(long term, long lastIncludedIndex, long nextOffset, boolean installed) {
            this(term, lastIncludedIndex, nextOffset, installed, 0);
        }
    }

    /**
     * Asks the leader for a read index on behalf of reads at the sender (thesis §6.4).
     *
     * @param nonce drawn at the start of the sending process, so that an answer to an earlier life is recognised
     * @param requestId increases with every question of that process
     */
    record ReadIndex(long nonce, long requestId) implements RaftMessage {}

    /**
     * Answers {@link ReadIndex}.
     *
     * @param nonce of the question
     * @param requestId of the question
     * @param confirmed whether the answerer was the leader throughout; if not, {@code readIndex} is 0
     * @param readIndex the sender may read once it has applied this index
     */
    record ReadIndexResponse(long nonce, long requestId, boolean confirmed, long readIndex) implements RaftMessage {}

    /**
     * Proposes a command at the leader on behalf of a client of the sender. Sent at most once.
     *
     * <p>A transport may repeat it at any later time, also to a receiver that has restarted since and forgotten what it has
     * seen. The term makes that harmless: a leader of one term in two lives does not exist (§5.2), so a command is appended
     * only in the very term it was meant for, and within one life a window of seen ids suffices.
     *
     * @param leaderTerm the term that the receiver leads, as the sender knows; not a claim of the sender, and never adopted
     * @param leader the storage of the receiver, as the sender knows it. Another one under the same name cannot tell what became of
     *     the copies that came before it
     * @param nonce drawn at the start of the sending process
     * @param requestId increases with every forwarded proposal of that process
     * @param timeoutMillis how long the client is still willing to wait
     * @param type {@link EntryType#COMMAND}, or {@link EntryType#SESSION}, whose identity is in the payload and so survives
     *     being forwarded
     * @param command the payload of the entry to be appended
     */
    record ForwardProposal(
            long leaderTerm,
            Incarnation leader,
            long nonce,
            long requestId,
            long timeoutMillis,
            EntryType type,
            ByteBuffer command)
            implements RaftMessage {

        /** Makes the command read-only and checks that it is one which a client may propose. */
        public ForwardProposal {
            if (!command.isReadOnly()) {
                command = command.asReadOnlyBuffer();
            }
            if (type == EntryType.SESSION) {
                // Once it is in the log every server must be able to read it.
                SessionEntry.decode(command);
            } else if (type != EntryType.COMMAND) {
                throw new IllegalArgumentException("clients propose no " + type);
            }
        }

        @Override
        public boolean bulk() {
            return true;
        }

        @Override
        public String toString() {
            return "ForwardProposal[leaderTerm=" + leaderTerm + ", requestId=" + requestId + ", " + type + ", bytes="
                    + command.remaining() + "]";
        }
    }

    /** What became of a forwarded proposal. */
    enum ForwardOutcome {
        /** Applied; the response carries the reply. */
        APPLIED,
        /** Certainly not appended; the client may try again. */
        NOT_DONE,
        /** May have been appended, and may take effect. */
        UNKNOWN
    }

    /**
     * Answers {@link ForwardProposal}.
     *
     * @param nonce of the question
     * @param requestId of the question
     * @param outcome what became of it
     * @param index where it was appended; 0 unless applied
     * @param reply the state machine's reply; empty unless applied
     * @param reason a sentence for the error; empty when applied
     * @param leaderHint whom to ask instead, where the answerer knows
     */
    record ForwardProposalResponse(
            long nonce,
            long requestId,
            ForwardOutcome outcome,
            long index,
            ByteBuffer reply,
            String reason,
            Optional<NodeId> leaderHint)
            implements RaftMessage {

        /** Makes the reply read-only. */
        public ForwardProposalResponse {
            if (!reply.isReadOnly()) {
                reply = reply.asReadOnlyBuffer();
            }
        }

        @Override
        public boolean bulk() {
            return true;
        }
    }

    /** How far the sender of a {@link Formation} has come. */
    enum FormationStage {
        /** Does not know every member's incarnation yet. */
        GATHERING,
        /** Has made a complete map durable and waits for all others to confirm the identical one. */
        AGREED,
        /** Knows that every member has confirmed. */
        FORMED
    }

    /**
     * Announces how far the sender is in forming the cluster: unanimous agreement, once, on who the members are.
     *
     * @param stage how far
     * @param bootstrap the names and addresses that the sender was started with
     * @param members the sender's durable map; empty while gathering
     */
    record Formation(FormationStage stage, List<MemberAddress> bootstrap, List<Member> members) implements RaftMessage {

        /** Copies the lists and checks that a map is there exactly when the stage says so. */
        public Formation {
            bootstrap = List.copyOf(bootstrap);
            members = List.copyOf(members);
            if ((stage == FormationStage.GATHERING) != members.isEmpty()) {
                throw new IllegalArgumentException(
                        "stage " + stage + " does not go with a map of " + members.size() + " members");
            }
        }
    }

    /**
     * Says who the members are, where they are found, and asks who the receiver is. Not in the paper: a leader sends it to a
     * server that is to be added, since names and addresses are all that an operator gives, and to members that do not answer,
     * which may not know where to; a candidate sends it to those it asks for votes.
     *
     * <p>What it says serves to reach others and for nothing else: only the log says which configuration is in force.
     *
     * @param nonce of the question
     * @param membership the configuration in force at the sender
     */
    record Introduction(long nonce, Membership membership) implements RaftMessage {}

    /**
     * Answers {@link Introduction}. That there is an answer, and from which storage, is all it says.
     *
     * @param nonce of the question
     */
    record IntroductionResponse(long nonce) implements RaftMessage {}

    /**
     * Asks for what the sender's log has lost, where no leader sends it. Not in the paper. Changes no state at the receiver, and is not {@link
     * InTerm}: what it asks for is the same in every term.
     *
     * @param last the last entry of the sender's log
     * @param held the entry that the log had ended with. Who has that very entry has the same entries before it (Log Matching, §5.3)
     */
    record Refill(EntryId last, EntryId held) implements RaftMessage {

        /** Checks the order. */
        public Refill {
            if (last.index() >= held.index() || last.term() > held.term()) {
                throw new IllegalArgumentException(last + " does not come before " + held);
            }
        }
    }

    /**
     * Answers {@link Refill}. True for ever, however late it arrives, since it says nothing of its sender: only how a log goes on that
     * holds {@code prev} and {@code held}.
     *
     * @param held of the question
     * @param prev the entry right before {@code entries}, {@code last} of the question
     * @param entries consecutive, starting at {@code prev.index() + 1} and ending at {@code held} or before it
     */
    record RefillResponse(EntryId held, EntryId prev, List<LogEntry> entries) implements RaftMessage {

        /** Copies the list and checks that entries lead from {@code prev} towards {@code held}. */
        public RefillResponse {
            entries = List.copyOf(entries);
            EntryId last = new EntryId(requireConsecutive(prev, entries), prev.index() + entries.size());
            boolean towards = last.index() < held.index() && last.term() <= held.term();
            if (entries.isEmpty() || !(towards || last.equals(held))) {
                throw new IllegalArgumentException(
                        entries.size() + " entries from " + prev + " to " + last + " do not lead to " + held);
            }
        }

        @Override
        public boolean bulk() {
            return true;
        }

        @Override
        public String toString() {
            return "RefillResponse[held=" + held + ", prev=" + prev + ", entries=" + (prev.index() + 1) + ".."
                    + (prev.index() + entries.size()) + "]";
        }
    }
}
