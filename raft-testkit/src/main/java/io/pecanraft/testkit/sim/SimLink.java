package io.pecanraft.testkit.sim;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.testkit.sim.MessageCodec.Parcel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What one server sends to one other. */
final class SimLink {

    /** How many old messages may come back. */
    private static final int MEMORY = 64;

    int cuts;
    long cloggedUntilNanos;
    boolean unreachablePending;

    /** How often a message arrives, and how much later the copies do. */
    int copies = 1;

    long meanLateNanos;

    final Map<String, Integer> blockedTypes = new HashMap<>();

    /** How much later messages of a type arrive than others, on average. */
    final Map<String, Long> lateTypes = new HashMap<>();

    @Nullable
    Predicate<RaftMessage> filter;

    private final Lane consensus = new Lane();
    private final Lane bulk = new Lane();
    private final List<Packet> memory = new ArrayList<>();

    /** A connection; a new generation is a new connection, on which nothing of the old one arrives. */
    static final class Lane {
        long generation;
        long lastArrivalNanos;
    }

    /**
     * A message on its way.
     *
     * @param parcel how it travels; null as the value that it is
     */
    record Packet(
            MemberId from,
            long number,
            RaftMessage message,
            @Nullable Parcel parcel) {}

    boolean blocks(RaftMessage message) {
        return !blockedTypes.isEmpty()
                && blockedTypes.containsKey(message.getClass().getSimpleName());
    }

    long meanLateNanos(RaftMessage message) {
        return lateTypes.isEmpty()
                ? 0
                : lateTypes.getOrDefault(message.getClass().getSimpleName(), 0L);
    }

    Lane lane(RaftMessage message) {
        return message.bulk() ? bulk : consensus;
    }

    /** Keeps a message for later and picks one of those that were kept. */
    Packet remember(Packet packet, SimRandom random) {
        if (memory.size() < MEMORY) {
            memory.add(packet);
        } else {
            memory.set(random.nextInt(MEMORY), packet);
        }
        return memory.get(random.nextInt(memory.size()));
    }

    /** The same statement about a leader's log in two: what a leader with smaller batches would have sent. */
    static List<RaftMessage> slice(RaftMessage.AppendEntries whole, SimRandom random) {
        List<LogEntry> entries = whole.entries();
        int cut = random.nextInt(entries.size());
        EntryId prev = cut == 0 ? whole.prev() : entries.get(cut - 1).id();
        return List.of(
                new RaftMessage.AppendEntries(
                        whole.term(), whole.prev(), whole.leaderCommit(), entries.subList(0, cut), whole.knownEpoch()),
                new RaftMessage.AppendEntries(
                        whole.term(),
                        prev,
                        whole.leaderCommit(),
                        entries.subList(cut, entries.size()),
                        whole.knownEpoch()));
    }

    /** The message as a receiver would have decoded it: with buffers of its own, whose positions nobody else moved. */
    static RaftMessage fresh(RaftMessage message) {
        if (message instanceof RaftMessage.InstallSnapshot m) {
            return new RaftMessage.InstallSnapshot(
                    m.term(), m.meta(), m.offset(), m.data().duplicate());
        } else if (message instanceof RaftMessage.ForwardProposal m) {
            return new RaftMessage.ForwardProposal(
                    m.leaderTerm(),
                    m.leader(),
                    m.nonce(),
                    m.requestId(),
                    m.timeoutMillis(),
                    m.type(),
                    m.command().duplicate());
        } else if (message instanceof RaftMessage.ForwardProposalResponse m) {
            return new RaftMessage.ForwardProposalResponse(
                    m.nonce(),
                    m.requestId(),
                    m.outcome(),
                    m.index(),
                    m.reply().duplicate(),
                    m.reason(),
                    m.leaderHint());
        }
        return message;
    }
}
