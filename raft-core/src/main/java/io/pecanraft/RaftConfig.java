package io.pecanraft;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The settings of a node: timing, limits and sizes, each with its unit, default, and what happens at the limit.
 *
 * <p>The defaults are meant to be right for a local network and an ordinary disk. Immutable.
 */
public final class RaftConfig {

    private static final int MIB = 1024 * 1024;

    /** What fits into one frame of a transport beside its header; larger batches could never be sent. */
    private static final int MAX_MESSAGE_BYTES = 7 * MIB;

    /** What a transport accepts in one message. */
    private static final int MAX_MESSAGE_ENTRIES = 65_536;

    private static final int MIN_HEARTBEATS_PER_ELECTION_TIMEOUT = 5;

    /** A lease of half of what is promised; beyond that it is not worth having. */
    private static final int MAX_CLOCK_DRIFT_PPM = 500_000;

    private static final int MAX_LEADER_PRIORITY = 1_000;

    private static final RaftConfig DEFAULTS = builder().build();

    private final Duration electionTimeout;
    private final Duration heartbeatInterval;
    private final Duration diskStallTimeout;
    private final int maxCommandBytes;
    private final int maxUncommittedEntries;
    private final long maxUncommittedBytes;
    private final int maxPendingReads;
    private final int maxPendingForwards;
    private final int mailboxCapacity;
    private final int maxAppendEntries;
    private final int maxAppendBytes;
    private final int maxInFlightEntries;
    private final int maxInFlightBytes;
    private final long tailCacheBytes;
    private final int maxApplyEntries;
    private final int maxApplyBytes;
    private final long snapshotLogBytes;
    private final long retainedLogEntries;
    private final int snapshotChunkBytes;
    private final int snapshotWindowChunks;
    private final boolean forwarding;
    private final boolean leaseReads;
    private final int maxClockDriftPpm;
    private final boolean holdDuringTransfer;
    private final int leaderPriority;
    private final Duration leaderPriorityDelay;
    private final int applicationVersion;
    private final Duration sessionTimeout;
    private final int maxSessionOutstanding;
    private final long maxSessionReplyBytes;
    private final int maxSessions;
    private final long maxTotalReplyBytes;
    private final int catchUpRounds;
    private final Duration catchUpStallTimeout;
    private final Duration membershipChangeTimeout;
    private final Duration proposalTimeout;
    private final Duration readTimeout;
    private final int maxQueuedEvents;
    private final Duration closeTimeout;

    private RaftConfig(Builder builder) {
        this.electionTimeout = builder.electionTimeout;
        this.heartbeatInterval = builder.heartbeatInterval;
        this.diskStallTimeout = builder.diskStallTimeout;
        this.maxCommandBytes = builder.maxCommandBytes;
        this.maxUncommittedEntries = builder.maxUncommittedEntries;
        this.maxUncommittedBytes = builder.maxUncommittedBytes;
        this.maxPendingReads = builder.maxPendingReads;
        this.maxPendingForwards = builder.maxPendingForwards;
        this.mailboxCapacity = builder.mailboxCapacity;
        this.maxAppendEntries = builder.maxAppendEntries;
        this.maxAppendBytes = builder.maxAppendBytes;
        this.maxInFlightEntries = builder.maxInFlightEntries;
        this.maxInFlightBytes = builder.maxInFlightBytes;
        this.tailCacheBytes = builder.tailCacheBytes;
        this.maxApplyEntries = builder.maxApplyEntries;
        this.maxApplyBytes = builder.maxApplyBytes;
        this.snapshotLogBytes = builder.snapshotLogBytes;
        this.retainedLogEntries = builder.retainedLogEntries;
        this.snapshotChunkBytes = builder.snapshotChunkBytes;
        this.snapshotWindowChunks = builder.snapshotWindowChunks;
        this.forwarding = builder.forwarding;
        this.leaseReads = builder.leaseReads;
        this.maxClockDriftPpm = builder.maxClockDriftPpm;
        this.holdDuringTransfer = builder.holdDuringTransfer;
        this.leaderPriority = builder.leaderPriority;
        this.leaderPriorityDelay = builder.leaderPriorityDelay;
        this.applicationVersion = builder.applicationVersion;
        this.sessionTimeout = builder.sessionTimeout;
        this.maxSessionOutstanding = builder.maxSessionOutstanding;
        this.maxSessionReplyBytes = builder.maxSessionReplyBytes;
        this.maxSessions = builder.maxSessions;
        this.maxTotalReplyBytes = builder.maxTotalReplyBytes;
        this.catchUpRounds = builder.catchUpRounds;
        this.catchUpStallTimeout = builder.catchUpStallTimeout;
        this.membershipChangeTimeout = builder.membershipChangeTimeout;
        this.proposalTimeout = builder.proposalTimeout;
        this.readTimeout = builder.readTimeout;
        this.maxQueuedEvents = builder.maxQueuedEvents;
        this.closeTimeout = builder.closeTimeout;
    }

