package io.pecanraft.runtime;

import io.pecanraft.NodeStatus;
import io.pecanraft.NodeStatus.ChangeStatus;
import io.pecanraft.NodeStatus.FollowerStatus;
import io.pecanraft.NodeStatus.Replication;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.model.Standing;
import io.pecanraft.protocol.ChangeView;
import io.pecanraft.protocol.FollowerView;
import io.pecanraft.protocol.Raft;
import io.pecanraft.spi.StorageIdentity;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The latest picture of a node, for anyone to look at. Drawn anew at the end of every turn. */
final class StatusBoard {

    private static final long NEVER = Long.MIN_VALUE;

    /** Each file is told of once, and nobody reads more before acting. */
    private static final int MAX_DAMAGES = 16;

    private volatile NodeStatus latest;

    /** Raft thread only. */
    private List<String> damages = List.of();

    /** Raft thread only. */
    private Optional<String> storageLack = Optional.empty();

    StatusBoard(StorageIdentity identity, int applicationVersion) {
        this.latest = new NodeStatus(
                identity,
                NodeStatus.State.NEW,
                RaftRole.FORMING,
                0,
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                0,
                0,
                1,
                0,
                Optional.empty(),
                Standing.FORMING,
                List.of(),
                List.of(),
                Optional.empty(),
                applicationVersion,
                OptionalInt.empty(),
                0,
                Optional.empty(),
                List.of(),
                Optional.empty());
    }

    NodeStatus latest() {
        return latest;
    }

    /** The node goes on to another state, without anything else to say about it. */
    void enter(NodeStatus.State state) {
        NodeStatus last = latest;
        latest = with(last, state, last.role(), last.leader(), last.followers(), last.minimumVersion(), last.failure());
    }

    /** The node takes part no longer: it neither leads nor follows. */
    void end(NodeStatus.State state, Optional<String> failure) {
        NodeStatus last = latest;
        RaftRole role = last.role() == RaftRole.FORMING ? RaftRole.FORMING : RaftRole.FOLLOWER;
        latest = with(last, state, role, Optional.empty(), List.of(), OptionalInt.empty(), failure.or(last::failure));
    }

    /** The storage has found damage; shown from the next drawing on. */
    void damaged(String what) {
        damages = Stream.concat(damages.stream(), Stream.of(what))
                .limit(MAX_DAMAGES)
                .toList();
    }

    /** The storage lacks room, or has it again; shown from the next drawing on. */
    void storageSpace(Optional<String> lack) {
        storageLack = lack;
    }

    /** Draws a running node. */
    void draw(Raft raft, long nowNanos) {
        latest = new NodeStatus(
                latest.identity(),
                NodeStatus.State.RUNNING,
                raft.role(),
                raft.currentTerm(),
                raft.votedFor(),
                raft.leader(),
                raft.commitIndex(),
                raft.appliedIndex(),
                raft.durableIndex(),
                raft.lastIndex(),
                raft.firstIndex(),
                raft.snapshot().map(SnapshotMeta::lastIncludedIndex).orElse(0L),
                raft.membership(),
                raft.standing(),
                raft.missingMembers(),
                followers(raft, nowNanos),
                raft.membershipChange(nowNanos).map(change -> change(change, nowNanos)),
                latest.applicationVersion(),
                raft.minimumVersion(),
                raft.writeNanos(nowNanos) / 1_000_000,
                storageLack,
                damages,
                Optional.empty());
    }

    private static List<FollowerStatus> followers(Raft raft, long nowNanos) {
        List<FollowerView> views = raft.followers();
        if (views.isEmpty()) {
            return List.of();
        }
        List<FollowerStatus> followers = new ArrayList<>(views.size());
        for (FollowerView view : views) {
            followers.add(new FollowerStatus(
                    view.member(),
                    view.matchIndex(),
                    view.nextIndex(),
                    raft.lastIndex() - view.matchIndex(),
                    replication(view.state()),
                    view.contactNanos() == NEVER ? -1 : Math.max(0, nowNanos - view.contactNanos()) / 1_000_000,
                    view.applicationVersion()));
        }
        return followers;
    }

    private static ChangeStatus change(ChangeView change, long nowNanos) {
        return new ChangeStatus(Math.max(0, nowNanos - change.sinceNanos()) / 1_000_000, change.waitsFor());
    }

    private static Replication replication(FollowerView.State state) {
        return switch (state) {
            case PROBE -> Replication.PROBE;
            case REPLICATE -> Replication.REPLICATE;
            case SNAPSHOT -> Replication.SNAPSHOT;
        };
    }

    private static NodeStatus with(
            NodeStatus last,
            NodeStatus.State state,
            RaftRole role,
            Optional<NodeId> leader,
            List<FollowerStatus> followers,
            OptionalInt minimumVersion,
            Optional<String> failure) {
        return new NodeStatus(
                last.identity(),
                state,
                role,
                last.term(),
                last.votedFor(),
                leader,
                last.commitIndex(),
                last.appliedIndex(),
                last.durableIndex(),
                last.lastIndex(),
                last.firstIndex(),
                last.snapshotIndex(),
                last.membership(),
                last.standing(),
                last.missingMembers(),
                followers,
                Optional.empty(),
                last.applicationVersion(),
                minimumVersion,
                last.writeMillis(),
                last.storageLack(),
                last.damages(),
                failure);
    }
}
