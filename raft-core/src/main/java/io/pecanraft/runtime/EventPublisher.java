package io.pecanraft.runtime;

import io.pecanraft.RaftEvent;
import io.pecanraft.RaftNode;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.protocol.Report;
import io.pecanraft.spi.RaftMetrics;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Turns what the protocol reports into log lines, events, metrics and records of Flight Recorder: the one place, and so the one
 * format. Raft thread, but for subscribing.
 */
final class EventPublisher {

    private final NodeLog log;
    private final RaftMetrics metrics;
    private final NodeRecorder recorder;
    private final Lane lane;
    private final int queueCapacity;
    private final AnomalyLog anomalies;
    private final CopyOnWriteArrayList<EventSubscription> subscriptions = new CopyOnWriteArrayList<>();

    EventPublisher(NodeLog log, RaftMetrics metrics, NodeRecorder recorder, Lane lane, int queueCapacity) {
        this.log = log;
        this.metrics = metrics;
        this.recorder = recorder;
        this.lane = lane;
        this.queueCapacity = queueCapacity;
        this.anomalies = new AnomalyLog(log);
    }

    /** Any thread. */
    RaftNode.Subscription subscribe(Consumer<RaftEvent> listener) {
        EventSubscription subscription =
                new EventSubscription(listener, queueCapacity, lane, log, subscriptions::remove);
        subscriptions.add(subscription);
        return subscription;
    }

    /** What the protocol reports. */
    void report(Report report, long nowNanos) {
        if (report instanceof Report.RoleChanged changed) {
            roleChanged(changed);
        } else if (report instanceof Report.LeaderChanged changed) {
            leaderChanged(changed);
        } else if (report instanceof Report.MembershipChanged changed) {
            membershipChanged(changed);
        } else if (report instanceof Report.FormationChanged changed) {
            formationChanged(changed);
        } else if (report instanceof Report.FormationConflict conflict) {
            formationConflict(conflict);
        } else if (report instanceof Report.VoteRefused refused) {
            log.debug()
                    .addKeyValue("candidate", refused.candidate())
                    .addKeyValue("candidateTerm", refused.term())
                    .addKeyValue("reason", refused.reason())
                    .log("refused a vote");
        } else if (report instanceof Report.SnapshotAccepted accepted) {
            log.info()
                    .addKeyValue("leader", accepted.leader())
                    .addKeyValue("lastIncluded", accepted.meta().lastIncluded())
                    .addKeyValue("bytes", accepted.meta().sizeBytes())
                    .addKeyValue("reason", "the leader's log no longer holds what is missing here")
                    .log("accepted a snapshot");
        } else if (report instanceof Report.SnapshotSendStarted started) {
            snapshotSent(
                    started.follower(),
                    started.meta(),
                    "the log no longer holds what it is missing",
                    "began to send a snapshot");
        } else if (report instanceof Report.SnapshotSendFinished finished) {
            snapshotSent(finished.follower(), finished.meta(), "it has what the snapshot covers", "sent a snapshot");
        } else if (report instanceof Report.TransferStarted started) {
            metrics.handoverStarted(started.preferred());
            log.info()
                    .addKeyValue("target", started.target())
                    .addKeyValue("reason", started.preferred() ? "it has a higher priority" : "asked to")
                    .log("began to hand over leadership");
        } else if (report instanceof Report.TransferEnded ended) {
            log.warn()
                    .addKeyValue("target", ended.target())
                    .addKeyValue("reason", ended.reason())
                    .addKeyValue("asked", ended.asked())
                    .log("leadership was not handed over");
        } else if (report instanceof Report.TransferDeclined declined) {
            log.info()
                    .addKeyValue("leader", declined.leader())
                    .addKeyValue("reason", declined.reason())
                    .log("declined to take over leadership");
        } else if (report instanceof Report.StorageReplaced replaced) {
            storageReplaced(replaced);
        } else if (report instanceof Report.CatchUpFailed failed) {
            log.warn()
                    .addKeyValue("server", failed.node())
                    .addKeyValue("lagEntries", failed.lagEntries())
                    .addKeyValue("reason", failed.why())
                    .log("gave up bringing a new server up to date");
        } else if (report instanceof Report.VersionFellBack fellBack) {
            log.warn()
                    .addKeyValue("member", fellBack.member().node())
                    .addKeyValue("version", fellBack.version())
                    .addKeyValue("minimumBefore", fellBack.minimum())
                    .addKeyValue("reason", "it was rolled back, or joined with an older program")
                    .addKeyValue(
                            "advice",
                            "commands of the newer format may be in the log already; bring it back to version "
                                    + fellBack.minimum() + " unless the service has proposed none")
                    .log("a member runs an older application version than all members did");
        } else if (report instanceof Report.LogRepaired repaired) {
            log.info()
                    .addKeyValue("epoch", repaired.epoch())
                    .addKeyValue("last", repaired.last())
                    .log("the log has again what it had lost");
        } else if (report instanceof Report.RefillAsked asked) {
            log.info()
                    .addKeyValue("last", asked.last())
                    .addKeyValue("had", asked.had())
                    .addKeyValue("reason", "it hears no leader that could send it")
                    .log("asks the other members for what the log has lost");
        } else if (report instanceof Report.FollowerRepairs repairs) {
            log.warn()
                    .addKeyValue("follower", repairs.follower())
                    .addKeyValue("epoch", repairs.epoch())
                    .addKeyValue("hadAcknowledged", repairs.hadAcknowledged())
                    .addKeyValue("reason", "its disk has lost entries; it gets them again")
                    .log("a follower repairs its log");
        } else if (report instanceof Report.PeerAnomaly anomaly) {
            anomalies.report(anomaly, nowNanos);
        }
    }