    /** All defaults. */
    public static RaftConfig defaults() {
        return DEFAULTS;
    }

    /** Begins with the defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** Begins with these settings. */
    public Builder toBuilder() {
        Builder builder = new Builder();
        builder.electionTimeout = electionTimeout;
        builder.heartbeatInterval = heartbeatInterval;
        builder.diskStallTimeout = diskStallTimeout;
        builder.maxCommandBytes = maxCommandBytes;
        builder.maxUncommittedEntries = maxUncommittedEntries;
        builder.maxUncommittedBytes = maxUncommittedBytes;
        builder.maxPendingReads = maxPendingReads;
        builder.maxPendingForwards = maxPendingForwards;
        builder.mailboxCapacity = mailboxCapacity;
        builder.maxAppendEntries = maxAppendEntries;
        builder.maxAppendBytes = maxAppendBytes;
        builder.maxInFlightEntries = maxInFlightEntries;
        builder.maxInFlightBytes = maxInFlightBytes;
        builder.tailCacheBytes = tailCacheBytes;
        builder.maxApplyEntries = maxApplyEntries;
        builder.maxApplyBytes = maxApplyBytes;
        builder.snapshotLogBytes = snapshotLogBytes;
        builder.retainedLogEntries = retainedLogEntries;
        builder.snapshotChunkBytes = snapshotChunkBytes;
        builder.snapshotWindowChunks = snapshotWindowChunks;
        builder.forwarding = forwarding;
        builder.leaseReads = leaseReads;
        builder.maxClockDriftPpm = maxClockDriftPpm;
        builder.holdDuringTransfer = holdDuringTransfer;
        builder.leaderPriority = leaderPriority;
        builder.leaderPriorityDelay = leaderPriorityDelay;
        builder.applicationVersion = applicationVersion;
        builder.sessionTimeout = sessionTimeout;
        builder.maxSessionOutstanding = maxSessionOutstanding;
        builder.maxSessionReplyBytes = maxSessionReplyBytes;
        builder.maxSessions = maxSessions;
        builder.maxTotalReplyBytes = maxTotalReplyBytes;
        builder.catchUpRounds = catchUpRounds;
        builder.catchUpStallTimeout = catchUpStallTimeout;
        builder.membershipChangeTimeout = membershipChangeTimeout;
        builder.proposalTimeout = proposalTimeout;
        builder.readTimeout = readTimeout;
        builder.maxQueuedEvents = maxQueuedEvents;
        builder.closeTimeout = closeTimeout;
        return builder;
    }

    /**
     * The least time without a leader's message after which a follower campaigns; each time a random value from this
     * to twice this is drawn (§5.2). Default 1 s. Also how long a leader goes on without a majority's answers before
     * it steps down (CheckQuorum).
     */
    public Duration electionTimeout() {
        return electionTimeout;
    }

    /** How often a leader asserts itself (§5.2). Default 100 ms; at most a fifth of {@link #electionTimeout()}. */
    public Duration heartbeatInterval() {
        return heartbeatInterval;
    }

    /**
     * When the oldest write of this server, of its log or of term and vote, has waited this long, it neither campaigns nor
     * encourages others to, and as a leader it steps down. Default 10 s; at least {@link #electionTimeout()}.
     */
    public Duration diskStallTimeout() {
        return diskStallTimeout;
    }

    /**
     * The largest command, in bytes. A larger one is refused with {@link CommandTooLargeException}. Default 4 MiB, at
     * most 7 MiB.
     */
    public int maxCommandBytes() {
        return maxCommandBytes;
    }

