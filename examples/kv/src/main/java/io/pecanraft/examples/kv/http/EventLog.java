package io.pecanraft.examples.kv.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import io.pecanraft.RaftEvent;
import io.pecanraft.model.NodeId;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;

/** The last {@value #MAX_EVENTS} things that happened to this node, in words. Older ones are in the log file. Thread-safe. */
final class EventLog {

    private static final int MAX_EVENTS = 100;
    private static final int MAX_TEXT = 300;

    private record Happened(long sequence, long atMillis, String kind, String text) {}

    private final Clock clock;
    private final Deque<Happened> last = new ArrayDeque<>();
    private long sequence;

    EventLog(Clock clock) {
        this.clock = clock;
    }

    void add(RaftEvent event) {
        if (event instanceof RaftEvent.RoleChanged role) {
            note(
                    "role",
                    lower(role.from()) + " → " + lower(role.to()) + " in term " + role.term() + ": " + role.reason());
        } else if (event instanceof RaftEvent.LeaderChanged leader) {
            Optional<String> name = leader.leader().map(NodeId::value);
            note(
                    "leader",
                    name.map(known -> known + " leads").orElse("no leader is known") + " in term " + leader.term());
        } else if (event instanceof RaftEvent.MembershipChanged changed) {
            note(
                    "members",
                    (changed.membership().isJoint() ? "joint configuration: " : "configuration: ")
                            + String.join(
                                    ", ",
                                    changed.membership().members().stream()
                                            .map(member -> member.node().value())
                                            .toList()));
        } else if (event instanceof RaftEvent.FormationChanged formation) {
            note(
                    "forming",
                    formation
                            .conflict()
                            .orElse(
                                    formation.missing().isEmpty()
                                            ? "the cluster is formed"
                                            : "waits for " + formation.missing()));
        } else if (event instanceof RaftEvent.SnapshotTaken taken) {
            note("snapshot", "took a snapshot at index " + taken.snapshot().lastIncludedIndex());
        } else if (event instanceof RaftEvent.SnapshotInstalled installed) {
            note(
                    "snapshot",
                    "installed the leader's snapshot at index "
                            + installed.snapshot().lastIncludedIndex());
        } else if (event instanceof RaftEvent.StorageLow low) {
            note("storage", low.reason());
        } else if (event instanceof RaftEvent.StorageRoomAgain) {
            note("storage", "there is room on the disk again");
        } else if (event instanceof RaftEvent.StorageDamaged damaged) {
            note("storage", damaged.what());
        } else if (event instanceof RaftEvent.NodeFailed failed) {
            note("failed", String.valueOf(failed.failure().getMessage()));
        } else if (event instanceof RaftEvent.EventsLost lost) {
            note("lost", lost.count() + " events");
        }
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private synchronized void note(String kind, String text) {
        sequence++;
        last.addLast(new Happened(
                sequence, clock.millis(), kind, text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…"));
        if (last.size() > MAX_EVENTS) {
            last.removeFirst();
        }
    }

    synchronized JsonArray json() {
        JsonArray array = new JsonArray();
        for (Happened each : last) {
            JsonObject json = new JsonObject();
            json.addProperty("sequence", each.sequence());
            json.addProperty("at", each.atMillis());
            json.addProperty("kind", each.kind());
            json.addProperty("text", each.text());
            array.add(json);
        }
        return array;
    }
}
