package io.pecanraft.runtime;

import io.pecanraft.model.RaftRole;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.StorageIdentity;
import java.util.List;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.SettingDefinition;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/**
 * The events of a node for JDK Flight Recorder, as docs/metrics.md lists them. While nothing records, one costs a call that says so.
 *
 * <p>They are committed when what they tell of is over, so how long it took is a field and not the duration of the event; how long
 * it must have taken to be worth an event is the setting {@code atLeast}.
 */
final class FlightEvents implements NodeRecorder {

    /** All of them, for those who list them. */
    static final List<Class<? extends Event>> ALL =
            List.of(RoleChange.class, Commit.class, LogFlush.class, SnapshotTaken.class, SnapshotInstalled.class);

    private final String node;
    private final long group;

    FlightEvents(StorageIdentity identity) {
        this.node = identity.node().value();
        this.group = identity.group().value();
    }

    /** Which node speaks. */
    @Category("PecanRaft")
    @StackTrace(false)
    abstract static class NodeEvent extends Event {

        @Label("Node")
        String node = "";

        @Label("Group")
        long group;
    }

    @Name("io.pecanraft.RoleChange")
    @Label("Role Change")
    @Description("A node became follower, pre-candidate, candidate or leader: elections and what came of them")
    static final class RoleChange extends NodeEvent {

        @Label("From")
        String from = "";

        @Label("To")
        String to = "";

        @Label("Term")
        long term;

        @Label("Reason")
        String reason = "";
    }

    /** Something that took a time, and is worth an event when it took long. */
    abstract static class Slow extends NodeEvent {

        @Label("Took")
        @Timespan(Timespan.NANOSECONDS)
        long took;

        @SettingDefinition
        @Label("At Least")
        @Description("Shorter ones are not recorded")
        boolean atLeast(AtLeast setting) {
            return took >= setting.nanos();
        }
    }

    @Name("io.pecanraft.Commit")
    @Label("Slow Commit")
    @Description("A batch was committed; how long after the oldest of it was proposed at this node")
    static final class Commit extends Slow {

        @Label("Entries")
        int entries;

        @Label("Commit Index")
        long commitIndex;
    }

    @Name("io.pecanraft.LogFlush")
    @Label("Slow Log Flush")
    @Description("The log made writes durable; how long its flush took")
    static final class LogFlush extends Slow {

        @Label("Writes")
        int writes;

        @Label("Entries")
        int entries;

        @Label("Bytes")
        @DataAmount
        long bytes;
    }

    /** A snapshot. */
    abstract static class Snapshot extends NodeEvent {

        @Label("Took")
        @Timespan(Timespan.NANOSECONDS)
        long took;

        @Label("Last Included Index")
        long lastIncludedIndex;

        @Label("Bytes")
        @DataAmount
        long bytes;
    }

    @Name("io.pecanraft.SnapshotTaken")
    @Label("Snapshot Taken")
    @Description("A snapshot of the node's state is durable")
    static final class SnapshotTaken extends Snapshot {

        @Label("Capture")
        @Description("The part of it in which commands waited")
        @Timespan(Timespan.NANOSECONDS)
        long capture;
    }

    @Name("io.pecanraft.SnapshotInstalled")
    @Label("Snapshot Installed")
    @Description("A snapshot from the leader replaced the node's state; how long restoring it took")
    static final class SnapshotInstalled extends Snapshot {}

    @Override
    public void roleChanged(RaftRole from, RaftRole to, long term, String reason) {
        RoleChange event = new RoleChange();
        if (event.isEnabled()) {
            event.from = from.name();
            event.to = to.name();
            event.term = term;
            event.reason = reason;
            commit(event);
        }
    }

    @Override
    public void committed(int entries, long commitIndex, long oldestNanos) {
        Commit event = new Commit();
        if (event.isEnabled()) {
            event.took = oldestNanos;
            event.entries = entries;
            event.commitIndex = commitIndex;
            commit(event);
        }
    }

    @Override
    public void flushed(int writes, int entries, long bytes, long nanos) {
        LogFlush event = new LogFlush();
        if (event.isEnabled()) {
            event.took = nanos;
            event.writes = writes;
            event.entries = entries;
            event.bytes = bytes;
            commit(event);
        }
    }

    @Override
    public void snapshotTaken(SnapshotMeta meta, long captureNanos, long totalNanos) {
        SnapshotTaken event = new SnapshotTaken();
        if (event.isEnabled()) {
            event.capture = captureNanos;
            commit(event, meta, totalNanos);
        }
    }

    @Override
    public void snapshotInstalled(SnapshotMeta meta, long nanos) {
        SnapshotInstalled event = new SnapshotInstalled();
        if (event.isEnabled()) {
            commit(event, meta, nanos);
        }
    }

    private void commit(Snapshot event, SnapshotMeta meta, long nanos) {
        event.took = nanos;
        event.lastIncludedIndex = meta.lastIncludedIndex();
        event.bytes = meta.sizeBytes();
        commit(event);
    }

    private void commit(NodeEvent event) {
        event.node = node;
        event.group = group;
        if (event.shouldCommit()) {
            event.commit();
        }
    }
}