    /**
     * The most entries a leader holds that are not committed, not durable in its own log or not applied yet. Further
     * proposals are refused with {@link OverloadedException}. Default 65,536.
     */
    public int maxUncommittedEntries() {
        return maxUncommittedEntries;
    }

    /**
     * The most payload bytes a leader holds that are not committed, not durable in its own log or not applied yet; one
     * command is always admitted. Further proposals are refused with {@link OverloadedException}. Holds also for the commands
     * that wait for the raft thread, own clients' and forwarded ones together, and for those that this server has forwarded and
     * that are not answered. Default 64 MiB.
     */
    public long maxUncommittedBytes() {
        return maxUncommittedBytes;
    }

    /**
     * The most reads that wait for their index. Further ones are refused with {@link OverloadedException}. Default
     * 65,536.
     */
    public int maxPendingReads() {
        return maxPendingReads;
    }

    /**
     * The most proposals that this server has forwarded and that are not answered, and the most that it serves for
     * others. Further ones are refused with {@link OverloadedException}. Default 65,536.
     */
    public int maxPendingForwards() {
        return maxPendingForwards;
    }

    /**
     * The most inputs that wait for the raft thread. When full, messages of peers are dropped and counted. Client calls,
     * also forwarded ones, are refused with {@link OverloadedException} from three quarters of it on, or when the commands
     * among them hold more than {@link #maxUncommittedBytes()}, so that a crowd of clients never displaces the heartbeats of peers.
     * Completions of the node's own work always enter. As many callers may wait to be told that their calls have failed, which takes a
     * callback that hangs; then further calls are refused likewise. Default 131,072.
     */
    public int mailboxCapacity() {
        return mailboxCapacity;
    }

    /** The most entries in one AppendEntries. Default 4,096, at most 65,536. */
    public int maxAppendEntries() {
        return maxAppendEntries;
    }

    /** The most payload bytes in one AppendEntries; one entry is always sent. Default 1 MiB, at most 7 MiB. */
    public int maxAppendBytes() {
        return maxAppendBytes;
    }

    /** The most entries sent to one follower and not acknowledged. Beyond it that follower waits. Default 65,536. */
    public int maxInFlightEntries() {
        return maxInFlightEntries;
    }

    /**
     * The most payload bytes sent to one follower and not acknowledged; one message is always allowed. Beyond it that
     * follower waits. Default 16 MiB.
     */
    public int maxInFlightBytes() {
        return maxInFlightBytes;
    }

    /**
     * How many bytes of the newest entries are kept in memory, payloads and 64 bytes for each entry. What is not there is
     * read from the log. Entries that are not durable or not committed are kept regardless, on a leader also those that are not
     * applied, which {@link #maxUncommittedBytes()} bounds there. Default 4 MiB: enough for followers that keep up, and little for the garbage
     * collector to carry along.
     */
    public long tailCacheBytes() {
        return tailCacheBytes;
    }

    /** The most entries in one batch for the state machine. Default 4,096. */
    public int maxApplyEntries() {
        return maxApplyEntries;
    }

    /**
     * The most payload bytes in one batch for the state machine; one entry is always taken. Two batches may wait at
     * it. Default 4 MiB.
     */
    public int maxApplyBytes() {
        return maxApplyBytes;
    }

    /**
     * Take a snapshot once entries of this many bytes were applied since the last one: their payloads, and {@value
     * io.pecanraft.model.LogEntry#OVERHEAD_BYTES} for each, so that small commands do not let the log grow for ever. 0 for
     * none but those that are asked for. Default 64 MiB.
     */
    public long snapshotLogBytes() {
        return snapshotLogBytes;
    }

    /**
     * How many entries before the newest snapshot stay in the log, so that a follower that is slightly behind needs
     * no snapshot. Default 20,000.
     */
    public long retainedLogEntries() {
        return retainedLogEntries;
    }

    /** The size of a snapshot chunk on the wire. Default 1 MiB, at most 7 MiB. */
    public int snapshotChunkBytes() {
        return snapshotChunkBytes;
    }

    /** How many chunks may be sent and not acknowledged. Default 4. */
    public int snapshotWindowChunks() {
        return snapshotWindowChunks;
    }