    /** Entries up to an index were committed, the oldest so long after it was proposed here; 0 when it was not. */
    void committed(int entries, long commitIndex, long oldestNanos) {
        metrics.committed(entries, oldestNanos);
        recorder.committed(entries, commitIndex, oldestNanos);
    }

    /** The log flushed. */
    void flushed(int writes, int entries, long bytes, long forceNanos) {
        metrics.persisted(writes, entries, bytes, forceNanos);
        recorder.flushed(writes, entries, bytes, forceNanos);
    }

    /** A snapshot of the own state is durable. */
    void snapshotTaken(SnapshotMeta meta, long captureNanos, long totalNanos, String reason) {
        metrics.snapshotTaken(meta.sizeBytes(), captureNanos, totalNanos);
        recorder.snapshotTaken(meta, captureNanos, totalNanos);
        log.info()
                .addKeyValue("lastIncluded", meta.lastIncluded())
                .addKeyValue("bytes", meta.sizeBytes())
                .addKeyValue("captureMicros", captureNanos / 1_000)
                .addKeyValue("totalMillis", totalNanos / 1_000_000)
                .addKeyValue("reason", reason)
                .log("took a snapshot");
        publish(new RaftEvent.SnapshotTaken(meta));
    }

    /** A snapshot of the own state could not be taken. */
    void snapshotFailed(Throwable why) {
        log.warn()
                .addKeyValue("reason", why.getMessage())
                .setCause(why.getCause())
                .log("could not take a snapshot");
    }

    /** The state was replaced by a snapshot. */
    void snapshotInstalled(SnapshotMeta meta, long nanos) {
        metrics.snapshotInstalled(meta.sizeBytes(), nanos);
        recorder.snapshotInstalled(meta, nanos);
        log.info()
                .addKeyValue("lastIncluded", meta.lastIncluded())
                .addKeyValue("bytes", meta.sizeBytes())
                .addKeyValue("restoreMillis", nanos / 1_000_000)
                .addKeyValue("reason", "it holds what was missing here")
                .log("installed a snapshot");
        publish(new RaftEvent.SnapshotInstalled(meta));
    }

    /** The log lacks room, for this reason, or has it again. */
    void storageSpace(Optional<String> lack) {
        if (lack.isPresent()) {
            log.warn().addKeyValue("reason", lack.get()).log("storage is running full");
            publish(new RaftEvent.StorageLow(lack.get()));
        } else {
            log.info().log("storage has room again");
            publish(new RaftEvent.StorageRoomAgain());
        }
    }

    /** A file of the storage that is not in use is damaged. */
    void storageDamaged(String what) {
        metrics.storageDamaged();
        log.error().addKeyValue("reason", what).log("found damage in the storage; restart this server to repair it");
        publish(new RaftEvent.StorageDamaged(what));
    }

