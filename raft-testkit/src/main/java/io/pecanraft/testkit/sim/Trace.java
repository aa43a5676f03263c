package io.pecanraft.testkit.sim;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.RaftMessage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What happened, last things last: a ring of lines that are only formatted when somebody reads them, and a hash over all
 * that ever went in. Equal hashes of two runs mean that the runs were the same.
 */
public final class Trace {

    private static final int CAPACITY = 4_096;

    /** What kind of thing happened. */
    public enum Kind {
        /** A message was given to the network. */
        SEND,
        /** A message reached a server. */
        DELIVER,
        /** A message was lost. */
        DROP,
        /** A write was given to a log. */
        WRITE,
        /** A flush ended. */
        DURABLE,
        /** A snapshot was stored. */
        SNAPSHOT,
        /** A status changed in a way worth showing. */
        STATUS,
        /** An entry was committed for the first time anywhere. */
        COMMIT,
        /** A client called, or was answered. */
        CLIENT,
        /** Something was broken or healed on purpose. */
        FAULT,
        /** A server started. */
        START,
        /** A server went down. */
        CRASH,
        /** A process was stopped; the value is until when. */
        PAUSE,
        /** The last thing that stood between two servers is gone, or a pause ended early. */
        RESTORE,
        /** A link carries nothing from now on. */
        CUT
    }

    private final SimScheduler scheduler;
    private final TraceLine[] ring = new TraceLine[CAPACITY];
    private @Nullable List<TraceLine> recording;
    private final Map<Kind, Long> kinds = new EnumMap<>(Kind.class);
    private long count;
    private long hash;

    /** An empty trace on this clock. */
    public Trace(SimScheduler scheduler) {
        this.scheduler = scheduler;
    }

    /**
     * Adds a line.
     *
     * @param node whose line, or {@link SimScheduler#NO_NODE}
     * @param detail a message or anything else with a reproducible {@code toString}; null for nothing
     */
    public void add(Kind kind, int node, int peer, long value, @Nullable Object detail) {
        long now = scheduler.nowNanos();
        TraceLine line = new TraceLine(now, kind, node, peer, value, detail);
        ring[(int) (count++ % CAPACITY)] = line;
        if (recording != null) {
            recording.add(line);
        }
        kinds.merge(kind, 1L, Long::sum);
        long h = Hash.mix(hash, now);
        h = Hash.mix(h, ((long) kind.name().hashCode() << 32) | ((node & 0xffffL) << 16) | (peer & 0xffffL));
        h = Hash.mix(h, value);
        hash = detail instanceof RaftMessage message ? fingerprint(h, message) : Hash.mix(h, String.valueOf(detail));
    }

    /** Adds a line about one node. */
    public void add(Kind kind, int node, String what) {
        add(kind, node, SimScheduler.NO_NODE, what.length(), what);
    }

    /** Keeps everything from now on, to be drawn: costs memory for each line. */
    public void record() {
        recording = new ArrayList<>();
    }

    /** What was recorded; empty without {@link #record}. */
    public List<TraceLine> recorded() {
        return recording == null ? List.of() : recording;
    }

    /** 64 bits that stand for everything that happened so far. */
    public long hash() {
        return hash;
    }

    /** How many lines of a kind there were. */
    public long count(Kind kind) {
        return kinds.getOrDefault(kind, 0L);
    }

    /** The last lines, oldest first. */
    public List<String> last(int lines) {
        List<String> result = new ArrayList<>();
        for (long i = Math.max(Math.max(0, count - CAPACITY), count - lines); i < count; i++) {
            result.add(ring[(int) (i % CAPACITY)].toString());
        }
        return result;
    }

    /** Record hash codes would do but for enums, whose hash codes differ from JVM to JVM. */
    private static long fingerprint(long hash, RaftMessage message) {
        if (message instanceof RaftMessage.AppendEntries m) {
            long h = mix(Hash.mix(Hash.mix(Hash.mix(hash, m.term()), m.leaderCommit()), m.knownEpoch()), m.prev());
            return mix(h, m.entries());
        } else if (message instanceof RaftMessage.RefillResponse m) {
            return mix(mix(mix(hash, m.held()), m.prev()), m.entries());
        } else if (message instanceof RaftMessage.InstallSnapshot m) {
            return Hash.mix(
                    Hash.mix(
                            Hash.mix(Hash.mix(hash, m.term()), m.offset()),
                            m.meta().hashCode()),
                    m.data());
        } else if (message instanceof RaftMessage.ForwardProposal m) {
            return Hash.mix(Hash.mix(Hash.mix(hash, m.nonce()), m.requestId()), m.command());
        } else if (message instanceof RaftMessage.ForwardProposalResponse m) {
            long h = Hash.mix(
                    Hash.mix(Hash.mix(hash, m.nonce()), m.requestId()),
                    m.outcome().name().hashCode());
            return Hash.mix(Hash.mix(h, m.index()), m.reply());
        } else if (message instanceof RaftMessage.Formation m) {
            long h = Hash.mix(hash, m.stage().name().hashCode());
            for (Member member : m.members()) {
                h = Hash.mix(h, member.hashCode());
            }
            return h;
        }
        return Hash.mix(Hash.mix(hash, message.getClass().getSimpleName().length()), message.hashCode());
    }

    private static long mix(long hash, List<LogEntry> entries) {
        long h = hash;
        for (LogEntry entry : entries) {
            h = Hash.mix(Hash.mix(h, entry.term()), entry.timestampMillis());
            h = Hash.mix(Hash.mix(h, entry.type().code()), entry.payload());
        }
        return h;
    }

    private static long mix(long hash, EntryId id) {
        return Hash.mix(Hash.mix(hash, id.term()), id.index());
    }
}