    /**
     * Whether a follower forwards proposals and asks the leader for read indexes. When not, it answers with {@link
     * NotLeaderException}. Default true.
     */
    public boolean forwarding() {
        return forwarding;
    }

    /**
     * Whether this server promises the leader not to vote while a lease lasts, and serves {@link
     * io.pecanraft.model.ReadConsistency.Lease} reads as a leader. Without it such reads are refused. Give all members the same
     * value: members without it promise nothing, so they only make the lease shorter or none. With it a server votes for nobody
     * during the first {@link #electionTimeout()} after its start. Stop asking for such reads before you restart members with a
     * lower election timeout or without this setting. Default false; see {@code docs/reads.md} before you change it.
     */
    public boolean leaseReads() {
        return leaseReads;
    }

    /**
     * By how much the monotonic clocks of two members may differ in rate, in millionths: a lease is that much shorter than what
     * followers promise. Clocks that differ by more make lease reads stale. Default 10,000 (1 %), at most 500,000.
     */
    public int maxClockDriftPpm() {
        return maxClockDriftPpm;
    }

    /**
     * Whether proposals wait while leadership is handed over, one {@link #electionTimeout()} at the most, and then go on here or
     * to the new leader. As many as {@link #maxUncommittedEntries()} and {@link #maxUncommittedBytes()} allow; those beyond,
     * and all of them when this is false, are refused with {@link LeadershipTransferringException}. Default true.
     */
    public boolean holdDuringTransfer() {
        return holdDuringTransfer;
    }

    /**
     * How much this server is to be preferred as a leader; each announces its own. A leader hands over to a voter of higher
     * priority that has been healthy and caught up for {@link #leaderPriorityDelay()}. Not a matter of who can be elected: a
     * server of low priority leads when no other can. From 0 to 1,000. Default 0.
     */
    public int leaderPriority() {
        return leaderPriority;
    }

    /**
     * How long a voter of higher {@link #leaderPriority()} must have been healthy and caught up before leadership is handed to
     * it; never less than one {@link #electionTimeout()}. Doubles, up to 32 times this, each time that leadership comes back
     * soon or the transfer fails. Default 10 s.
     */
    public Duration leaderPriorityDelay() {
        return leaderPriorityDelay;
    }

    /**
     * The newest format of commands and snapshots that the state machine given to this node can read; each server announces its
     * own. {@link NodeStatus#minimumVersion()} is the least of all members, by which a service tells during a rolling upgrade
     * when it may begin to propose commands of a new format. A matter of the program, not of the operator: a constant beside the
     * state machine, raised by 1 with every new format. From 0 up. Default 0, as which servers count that announce none.
     */
    public int applicationVersion() {
        return applicationVersion;
    }

    /**
     * Log time without a sign of life after which a client session expires; a {@link RaftSession} gives one every quarter
     * of it. Default 60 s. Like the other limits of sessions it is that of the server at which a session is opened, and
     * travels in the log, so that all servers expire the same sessions at the same place.
     */
    public Duration sessionTimeout() {
        return sessionTimeout;
    }

    /**
     * The most commands of one session that are not answered; the client is refused further ones with {@link
     * OverloadedException}. Bounds what each server remembers of a session. Default 128, at most 65,536.
     */
    public int maxSessionOutstanding() {
        return maxSessionOutstanding;
    }

    /**
     * The most bytes of replies, and 64 for each, that are kept for one session in case its client asks again. When full
     * its oldest reply is forgotten, and whoever asks for that gets {@link ReplyLostException}. Default 1 MiB.
     */
    public long maxSessionReplyBytes() {
        return maxSessionReplyBytes;
    }

    /**
     * The most sessions that may be open; further ones are refused with {@link OverloadedException} until some are closed
     * or expire. Default 10,000.
     */
    public int maxSessions() {
        return maxSessions;
    }

    /**
     * The most bytes of replies, and 64 for each, that are kept for all sessions together, as of the latest session that
     * was opened. When full the oldest reply of all is forgotten, as with {@link #maxSessionReplyBytes()}. Default 64 MiB.
     */
    public long maxTotalReplyBytes() {
        return maxTotalReplyBytes;
    }