    /** The node stopped itself. */
    void failed(Throwable why) {
        log.error().addKeyValue("reason", String.valueOf(why)).setCause(why).log("node failed and stopped itself");
        publish(new RaftEvent.NodeFailed(why));
    }

    private void roleChanged(Report.RoleChanged changed) {
        log.now(changed.term(), changed.to());
        log.info()
                .addKeyValue("from", changed.from())
                .addKeyValue("reason", changed.reason())
                .log(became(changed.to()));
        if (changed.to() == RaftRole.PRE_CANDIDATE) {
            metrics.electionStarted(true);
        } else if (changed.to() == RaftRole.CANDIDATE) {
            metrics.electionStarted(false);
        } else if (changed.to() == RaftRole.LEADER) {
            metrics.electionWon(changed.term());
        }
        recorder.roleChanged(changed.from(), changed.to(), changed.term(), changed.reason());
        publish(new RaftEvent.RoleChanged(changed.from(), changed.to(), changed.term(), changed.reason()));
    }

    private static String became(RaftRole role) {
        return "became " + role.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private void leaderChanged(Report.LeaderChanged changed) {
        metrics.leaderChanged(changed.term());
        log.now(changed.term());
        log.info()
                .addKeyValue("leader", changed.leader().map(NodeId::value).orElse("none"))
                .addKeyValue("leaderTerm", changed.term())
                .addKeyValue("reason", changed.reason())
                .log("leader changed");
        publish(new RaftEvent.LeaderChanged(changed.leader(), changed.term()));
    }

    private void membershipChanged(Report.MembershipChanged changed) {
        Membership membership = changed.membership();
        log.info()
                .addKeyValue("index", membership.logIndex())
                .addKeyValue("voters", membership.voters())
                .addKeyValue("outgoingVoters", membership.outgoingVoters())
                .addKeyValue("learners", membership.learners())
                .addKeyValue("reason", changed.reason())
                .log("membership changed");
        publish(new RaftEvent.MembershipChanged(membership));
    }

    private void storageReplaced(Report.StorageReplaced replaced) {
        NodeId name = replaced.known().node();
        log.warn()
                .addKeyValue("server", name)
                .addKeyValue("storage", replaced.stranger().incarnation())
                .addKeyValue("expectedStorage", replaced.known().id().incarnation())
                .addKeyValue("reason", "its data directory was lost, replaced or mixed up")
                .addKeyValue(
                        "advice",
                        "if its data is lost, re-admit it at the leader:"
                                + " changeMembership(MembershipChange.replace(NodeId.of(\"" + name
                                + "\"), new MemberAddress(NodeId.of(\"" + name + "\"), \""
                                + replaced.known().address() + "\")))")
                .log("a server with another storage than the member's neither votes nor counts");
    }

    private void formationChanged(Report.FormationChanged changed) {
        List<NodeId> missing = changed.missing();
        if (missing.isEmpty()) {
            log.info()
                    .addKeyValue("seen", changed.seen())
                    .addKeyValue("reason", "all founders have agreed")
                    .log("cluster is formed");
        } else {
            log.info()
                    .addKeyValue("missing", missing)
                    .addKeyValue("seen", changed.seen())
                    .addKeyValue("reason", "all founders must agree before anything is promised")
                    .log("waiting for members to form the cluster");
        }
        publish(new RaftEvent.FormationChanged(missing, Optional.empty()));
    }

    private void formationConflict(Report.FormationConflict conflict) {
        log.warn()
                .addKeyValue("peer", conflict.peer())
                .addKeyValue("reason", conflict.what())
                .log("members disagree on how the cluster is formed");
        publish(new RaftEvent.FormationChanged(List.of(), Optional.of(conflict.peer() + ": " + conflict.what())));
    }

    private void snapshotSent(NodeId follower, SnapshotMeta meta, String reason, String what) {
        log.info()
                .addKeyValue("follower", follower)
                .addKeyValue("lastIncluded", meta.lastIncluded())
                .addKeyValue("bytes", meta.sizeBytes())
                .addKeyValue("reason", reason)
                .log(what);
    }

    private void publish(RaftEvent event) {
        for (EventSubscription subscription : subscriptions) {
            subscription.publish(event);
        }
    }
}
