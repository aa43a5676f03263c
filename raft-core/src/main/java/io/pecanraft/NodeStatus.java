package io.pecanraft;

import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.Standing;
import io.pecanraft.spi.StorageIdentity;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A picture of a node at one moment.
 *
 * @param identity who it is
 * @param state whether it runs
 * @param role what it is in the protocol
 * @param term its current term
 * @param votedFor whom it voted for in that term
 * @param leader the leader of that term, where known
 * @param commitIndex the last index known to be committed
 * @param appliedIndex the last index whose effect the state machine has
 * @param durableIndex the last index that is durable here
 * @param lastIndex the last index of its log
 * @param firstIndex the first index that its log still holds; {@code lastIndex + 1} when it holds none
 * @param snapshotIndex the last index that its newest snapshot includes; 0 without one
 * @param membership the configuration in force; empty until the cluster is formed
 * @param standing how it stands to the newest configuration that it has heard of
 * @param missingMembers while forming: bootstrap members that have not been heard of or have not agreed yet
 * @param followers the leader's view of the others; empty elsewhere
 * @param membershipChange the change of membership that this leader has under way, its own or one that an earlier leader began; empty
 *     without one, and elsewhere
 * @param applicationVersion which application version it runs: {@link RaftConfig#applicationVersion()}
 * @param minimumVersion the least application version that any member runs; commands of a newer format are not to be proposed.
 *     Empty while that is not known here: until the leader has heard every member in its own term, one that is down included, and
 *     on a follower while it hears no leader. Falls when a member is rolled back, or one that runs an older application is added
 * @param writeMillis how long it takes of late until what is written to the log is durable: the median of the last four times, or how long
 *     the oldest write has waited by now, if that is more; 0 before the first
 * @param storageLack why the storage says that space is low, so that this node takes no new commands; empty while there is room
 * @param damages what the storage has found damaged in the background since this start, in words: files that are not in use at the moment,
 *     which a restart repairs from the others. The first few
 * @param failure why the node failed; empty unless it did
 */
public record NodeStatus(
        StorageIdentity identity,
        State state,
        RaftRole role,
        long term,
        Optional<MemberId> votedFor,
        Optional<NodeId> leader,
        long commitIndex,
        long appliedIndex,
        long durableIndex,
        long lastIndex,
        long firstIndex,
        long snapshotIndex,
        Optional<Membership> membership,
        Standing standing,
        List<NodeId> missingMembers,
        List<FollowerStatus> followers,
        Optional<ChangeStatus> membershipChange,
        int applicationVersion,
        OptionalInt minimumVersion,
        long writeMillis,
        Optional<String> storageLack,
        List<String> damages,
        Optional<String> failure) {

    /** Copies the lists. */
    public NodeStatus {
        missingMembers = List.copyOf(missingMembers);
        followers = List.copyOf(followers);
        damages = List.copyOf(damages);
    }

    /** What an operator should do about the node's {@link #standing}; empty when there is nothing to do. */
    public Optional<String> advice() {
        NodeId node = identity.node();
        return switch (standing) {
            case REPLACED ->
                Optional.of("the cluster knows " + node + " with another storage than "
                        + identity.incarnation().abbreviated()
                        + "; if the data of that one is lost, re-admit this one at"
                        + " the leader: changeMembership(MembershipChange.replace(NodeId.of(\"" + node
                        + "\"), new MemberAddress(NodeId.of(\"" + node + "\"), \"host:port\")))");
            case OUTSIDER ->
                Optional.of(node + " is no member; to add it, at the leader:"
                        + " changeMembership(MembershipChange.add(new MemberAddress(NodeId.of(\"" + node
                        + "\"), \"host:port\")))");
            case FORMING, VOTER, LEARNER -> Optional.empty();
        };
    }

    /** The life of a node, which goes only forward. */
    public enum State {
        /** Built, not started. */
        NEW,
        /** Reading back what storage holds. */
        RECOVERING,
        /** Taking part. */
        RUNNING,
        /** Stopped itself. */
        FAILED,
        /** Closed. */
        CLOSED
    }

    /** How a leader replicates to one follower. */
    public enum Replication {
        /** Looking for where the logs agree, one message at a time. */
        PROBE,
        /** Streaming entries. */
        REPLICATE,
        /** Sending a snapshot. */
        SNAPSHOT
    }

    /**
     * A change of membership that is under way.
     *
     * @param millis since this leader knows of it
     * @param waitsFor what it waits for, in words: who does not answer or has not caught up, or whose majority has to hold a configuration
     */
    public record ChangeStatus(long millis, String waitsFor) {}

    /**
     * One follower as its leader sees it.
     *
     * @param member who
     * @param matchIndex known to be durable there
     * @param nextIndex the next index to send
     * @param lagEntries entries of the leader's log that are not known to be there
     * @param replication how it is replicated to
     * @param millisSinceContact since a message of the current term came from it; -1 for never
     * @param applicationVersion which application version it says that it runs; empty before it has said so in this term
     */
    public record FollowerStatus(
            MemberId member,
            long matchIndex,
            long nextIndex,
            long lagEntries,
            Replication replication,
            long millisSinceContact,
            OptionalInt applicationVersion) {}
}