    /**
     * How many slow rounds of catching up a new server may take before it is given up (thesis §4.2.1). A round brings it what is in
     * the log when the round begins; one that takes less than {@link #electionTimeout()} lets it vote. With 1 no
     * server is let in whose first copy takes longer than that. Default 10.
     */
    public int catchUpRounds() {
        return catchUpRounds;
    }

    /**
     * How long a new server may make no progress at all, or not answer, before it is given up and the change of membership fails.
     * Default 30 s.
     */
    public Duration catchUpStallTimeout() {
        return catchUpStallTimeout;
    }

    /**
     * How long the caller of {@link RaftNode#changeMembership} waits at most. The change itself goes on. Default 1 h, since bringing
     * a large state to a new server takes its time.
     */
    public Duration membershipChangeTimeout() {
        return membershipChangeTimeout;
    }

    /** How long a proposal may take unless it says otherwise; then {@link OperationTimeoutException}. Default 10 s. */
    public Duration proposalTimeout() {
        return proposalTimeout;
    }

    /** How long a read may take; then {@link OperationTimeoutException}. Default 10 s. */
    public Duration readTimeout() {
        return readTimeout;
    }

    /**
     * The most events that wait for one listener; when full the oldest is lost and counted. Also the most log lines that wait for
     * the logger; when full the newest is lost and counted. Default 1,024.
     */
    public int maxQueuedEvents() {
        return maxQueuedEvents;
    }

    /** How long {@link RaftNode#close()} waits for work in progress. Default 10 s. */
    public Duration closeTimeout() {
        return closeTimeout;
    }

    /** Collects settings; {@link #build()} checks them all. */
    public static final class Builder {

        private Duration electionTimeout = Duration.ofSeconds(1);
        private Duration heartbeatInterval = Duration.ofMillis(100);
        private Duration diskStallTimeout = Duration.ofSeconds(10);
        private int maxCommandBytes = 4 * MIB;
        private int maxUncommittedEntries = 65_536;
        private long maxUncommittedBytes = 64L * MIB;
        private int maxPendingReads = 65_536;
        private int maxPendingForwards = 65_536;
        private int mailboxCapacity = 131_072;
        private int maxAppendEntries = 4_096;
        private int maxAppendBytes = MIB;
        private int maxInFlightEntries = 65_536;
        private int maxInFlightBytes = 16 * MIB;
        private long tailCacheBytes = 4L * MIB;
        private int maxApplyEntries = 4_096;
        private int maxApplyBytes = 4 * MIB;
        private long snapshotLogBytes = 64L * MIB;
        private long retainedLogEntries = 20_000L;
        private int snapshotChunkBytes = MIB;
        private int snapshotWindowChunks = 4;
        private boolean forwarding = true;
        private boolean leaseReads = false;
        private int maxClockDriftPpm = 10_000;
        private boolean holdDuringTransfer = true;
        private int leaderPriority = 0;
        private Duration leaderPriorityDelay = Duration.ofSeconds(10);
        private int applicationVersion = 0;
        private Duration sessionTimeout = Duration.ofSeconds(60);
        private int maxSessionOutstanding = 128;
        private long maxSessionReplyBytes = MIB;
        private int maxSessions = 10_000;
        private long maxTotalReplyBytes = 64L * MIB;
        private int catchUpRounds = 10;
        private Duration catchUpStallTimeout = Duration.ofSeconds(30);
        private Duration membershipChangeTimeout = Duration.ofHours(1);
        private Duration proposalTimeout = Duration.ofSeconds(10);
        private Duration readTimeout = Duration.ofSeconds(10);
        private int maxQueuedEvents = 1_024;
        private Duration closeTimeout = Duration.ofSeconds(10);

        private Builder() {}

        /** See {@link RaftConfig#electionTimeout()}. */
        public Builder electionTimeout(Duration electionTimeout) {
            this.electionTimeout = electionTimeout;
            return this;
        }

        /** See {@link RaftConfig#heartbeatInterval()}. */
        public Builder heartbeatInterval(Duration heartbeatInterval) {
            this.heartbeatInterval = heartbeatInterval;
            return this;
        }

        /** See {@link RaftConfig#diskStallTimeout()}. */
        public Builder diskStallTimeout(Duration diskStallTimeout) {
            this.diskStallTimeout = diskStallTimeout;
            return this;
        }

