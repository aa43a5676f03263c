package io.pecanraft.testkit.check;

import io.pecanraft.NodeStatus;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.testkit.sim.LogImage;
import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.sim.Verdict;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The safety of changing the membership (§6, thesis §4.1 to §4.3): one uncommitted configuration at a time, none before an
 * entry of the leader's own term is committed, no two in a row whose quorums do not meet, and in force is what the log says.
 *
 * <p>What a server does in one event is judged at its end, when it is known what was committed before it appended.
 */
final class Configurations {

    /** A configuration that a leader appended, after the one that was in force before. */
    private record Appended(LogEntry entry, @Nullable Membership before) {}

    private final Verdict verdict;
    private final CommittedLog committed;
    private final Disks disks;
    private final List<Appended> appended = new ArrayList<>();
    private final NavigableMap<Long, Membership> committedAt = new TreeMap<>();
    private boolean rewritten;

    Configurations(Verdict verdict, CommittedLog committed, Disks disks) {
        this.verdict = verdict;
        this.committed = committed;
        this.disks = disks;
        committed.listen(this::committed);
    }

    /** The newest configuration that is committed; empty before the first leader's first entry is. */
    Optional<Membership> newestCommitted() {
        return Optional.ofNullable(committedAt.lastEntry()).map(Map.Entry::getValue);
    }

    /** A change of members was answered with this one. */
    void acknowledged(Membership answer) {
        Membership inLog = committedAt.get(answer.logIndex());
        if (!answer.equals(inLog)) {
            verdict.fail(
                    "acknowledged-is-committed",
                    "a change of members was answered with " + answer + ", but committed there is " + inLog
                            + " (null: nothing)");
        }
    }

    /** The one that the committed log says to be in force at an entry; null before the first. */
    @Nullable
    Membership committedAt(long index) {
        Map.Entry<Long, Membership> newest = committedAt.floorEntry(index);
        return newest == null ? null : newest.getValue();
    }

    private void committed(LogEntry entry) {
        if (entry.type() == EntryType.MEMBERSHIP) {
            Membership membership = decode(entry);
            committedAt.put(entry.index(), membership);
            if (membership.isJoint() && !disks.durableOnQuorum(membership, entry.id())) {
                verdict.fail(
                        "joint-majorities",
                        "the joint configuration " + membership + " is called committed, but is not durable on a"
                                + " majority of both");
            }
        }
    }

    /** A server writes; if it leads the term of what it writes, it decided on it. */
    void written(SimDisk disk, LogWrite write, boolean asLeader) {
        if (write.truncateFromIndex() > 0 || write.resetTo() != null) {
            rewritten = true;
        }
        for (LogEntry entry : write.entries()) {
            if (entry.type() == EntryType.MEMBERSHIP) {
                rewritten = true;
                if (asLeader && entry.term() == disk.written().hardState().currentTerm()) {
                    appended.add(new Appended(entry, before(disk.written(), entry.index())));
                }
            }
        }
    }

    /** The newest one in a log before this index; what was compacted, or came as a snapshot, is committed. */
    private @Nullable Membership before(LogImage log, long index) {
        Membership newest = committedAt(Math.min(log.base().index(), index - 1));
        for (LogEntry entry : log.recovered().membershipEntries()) {
            if (entry.index() < index) {
                newest = decode(entry);
            }
        }
        return newest;
    }

    /** A server begins with what its disk holds. */
    void starts() {
        rewritten = true;
    }

    /** The event is over in which a server may have written. */
    void observed(SimDisk disk, NodeStatus status) {
        if (!rewritten) {
            return;
        }
        rewritten = false;
        appended.forEach(this::judge);
        appended.clear();
        Membership inLog = before(disk.written(), Long.MAX_VALUE);
        if (inLog != null
                && status.state() == NodeStatus.State.RUNNING
                && !status.membership().equals(Optional.of(inLog))) {
            verdict.fail(
                    "configuration-in-force",
                    disk.identity().node() + " acts by " + status.membership().orElse(null)
                            + ", but the newest configuration in its log and its snapshot is " + inLog);
        }
    }

    private void judge(Appended change) {
        Membership before = change.before();
        Membership after = decode(change.entry());
        if (before == null) {
            return; // the first of all
        }
        if (committed.lastIndex() < before.logIndex()) {
            fail(change, "the one before it, " + before + ", is not committed");
        } else if (!committed.hasCommittedIn(change.entry().term()) && before.logIndex() > 0) {
            fail(change, "its leader has committed nothing of its own term");
        }
        Set<MemberId> servers = new HashSet<>();
        before.members().forEach(member -> servers.add(member.id()));
        after.members().forEach(member -> servers.add(member.id()));
        if (!quorumsMeet(before, after, List.copyOf(servers))) {
            fail(change, "not every quorum of it meets every quorum of the one before it, " + before);
        }
    }

    private void fail(Appended change, String why) {
        verdict.fail("configuration-safety", "a leader appends " + decode(change.entry()) + ", but " + why);
    }

    /** Tries every set of servers: no set and its complement may be quorums, the one before and the other after. */
    private static boolean quorumsMeet(Membership before, Membership after, List<MemberId> servers) {
        for (int set = 0; set < 1 << servers.size(); set++) {
            Set<MemberId> chosen = new HashSet<>();
            Set<MemberId> rest = new HashSet<>();
            for (int i = 0; i < servers.size(); i++) {
                (((set >> i) & 1) == 1 ? chosen : rest).add(servers.get(i));
            }
            if (isQuorum(before, chosen) && isQuorum(after, rest)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isQuorum(Membership membership, Set<MemberId> servers) {
        return isMajority(membership.voters(), servers)
                && (!membership.isJoint() || isMajority(membership.outgoingVoters(), servers));
    }

    private static boolean isMajority(List<Member> voters, Set<MemberId> servers) {
        long count =
                voters.stream().filter(voter -> servers.contains(voter.id())).count();
        return 2 * count > voters.size();
    }

    private static Membership decode(LogEntry entry) {
        return MembershipCodec.decode(entry.payload()).atIndex(entry.index());
    }
}
