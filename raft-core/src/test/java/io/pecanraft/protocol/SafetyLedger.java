package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.InstallSnapshotResponse;
import io.pecanraft.model.RaftMessage.RequestVote;
import io.pecanraft.model.RaftMessage.RequestVoteResponse;
import io.pecanraft.model.RaftRole;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Remembers everything that ever happened in a cluster and fails when two things contradict each other: the five properties of
 * Figure 3, and that nothing is said which the disk does not hold.
 */
final class SafetyLedger {

    private final List<VirtualServer> servers;
    private final Map<Long, MemberId> leaders = new HashMap<>();

    /** What an entry is, by its id: its content and the term of the one before. By induction, this is Log Matching. */
    private final Map<EntryId, String> entries = new HashMap<>();

    private final TreeMap<Long, Long> committedTerms = new TreeMap<>();
    private final Map<Long, Long> stateHashes = new HashMap<>();
    private final Map<MemberId, Long> commits = new HashMap<>();
    private final Map<MemberId, Long> terms = new HashMap<>();

    /** The greatest commit index anywhere when a read began. */
    private final Map<Long, Long> readFloors = new HashMap<>();

    SafetyLedger(List<VirtualServer> servers) {
        this.servers = servers;
    }

    static void check(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError(what);
        }
    }

    long committed() {
        return committedTerms.isEmpty() ? 0 : committedTerms.lastKey();
    }

    /** A server was restarted: what it knew without writing it down it may know no more. */
    void restarted(VirtualServer server) {
        commits.remove(server.id);
        observe(server);
    }

    void readBegins(long requestId) {
        readFloors.put(requestId, committed());
    }

    /** Before an effect is executed: promises must be true of the disk at this moment. */
    void observe(VirtualServer server, Effect effect) {
        if (effect instanceof Effect.Persist persist) {
            LogEntry before = null;
            for (LogEntry entry : persist.entries()) {
                long previousTerm = before != null ? before.term() : server.term(entry.index() - 1);
                String content =
                        previousTerm + " " + entry + " " + entry.payload().hashCode();
                String known = entries.putIfAbsent(entry.id(), content);
                check(known == null || known.equals(content), "Log Matching: " + known + " and " + content);
                before = entry;
            }
        } else if (effect instanceof Effect.Send send) {
            promise(server, send);
        } else if (effect instanceof Effect.ServeReads reads) {
            for (long request : reads.requestIds()) {
                check(
                        reads.readIndex() >= readFloors.getOrDefault(request, 0L),
                        "stale read " + request + ": " + reads.readIndex() + " < " + readFloors.get(request));
            }
        }
    }

    private static void promise(VirtualServer server, Effect.Send send) {
        RaftMessage message = send.message();
        VirtualDisk disk = server.disk;
        long durableTerm = disk.hardState().currentTerm();
        if (message instanceof RequestVoteResponse vote && vote.granted()) {
            MemberId votedFor = disk.hardState().votedFor();
            check(
                    durableTerm == vote.term()
                            && votedFor != null
                            && votedFor.equals(new MemberId(send.to(), vote.candidate())),
                    server + " grants a vote that is not durable: " + message);
        } else if (message instanceof RequestVote request) {
            check(
                    durableTerm == request.term()
                            && server.id.equals(disk.hardState().votedFor()),
                    server + " asks for votes in a term that is not durable: " + message);
            check(disk.holds(request.lastEntry()), server + " speaks of an entry that is not durable: " + message);
        } else if (message instanceof AppendEntriesResponse ack && ack.success()) {
            acknowledges(server, ack.term(), ack.index());
        } else if (message instanceof HeartbeatResponse ack && ack.matchIndex() > 0) {
            acknowledges(server, ack.term(), ack.matchIndex());
        } else if (message instanceof InstallSnapshotResponse ack && ack.installed()) {
            acknowledges(server, ack.term(), ack.lastIncludedIndex());
        } else if (message instanceof RaftMessage.AppendEntries || message instanceof RaftMessage.Heartbeat) {
            check(durableTerm >= ((RaftMessage.InTerm) message).term(), server + " leads a term that is not durable");
        }
    }

    private static void acknowledges(VirtualServer server, long term, long index) {
        check(server.disk.hardState().currentTerm() == term, server + " acknowledges in a term that is not durable");
        if (index > 0 && index >= server.raft.firstIndex()) {
            check(
                    server.disk.holds(new EntryId(server.term(index), index)),
                    server + " acknowledges " + index + ", which is not durable");
        }
    }

    /** After a step of this server. */
    void observe(VirtualServer server) {
        Raft raft = server.raft;
        long term = raft.currentTerm();
        check(
                term >= terms.getOrDefault(server.id, 0L)
                        || term >= server.disk.hardState().currentTerm(),
                "term fell");
        terms.put(server.id, term);
        if (raft.role() == RaftRole.LEADER) {
            MemberId other = leaders.putIfAbsent(term, server.id);
            check(other == null || other.equals(server.id), "Election Safety: " + other + " and " + server);
            if (other == null) {
                committedTerms.forEach((index, committedTerm) -> check(
                        index < raft.firstIndex() || (index <= raft.lastIndex() && server.term(index) == committedTerm),
                        "Leader Completeness: " + server + " lacks " + index + "@" + committedTerm));
            }
            for (FollowerView follower : raft.followers()) {
                check(follower.matchIndex() < follower.nextIndex(), "match < next: " + follower);
                check(follower.nextIndex() <= raft.lastIndex() + 1, "next beyond the end: " + follower);
            }
        }
        check(raft.commitIndex() <= raft.lastIndex(), "commit beyond the log: " + server);
        check(raft.durableIndex() <= raft.lastIndex(), "durable beyond the log: " + server);
        check(raft.appliedIndex() <= raft.commitIndex(), "applied beyond commit: " + server);
        committed(server);
        Long hash = stateHashes.putIfAbsent(server.appliedIndex, server.stateHash);
        check(
                hash == null || hash == server.stateHash,
                "State Machine Safety at " + server.appliedIndex + ": " + server);
    }

    private void committed(VirtualServer server) {
        Raft raft = server.raft;
        long before = commits.getOrDefault(server.id, 0L);
        long commit = raft.commitIndex();
        check(commit >= before, "commit index fell: " + server);
        if (commit > before && raft.role() == RaftRole.LEADER) {
            // §5.4.2: what a leader counts to is of its own term; what lies before comes along.
            check(
                    server.term(commit) == raft.currentTerm(),
                    "committed an earlier term's entry by counting: " + server);
        }
        for (long index = Math.max(before + 1, raft.firstIndex()); index <= commit; index++) {
            long term = server.term(index);
            Long known = committedTerms.putIfAbsent(index, term);
            check(known == null || known == term, "committed twice: " + index + "@" + known + " and @" + term);
            if (known == null) {
                EntryId id = new EntryId(term, index);
                long copies =
                        servers.stream().filter(other -> other.disk.holds(id)).count();
                check(
                        copies > servers.size() / 2,
                        id + " is committed with " + copies + " durable copies by " + server);
            }
        }
        commits.put(server.id, commit);
    }
}