        /** See {@link RaftConfig#maxCommandBytes()}. */
        public Builder maxCommandBytes(int maxCommandBytes) {
            this.maxCommandBytes = maxCommandBytes;
            return this;
        }

        /** See {@link RaftConfig#maxUncommittedEntries()}. */
        public Builder maxUncommittedEntries(int maxUncommittedEntries) {
            this.maxUncommittedEntries = maxUncommittedEntries;
            return this;
        }

        /** See {@link RaftConfig#maxUncommittedBytes()}. */
        public Builder maxUncommittedBytes(long maxUncommittedBytes) {
            this.maxUncommittedBytes = maxUncommittedBytes;
            return this;
        }

        /** See {@link RaftConfig#maxPendingReads()}. */
        public Builder maxPendingReads(int maxPendingReads) {
            this.maxPendingReads = maxPendingReads;
            return this;
        }

        /** See {@link RaftConfig#maxPendingForwards()}. */
        public Builder maxPendingForwards(int maxPendingForwards) {
            this.maxPendingForwards = maxPendingForwards;
            return this;
        }

        /** See {@link RaftConfig#mailboxCapacity()}. */
        public Builder mailboxCapacity(int mailboxCapacity) {
            this.mailboxCapacity = mailboxCapacity;
            return this;
        }

        /** See {@link RaftConfig#maxAppendEntries()}. */
        public Builder maxAppendEntries(int maxAppendEntries) {
            this.maxAppendEntries = maxAppendEntries;
            return this;
        }

        /** See {@link RaftConfig#maxAppendBytes()}. */
        public Builder maxAppendBytes(int maxAppendBytes) {
            this.maxAppendBytes = maxAppendBytes;
            return this;
        }

        /** See {@link RaftConfig#maxInFlightEntries()}. */
        public Builder maxInFlightEntries(int maxInFlightEntries) {
            this.maxInFlightEntries = maxInFlightEntries;
            return this;
        }

        /** See {@link RaftConfig#maxInFlightBytes()}. */
        public Builder maxInFlightBytes(int maxInFlightBytes) {
            this.maxInFlightBytes = maxInFlightBytes;
            return this;
        }

        /** See {@link RaftConfig#tailCacheBytes()}. */
        public Builder tailCacheBytes(long tailCacheBytes) {
            this.tailCacheBytes = tailCacheBytes;
            return this;
        }

        /** See {@link RaftConfig#maxApplyEntries()}. */
        public Builder maxApplyEntries(int maxApplyEntries) {
            this.maxApplyEntries = maxApplyEntries;
            return this;
        }

        /** See {@link RaftConfig#maxApplyBytes()}. */
        public Builder maxApplyBytes(int maxApplyBytes) {
            this.maxApplyBytes = maxApplyBytes;
            return this;
        }

        /** See {@link RaftConfig#snapshotLogBytes()}. */
        public Builder snapshotLogBytes(long snapshotLogBytes) {
            this.snapshotLogBytes = snapshotLogBytes;
            return this;
        }

        /** See {@link RaftConfig#retainedLogEntries()}. */
        public Builder retainedLogEntries(long retainedLogEntries) {
            this.retainedLogEntries = retainedLogEntries;
            return this;
        }

        /** See {@link RaftConfig#snapshotChunkBytes()}. */
        public Builder snapshotChunkBytes(int snapshotChunkBytes) {
            this.snapshotChunkBytes = snapshotChunkBytes;
            return this;
        }

        /** See {@link RaftConfig#snapshotWindowChunks()}. */
        public Builder snapshotWindowChunks(int snapshotWindowChunks) {
            this.snapshotWindowChunks = snapshotWindowChunks;
            return this;
        }

        /** See {@link RaftConfig#forwarding()}. */
        public Builder forwarding(boolean forwarding) {
            this.forwarding = forwarding;
            return this;
        }

        /** See {@link RaftConfig#leaseReads()}. */
        public Builder leaseReads(boolean leaseReads) {
            this.leaseReads = leaseReads;
            return this;
        }

        /** See {@link RaftConfig#maxClockDriftPpm()}. */
        public Builder maxClockDriftPpm(int maxClockDriftPpm) {
            this.maxClockDriftPpm = maxClockDriftPpm;
            return this;
        }

