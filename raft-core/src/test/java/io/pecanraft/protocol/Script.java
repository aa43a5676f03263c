package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.AppendEntriesResponse;
import io.pecanraft.model.RaftMessage.Heartbeat;
import io.pecanraft.model.RaftMessage.HeartbeatResponse;
import io.pecanraft.model.RaftMessage.PreVoteResponse;
import io.pecanraft.model.RaftMessage.RequestVote;
import io.pecanraft.model.RaftRole;
import io.pecanraft.protocol.VirtualServer.Envelope;
import java.util.ArrayList;
import java.util.List;

/** One server, whose peers are the test: it hears what it is told and what it says is written down. */
final class Script {

    final VirtualServer server;
    final List<Envelope> said = new ArrayList<>();
    long now = 1_000 * ProtocolCluster.MILLI;

    /** Server n1 of so many. */
    Script(int members, VirtualDisk disk) {
        this(members, disk, Entries.SETTINGS);
    }

    Script(int members, VirtualDisk disk, ProtocolSettings settings) {
        server = new VirtualServer(
                Entries.member(1), Entries.addresses(members), settings, disk, 42, () -> now, said::add);
    }

    /** Server n1 of a formed cluster, with entries of these terms in its log. */
    static Script withLog(int members, long... terms) {
        return new Script(members, VirtualDisk.formed(Entries.members(members)).withLog(terms));
    }

    Raft raft() {
        return server.raft;
    }

    Script hears(int peer, RaftMessage message) {
        server.receive(Entries.member(peer), message);
        return this;
    }

    Script hears(MemberId peer, RaftMessage message) {
        server.receive(peer, message);
        return this;
    }

    /** An AppendEntries of a leader. */
    Script append(int leader, long term, EntryId prev, long commit, List<LogEntry> entries) {
        return hears(leader, new AppendEntries(term, prev, commit, entries));
    }

    Script append(int leader, long term, EntryId prev, long commit, long... terms) {
        return append(leader, term, prev, commit, Entries.from(prev.index() + 1, terms));
    }

    Script acks(int follower, long index) {
        return hears(follower, new AppendEntriesResponse(raft().currentTerm(), true, index, EntryId.ZERO));
    }

    Script heartbeat(int leader, long term, long commit) {
        return hears(leader, new Heartbeat(term, commit, 1));
    }

    Script echoes(int follower, long round) {
        return hears(follower, new HeartbeatResponse(raft().currentTerm(), round, 0));
    }

    Script asksForVote(int candidate, long term, EntryId last) {
        return hears(candidate, new RequestVote(term, last));
    }

    Script passMillis(long millis) {
        now += millis * ProtocolCluster.MILLI;
        return this;
    }

    /** Time passes to the server's next deadline. */
    Script timesOut() {
        now = Math.max(now, raft().nextDeadlineNanos());
        server.tick();
        return this;
    }

    /** Its election timeout passes and enough others would vote for it; its disk decides when it asks for votes. */
    Script campaigns(int... wouldVote) {
        while (raft().role() == RaftRole.FOLLOWER) {
            timesOut();
        }
        if (raft().role() == RaftRole.PRE_CANDIDATE) {
            long round = last(RaftMessage.PreVote.class).round();
            for (int voter : wouldVote) {
                hears(voter, new PreVoteResponse(raft().currentTerm(), true, round));
            }
        }
        return this;
    }

    /** Wins an election with these votes. */
    Script wins(int... voters) {
        campaigns(voters);
        for (int voter : voters) {
            hears(voter, Entries.vote(raft().currentTerm(), true, 1));
        }
        if (raft().role() != RaftRole.LEADER) {
            throw new AssertionError("did not win: " + server);
        }
        return this;
    }

    // ---- what it said

    <M extends RaftMessage> List<M> said(Class<M> kind) {
        return said.stream()
                .map(Envelope::message)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    <M extends RaftMessage> List<M> saidTo(int peer, Class<M> kind) {
        return said.stream()
                .filter(envelope -> envelope.to().equals(ProtocolCluster.node(peer)))
                .map(Envelope::message)
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    <M extends RaftMessage> M last(Class<M> kind) {
        List<M> all = said(kind);
        if (all.isEmpty()) {
            throw new AssertionError("never said a " + kind.getSimpleName() + " but " + said);
        }
        return all.get(all.size() - 1);
    }

    Script forgetWhatWasSaid() {
        said.clear();
        return this;
    }

    /** The terms of its log, from its first index on. */
    List<Long> logTerms() {
        List<Long> terms = new ArrayList<>();
        for (long index = raft().firstIndex(); index <= raft().lastIndex(); index++) {
            terms.add(server.term(index));
        }
        return terms;
    }
}
