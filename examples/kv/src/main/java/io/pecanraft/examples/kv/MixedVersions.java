package io.pecanraft.examples.kv;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Nodes that do not run the same: a rolling upgrade that is under way, or was left at that. */
final class MixedVersions {

    private final List<NodeReport> up;
    private final Optional<NodeReport> leader;

    private MixedVersions(List<NodeReport> up) {
        this.up = up;
        this.leader = NodeReport.leader(up);
    }

    /** Of the nodes that answer; empty when they run the same. */
    static Optional<Finding> finding(List<NodeReport> up) {
        return new MixedVersions(up).finding();
    }

    private Optional<Finding> finding() {
        Optional<String> commands = leader.flatMap(this::commands);
        Optional<String> programs = programs();
        if (commands.isEmpty() && programs.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(Finding.minor(
                Stream.of(commands, programs).flatMap(Optional::stream).collect(Collectors.joining("; ")),
                finishUpgrade() + (commands.isEmpty() ? "" : "; commands of a new format wait until all have it")));
    }

    /** Each server knows its own application version, and the leader has heard that of others, perhaps of some that are not asked. */
    private Optional<String> commands(NodeReport leads) {
        Map<String, Long> versions = new TreeMap<>();
        for (JsonObject follower : leads.list("followers")) {
            JsonElement version = follower.get("applicationVersion");
            if (version != null && !version.isJsonNull()) {
                versions.put(follower.get("node").getAsString(), version.getAsLong());
            }
        }
        up.forEach(report -> versions.put(report.node(), report.number("applicationVersion")));
        long newest = Collections.max(versions.values());
        String older = versions.entrySet().stream()
                .filter(each -> each.getValue() < newest)
                .map(each -> each.getKey() + " runs " + each.getValue())
                .collect(Collectors.joining(", "));
        return older.isEmpty()
                ? Optional.empty()
                : Optional.of("mixed versions: " + older + ", the newest is " + newest);
    }

    /**
     * Releases with one application version differ as well. Which of two is the newer is for people to say; a server of an earlier release does
     * not say what it runs.
     */
    private Optional<String> programs() {
        Map<String, List<String>> nodes = new TreeMap<>();
        up.stream()
                .filter(report -> report.has("version"))
                .forEach(report -> nodes.computeIfAbsent(report.text("version"), version -> new ArrayList<>())
                        .add(report.node()));
        return nodes.size() < 2
                ? Optional.empty()
                : Optional.of("mixed programs: "
                        + nodes.entrySet().stream()
                                .map(each -> each.getKey() + " on " + String.join(", ", each.getValue()))
                                .collect(Collectors.joining("; ")));
    }

    private String finishUpgrade() {
        String last = leader.map(each -> ", the leader " + each.node() + " last, after RAFT TRANSFER there")
                .orElse("");
        return "if this is a rolling upgrade, go on with it: the new program and a restart (kv server) for one after the other"
                + last + "; in step again (kv status) before the next. The order is in docs/upgrades.md";
    }
}