        /** See {@link RaftConfig#holdDuringTransfer()}. */
        public Builder holdDuringTransfer(boolean holdDuringTransfer) {
            this.holdDuringTransfer = holdDuringTransfer;
            return this;
        }

        /** See {@link RaftConfig#leaderPriority()}. */
        public Builder leaderPriority(int leaderPriority) {
            this.leaderPriority = leaderPriority;
            return this;
        }

        /** See {@link RaftConfig#leaderPriorityDelay()}. */
        public Builder leaderPriorityDelay(Duration leaderPriorityDelay) {
            this.leaderPriorityDelay = leaderPriorityDelay;
            return this;
        }

        /** See {@link RaftConfig#applicationVersion()}. */
        public Builder applicationVersion(int applicationVersion) {
            this.applicationVersion = applicationVersion;
            return this;
        }

        /** See {@link RaftConfig#sessionTimeout()}. */
        public Builder sessionTimeout(Duration sessionTimeout) {
            this.sessionTimeout = sessionTimeout;
            return this;
        }

        /** See {@link RaftConfig#maxSessionOutstanding()}. */
        public Builder maxSessionOutstanding(int maxSessionOutstanding) {
            this.maxSessionOutstanding = maxSessionOutstanding;
            return this;
        }

        /** See {@link RaftConfig#maxSessionReplyBytes()}. */
        public Builder maxSessionReplyBytes(long maxSessionReplyBytes) {
            this.maxSessionReplyBytes = maxSessionReplyBytes;
            return this;
        }

        /** See {@link RaftConfig#maxSessions()}. */
        public Builder maxSessions(int maxSessions) {
            this.maxSessions = maxSessions;
            return this;
        }

        /** See {@link RaftConfig#maxTotalReplyBytes()}. */
        public Builder maxTotalReplyBytes(long maxTotalReplyBytes) {
            this.maxTotalReplyBytes = maxTotalReplyBytes;
            return this;
        }

        /** See {@link RaftConfig#catchUpRounds()}. */
        public Builder catchUpRounds(int catchUpRounds) {
            this.catchUpRounds = catchUpRounds;
            return this;
        }

        /** See {@link RaftConfig#catchUpStallTimeout()}. */
        public Builder catchUpStallTimeout(Duration catchUpStallTimeout) {
            this.catchUpStallTimeout = catchUpStallTimeout;
            return this;
        }

        /** See {@link RaftConfig#membershipChangeTimeout()}. */
        public Builder membershipChangeTimeout(Duration membershipChangeTimeout) {
            this.membershipChangeTimeout = membershipChangeTimeout;
            return this;
        }

        /** See {@link RaftConfig#proposalTimeout()}. */
        public Builder proposalTimeout(Duration proposalTimeout) {
            this.proposalTimeout = proposalTimeout;
            return this;
        }

        /** See {@link RaftConfig#readTimeout()}. */
        public Builder readTimeout(Duration readTimeout) {
            this.readTimeout = readTimeout;
            return this;
        }

        /** See {@link RaftConfig#maxQueuedEvents()}. */
        public Builder maxQueuedEvents(int maxQueuedEvents) {
            this.maxQueuedEvents = maxQueuedEvents;
            return this;
        }

        /** See {@link RaftConfig#closeTimeout()}. */
        public Builder closeTimeout(Duration closeTimeout) {
            this.closeTimeout = closeTimeout;
            return this;
        }

        /**
         * Checks all settings.
         *
         * @throws IllegalArgumentException naming every violation, not only the first
         */
        public RaftConfig build() {
            List<String> violations = new ArrayList<>();
            checkTiming(violations);
            checkLimits(violations);
            if (!violations.isEmpty()) {
                throw new IllegalArgumentException("invalid configuration: " + String.join("; ", violations));
            }
            return new RaftConfig(this);
        }

