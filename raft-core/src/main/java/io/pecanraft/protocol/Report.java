package io.pecanraft.protocol;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import java.util.List;
import java.util.Optional;

/** Something an operator may want to know. The only origin of protocol log lines, events and election metrics. */
public sealed interface Report {

    /** The role changed. {@code reason} is a fixed phrase. */
    record RoleChanged(RaftRole from, RaftRole to, long term, String reason) implements Report {}

    /** Another leader is known for the term, or none. */
    record LeaderChanged(Optional<NodeId> leader, long term, String reason) implements Report {}

    /** Another configuration is in force. */
    record MembershipChanged(Membership membership, String reason) implements Report {}

    /** While forming: who has not been heard of or has not agreed. Empty once formed. */
    record FormationChanged(List<NodeId> missing, List<NodeId> seen) implements Report {}

    /** Two members disagree on the first configuration, or this one was wiped after it. An operator must act. */
    record FormationConflict(NodeId peer, String what) implements Report {}

    /** A vote or pre-vote was refused. Debug. */
    record VoteRefused(MemberId candidate, long term, String reason) implements Report {}

    /** A snapshot of the leader was accepted and will replace the state. */
    record SnapshotAccepted(SnapshotMeta meta, MemberId leader) implements Report {}

    /** This leader sends a snapshot to a follower, because the log no longer holds what it lacks. */
    record SnapshotSendStarted(NodeId follower, SnapshotMeta meta) implements Report {}

    /** A follower has the snapshot. */
    record SnapshotSendFinished(NodeId follower, SnapshotMeta meta) implements Report {}

    /**
     * This leader began to hand over.
     *
     * @param preferred whether by itself, because the target has a higher priority
     */
    record TransferStarted(NodeId target, boolean preferred) implements Report {}

    /**
     * This leader goes on leading, because the target did not take over.
     *
     * @param asked whether the target was asked to campaign, and may still do so
     */
    record TransferEnded(NodeId target, Reason reason, boolean asked) implements Report {

        /** Why a leader gave up. */
        public enum Reason {
            /** The target did not catch up or was not elected in time. */
            TIMED_OUT,
            /** The target was removed or demoted. */
            TARGET_NO_VOTER
        }
    }

    /** The leader asked this server to campaign, which it does not. {@code reason} is a fixed phrase. */
    record TransferDeclined(NodeId leader, String reason) implements Report {}

    /**
     * A server bears a member's name but has another storage, and so neither votes nor counts. Reported by those who meet it,
     * and by itself. An operator must act.
     *
     * @param stranger the server
     * @param known the member that the configuration names
     */
    record StorageReplaced(MemberId stranger, Member known) implements Report {}

    /** A new server could not be brought to where the others are; a change of membership ends without effect. Warn. */
    record CatchUpFailed(NodeId node, long lagEntries, String why) implements Report {}

    /**
     * A member runs an older application than all members did before: it was rolled back, or joined with an older program. What was
     * proposed meanwhile may be in a format that it cannot read. Warn.
     *
     * @param member the member
     * @param version what it runs
     * @param minimum what all members ran
     */
    record VersionFellBack(MemberId member, int version, int minimum) implements Report {}

    /** This server's log has again all that it had lost. It may campaign, and votes by what it has. */
    record LogRepaired(long epoch, EntryId last) implements Report {}

    /**
     * This server's log lacks what it had lost, and no leader sends it: it asks the other members. Once for each last entry.
     *
     * @param last the last entry of the log
     * @param had the last entry that it had before the loss
     */
    record RefillAsked(EntryId last, EntryId had) implements Report {}

    /** A follower has lost entries that it had acknowledged to this leader, and says so. It is refilled, and counts for what it acknowledges anew. */
    record FollowerRepairs(MemberId follower, long epoch, long hadAcknowledged) implements Report {}

    /** A peer said something impossible, which was ignored: a lost disk, a misconfiguration, or a bug. Warn. */
    record PeerAnomaly(MemberId peer, String what) implements Report {}

    /** Entries became committed. Once a turn at most; for metrics. */
    record Committed(long commitIndex, int entries) implements Report {}
}
