package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage.RequestVoteResponse;
import io.pecanraft.model.SnapshotMeta;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** The words of the tests of this package: members, entries and snapshots in short form. */
final class Entries {

    private Entries() {}

    static MemberId member(int number) {
        return member(number, 1);
    }

    /** The n-th member with its first, second, ... storage. */
    static MemberId member(int number, int storage) {
        return new MemberId(NodeId.of("n" + number), new Incarnation(number, storage));
    }

    /** What a voter answers to the n-th member. */
    static RequestVoteResponse vote(long term, boolean granted, int candidate) {
        return new RequestVoteResponse(term, granted, member(candidate).incarnation());
    }

    static List<Member> members(int count) {
        List<Member> members = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            members.add(new Member(member(i), "host" + i + ":1"));
        }
        return members;
    }

    static MemberAddress address(int number) {
        return new MemberAddress(member(number).node(), "host" + number + ":1");
    }

    static List<MemberAddress> addresses(int count) {
        return members(count).stream()
                .map(member -> new MemberAddress(member.node(), member.address()))
                .toList();
    }

    /** index@term, as in the scenarios. */
    static EntryId id(long index, long term) {
        return new EntryId(term, index);
    }

    static ByteBuffer payload(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).flip();
    }

    /** A configuration in the log. */
    static LogEntry membership(long index, long term, Membership membership) {
        return new LogEntry(index, term, 1_000, EntryType.MEMBERSHIP, MembershipCodec.encode(membership));
    }

    /** Voters before and after, by number; plain when there are none before. */
    static Membership voters(List<Integer> after, List<Integer> before, List<Integer> learners) {
        return new Membership(0, numbered(after), numbered(before), numbered(learners), List.of());
    }

    private static List<Member> numbered(List<Integer> numbers) {
        return numbers.stream()
                .map(number -> new Member(member(number), "host" + number + ":1"))
                .toList();
    }

    static LogEntry command(long index, long term) {
        return new LogEntry(index, term, 1_000, EntryType.COMMAND, payload(index * 1_000 + term));
    }

    /** Entries with these terms, from an index on. */
    static List<LogEntry> from(long firstIndex, long... terms) {
        List<LogEntry> entries = new ArrayList<>();
        for (int i = 0; i < terms.length; i++) {
            entries.add(command(firstIndex + i, terms[i]));
        }
        return entries;
    }

    static SnapshotMeta snapshot(EntryId lastIncluded, int members, long sizeBytes) {
        return new SnapshotMeta(lastIncluded, Membership.ofVoters(0, members(members)), 1_000, sizeBytes, 7);
    }

    static final ProtocolSettings SETTINGS = settings(1_000, 1 << 20, 64, 1 << 16, 0);

    /** With chunks of one byte, of which two may be under way, so that the smallest snapshot is longer than a window. */
    static ProtocolSettings tinyChunks() {
        ProtocolSettings as = SETTINGS;
        return new ProtocolSettings(
                as.electionTimeoutNanos(),
                as.heartbeatIntervalNanos(),
                as.diskStallNanos(),
                as.maxUncommittedEntries(),
                as.maxUncommittedBytes(),
                as.maxAppendEntries(),
                as.maxAppendBytes(),
                as.maxInFlightEntries(),
                as.maxInFlightBytes(),
                as.tailCacheBytes(),
                as.maxApplyEntries(),
                as.maxApplyBytes(),
                as.retainedLogEntries(),
                1,
                2,
                as.forwarding(),
                as.leaseReads(),
                as.maxClockDriftPpm(),
                as.leaderPriority(),
                as.leaderPriorityDelayNanos(),
                as.catchUpRounds(),
                as.catchUpStallNanos(),
                as.applicationVersion());
    }

    /** With messages of four entries, of which two may be under way, and next to nothing in memory. */
    static ProtocolSettings narrowWindow() {
        ProtocolSettings as = settings(1_000, 1 << 20, 4, 0, 0);
        return new ProtocolSettings(
                as.electionTimeoutNanos(),
                as.heartbeatIntervalNanos(),
                as.diskStallNanos(),
                as.maxUncommittedEntries(),
                as.maxUncommittedBytes(),
                as.maxAppendEntries(),
                as.maxAppendBytes(),
                2,
                as.maxInFlightBytes(),
                as.tailCacheBytes(),
                as.maxApplyEntries(),
                as.maxApplyBytes(),
                as.retainedLogEntries(),
                as.snapshotChunkBytes(),
                as.snapshotWindowChunks(),
                as.forwarding(),
                as.leaseReads(),
                as.maxClockDriftPpm(),
                as.leaderPriority(),
                as.leaderPriorityDelayNanos(),
                as.catchUpRounds(),
                as.catchUpStallNanos(),
                as.applicationVersion());
    }

    /** With lease reads, and clocks that may drift apart by a tenth. */
    static final ProtocolSettings LEASES = settings(true, 100_000, 0, 0);

    /** A server that is to be preferred by so much. */
    static ProtocolSettings preferred(int priority) {
        return settings(false, 0, priority, 0);
    }

    /** A server whose application has this version. */
    static ProtocolSettings version(int applicationVersion) {
        return settings(false, 0, 0, applicationVersion);
    }

    private static ProtocolSettings settings(
            boolean leaseReads, int maxClockDriftPpm, int leaderPriority, int applicationVersion) {
        return settings(
                1_000, 1 << 20, 64, 1 << 16, 0, leaseReads, maxClockDriftPpm, leaderPriority, applicationVersion);
    }

    static ProtocolSettings settings(
            int maxUncommittedEntries,
            long maxUncommittedBytes,
            int maxAppendEntries,
            long tailCacheBytes,
            long retained) {
        return settings(
                maxUncommittedEntries, maxUncommittedBytes, maxAppendEntries, tailCacheBytes, retained, false, 0, 0, 0);
    }

    static ProtocolSettings settings(
            int maxUncommittedEntries,
            long maxUncommittedBytes,
            int maxAppendEntries,
            long tailCacheBytes,
            long retained,
            boolean leaseReads,
            int maxClockDriftPpm,
            int leaderPriority,
            int applicationVersion) {
        long milli = 1_000_000;
        return new ProtocolSettings(
                150 * milli,
                30 * milli,
                1_000 * milli,
                maxUncommittedEntries,
                maxUncommittedBytes,
                maxAppendEntries,
                1 << 16,
                4 * maxAppendEntries,
                1 << 18,
                tailCacheBytes,
                16,
                1 << 16,
                retained,
                4,
                2,
                true,
                leaseReads,
                maxClockDriftPpm,
                leaderPriority,
                1_000 * milli,
                3,
                2_000 * milli,
                applicationVersion);
    }
}