        private void checkTiming(List<String> violations) {
            positive(violations, "electionTimeout", electionTimeout);
            positive(violations, "heartbeatInterval", heartbeatInterval);
            positive(violations, "catchUpStallTimeout", catchUpStallTimeout);
            positive(violations, "membershipChangeTimeout", membershipChangeTimeout);
            positive(violations, "proposalTimeout", proposalTimeout);
            positive(violations, "readTimeout", readTimeout);
            positive(violations, "closeTimeout", closeTimeout);
            positive(violations, "leaderPriorityDelay", leaderPriorityDelay);
            range(violations, "sessionTimeout in milliseconds", sessionTimeout.toMillis(), 1, Long.MAX_VALUE / 2);
            if (electionTimeout.compareTo(heartbeatInterval.multipliedBy(MIN_HEARTBEATS_PER_ELECTION_TIMEOUT)) < 0) {
                violations.add("electionTimeout (" + electionTimeout.toMillis() + " ms) must be at least "
                        + MIN_HEARTBEATS_PER_ELECTION_TIMEOUT + " x heartbeatInterval (" + heartbeatInterval.toMillis()
                        + " ms)");
            }
            if (diskStallTimeout.compareTo(electionTimeout) < 0) {
                violations.add("diskStallTimeout (" + diskStallTimeout.toMillis()
                        + " ms) must be at least electionTimeout (" + electionTimeout.toMillis() + " ms)");
            }
        }

        private void checkLimits(List<String> violations) {
            range(violations, "maxCommandBytes", maxCommandBytes, 1, MAX_MESSAGE_BYTES);
            range(violations, "maxAppendBytes", maxAppendBytes, 1, MAX_MESSAGE_BYTES);
            range(violations, "snapshotChunkBytes", snapshotChunkBytes, 1, MAX_MESSAGE_BYTES);
            range(violations, "maxUncommittedEntries", maxUncommittedEntries, 1, Integer.MAX_VALUE);
            range(violations, "maxUncommittedBytes", maxUncommittedBytes, 1, Long.MAX_VALUE);
            range(violations, "maxPendingReads", maxPendingReads, 1, Integer.MAX_VALUE);
            range(violations, "maxPendingForwards", maxPendingForwards, 1, Integer.MAX_VALUE);
            range(violations, "mailboxCapacity", mailboxCapacity, 1, Integer.MAX_VALUE);
            range(violations, "maxAppendEntries", maxAppendEntries, 1, MAX_MESSAGE_ENTRIES);
            range(violations, "maxInFlightEntries", maxInFlightEntries, 1, Integer.MAX_VALUE);
            range(violations, "maxInFlightBytes", maxInFlightBytes, 1, Integer.MAX_VALUE);
            range(violations, "tailCacheBytes", tailCacheBytes, 0, Long.MAX_VALUE);
            range(violations, "maxApplyEntries", maxApplyEntries, 1, Integer.MAX_VALUE);
            range(violations, "maxApplyBytes", maxApplyBytes, 1, Integer.MAX_VALUE);
            range(violations, "snapshotLogBytes", snapshotLogBytes, 0, Long.MAX_VALUE);
            range(violations, "retainedLogEntries", retainedLogEntries, 0, Long.MAX_VALUE);
            range(violations, "snapshotWindowChunks", snapshotWindowChunks, 1, Integer.MAX_VALUE);
            range(violations, "maxClockDriftPpm", maxClockDriftPpm, 0, MAX_CLOCK_DRIFT_PPM);
            range(violations, "leaderPriority", leaderPriority, 0, MAX_LEADER_PRIORITY);
            range(violations, "applicationVersion", applicationVersion, 0, Integer.MAX_VALUE);
            range(violations, "maxSessionOutstanding", maxSessionOutstanding, 1, MAX_MESSAGE_ENTRIES);
            range(violations, "maxSessionReplyBytes", maxSessionReplyBytes, 0, Integer.MAX_VALUE);
            range(violations, "maxSessions", maxSessions, 1, 10_000_000);
            range(violations, "maxTotalReplyBytes", maxTotalReplyBytes, 0, Long.MAX_VALUE);
            range(violations, "catchUpRounds", catchUpRounds, 1, Integer.MAX_VALUE);
            range(violations, "maxQueuedEvents", maxQueuedEvents, 1, Integer.MAX_VALUE);
        }

        private static void positive(List<String> violations, String name, Duration value) {
            if (value.isNegative() || value.isZero()) {
                violations.add(name + " must be positive, got " + value.toMillis() + " ms");
            }
        }

        private static void range(List<String> violations, String name, long value, long least, long greatest) {
            if (value < least || value > greatest) {
                violations.add(name + " must be from " + least + " to " + greatest + ", got " + value);
            }
        }
    }
}
