package io.pecanraft.testkit.scenario;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.Membership;
import io.pecanraft.model.RaftMessage;
import java.util.List;
import java.util.stream.Collectors;

/** Messages in the words of the paper, entries as {@code index@term}; without numbers that differ from run to run. */
final class MessageText {

    private MessageText() {}

    static String of(RaftMessage message) {
        String name = message.getClass().getSimpleName();
        if (message instanceof RaftMessage.RequestVote m) {
            return name + " term " + m.term() + ", last " + of(m.lastEntry())
                    + (m.transfer() ? ", as the leader asked" : "");
        } else if (message instanceof RaftMessage.TimeoutNow m) {
            return name + " term " + m.term();
        } else if (message instanceof RaftMessage.RequestVoteResponse m) {
            return name + " term " + m.term() + (m.granted() ? ", granted" : ", refused");
        } else if (message instanceof RaftMessage.PreVote m) {
            return name + " for term " + m.nextTerm() + ", last " + of(m.lastEntry());
        } else if (message instanceof RaftMessage.PreVoteResponse m) {
            return name + " term " + m.term() + (m.granted() ? ", granted" : ", refused");
        } else if (message instanceof RaftMessage.AppendEntries m) {
            return name + " term " + m.term() + ", prev " + of(m.prev()) + ", " + of(m.entries()) + ", commit "
                    + m.leaderCommit();
        } else if (message instanceof RaftMessage.AppendEntriesResponse m) {
            return name + " term " + m.term()
                    + (m.success() ? ", match " + m.index() : ", refused " + m.index() + ", try " + of(m.hint()));
        } else if (message instanceof RaftMessage.Heartbeat m) {
            int minimumVersion = m.minimumVersion().orElse(0);
            return name + " term " + m.term() + ", commit " + m.commit()
                    + (minimumVersion > 0 ? ", minimum version " + minimumVersion : "");
        } else if (message instanceof RaftMessage.HeartbeatResponse m) {
            return name + " term " + m.term() + ", match " + m.matchIndex()
                    + (m.applicationVersion() > 0 ? ", version " + m.applicationVersion() : "");
        } else if (message instanceof RaftMessage.InstallSnapshot m) {
            return name + " term " + m.term() + ", through " + of(m.meta().lastIncluded())
                    + (m.data().remaining() == m.meta().sizeBytes()
                            ? ""
                            : ", bytes from " + m.offset() + " to "
                                    + (m.offset() + m.data().remaining()) + " of "
                                    + m.meta().sizeBytes());
        } else if (message instanceof RaftMessage.InstallSnapshotResponse m) {
            return name + " term " + m.term() + ", through " + m.lastIncludedIndex()
                    + (m.installed() ? ", installed" : ", has bytes to " + m.nextOffset());
        } else if (message instanceof RaftMessage.ReadIndexResponse m) {
            return name + (m.confirmed() ? " " + m.readIndex() : " refused");
        } else if (message instanceof RaftMessage.ForwardProposal m) {
            return name + " for the leader of term " + m.leaderTerm() + ", " + Words.decode(m.command());
        } else if (message instanceof RaftMessage.ForwardProposalResponse m) {
            return name + " " + m.outcome() + (m.index() > 0 ? ", index " + m.index() : "");
        } else if (message instanceof RaftMessage.Refill m) {
            return name + " after " + of(m.last()) + ", had " + of(m.held());
        } else if (message instanceof RaftMessage.RefillResponse m) {
            return name + " " + of(m.entries()) + ", of a log with " + of(m.held());
        }
        return name;
    }

    /** Voters; old voters too while joint; learners where there are some. */
    static String of(Membership membership) {
        return names(membership.voters())
                + (membership.isJoint() ? ", joint with " + names(membership.outgoingVoters()) : "")
                + (membership.learners().isEmpty() ? "" : ", learners " + names(membership.learners()));
    }

    private static String names(List<Member> members) {
        return members.stream().map(member -> member.node().value()).collect(Collectors.joining(" "));
    }

    static String of(EntryId id) {
        return id.index() + "@" + id.term();
    }

    private static String of(List<LogEntry> entries) {
        if (entries.isEmpty()) {
            return "no entries";
        }
        StringBuilder out = new StringBuilder("entries");
        entries.forEach(entry -> out.append(' ').append(of(entry.id())));
        return out.toString();
    }
}
