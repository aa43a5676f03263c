package io.pecanraft;

import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import java.util.List;
import java.util.Optional;

/** Something that happened to a node, for those who watch it. Rare: a healthy day has a handful. */
public sealed interface RaftEvent {

    /**
     * The role changed.
     *
     * @param from the role before
     * @param to the role now
     * @param term the term now
     * @param reason why, in a few words
     */
    record RoleChanged(RaftRole from, RaftRole to, long term, String reason) implements RaftEvent {}

    /**
     * Another leader is known, or none.
     *
     * @param leader the leader of the term, where known
     * @param term the term
     */
    record LeaderChanged(Optional<NodeId> leader, long term) implements RaftEvent {}

    /**
     * Another configuration is in force.
     *
     * @param membership the configuration
     */
    record MembershipChanged(Membership membership) implements RaftEvent {}

    /**
     * While the cluster forms: who is missing, each time that changes; empty once it is formed.
     *
     * @param missing members that have not been heard of or have not agreed yet
     * @param conflict what two members disagree about; needs an operator
     */
    record FormationChanged(List<NodeId> missing, Optional<String> conflict) implements RaftEvent {}

    /**
     * A snapshot of the own state is durable.
     *
     * @param snapshot what it stands for
     */
    record SnapshotTaken(SnapshotMeta snapshot) implements RaftEvent {}

    /**
     * A snapshot from the leader replaced the state.
     *
     * @param snapshot what it stands for
     */
    record SnapshotInstalled(SnapshotMeta snapshot) implements RaftEvent {}

    /**
     * The disk is running full. As a leader the node refuses commands with {@link StorageFullException}; as a follower it goes on
     * as long as there is room.
     *
     * @param reason how much is left and what to do
     */
    record StorageLow(String reason) implements RaftEvent {}

    /** The disk has room again, and the node takes commands again. */
    record StorageRoomAgain() implements RaftEvent {}

    /**
     * A file of the storage that is not in use at the moment was found damaged, by a check in the background. The node goes on; a restart
     * repairs it from the other servers.
     *
     * @param what which file, where, and what to do
     */
    record StorageDamaged(String what) implements RaftEvent {}

    /**
     * The node stopped itself.
     *
     * @param failure why
     */
    record NodeFailed(Throwable failure) implements RaftEvent {}

    /**
     * This listener was too slow and lost events.
     *
     * @param count how many since the last such event
     */
    record EventsLost(long count) implements RaftEvent {}
}
