package io.pecanraft.examples.kv;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Why none of the nodes that answer leads, and what to do. */
final class Leaderless {

    /** Gives up what the disks that are gone held; so not while a node may be well, or become so by itself. */
    private static final String LAST_RESORT =
            " Only if the disks of a majority are gone for good: kv recover --force-new-cluster";

    private final List<NodeReport> all;
    private final List<NodeReport> up;

    private Leaderless(List<NodeReport> all) {
        this.all = all;
        this.up = all.stream().filter(NodeReport::reachable).toList();
    }

    /** Empty where another finding says what is amiss. */
    static Optional<Finding> finding(List<NodeReport> all) {
        return new Leaderless(all).finding();
    }

    private Optional<Finding> finding() {
        Optional<String> elsewhere = NodeReport.leaderElsewhere(all);
        if (elsewhere.isPresent()) { // a leader that nobody asked is no less a leader: followers name it
            String how = all.stream().anyMatch(NodeReport::nameless)
                    ? " leads by what its followers know, and was not asked or did not answer"
                    : " leads, and was not asked";
            return Optional.of(Finding.minor(
                    elsewhere.get() + how + ": what only a leader knows is missing here",
                    "ask again: who lost its leader says so after seconds; and name the RESP addresses of all nodes, which"
                            + " CLUSTER NODES answers: kv doctor --servers"));
        }
        if (all.stream().anyMatch(report -> report.unheard() && isNamed(report.node()))) {
            return Optional.empty();
        }
        boolean forming = up.stream().anyMatch(report -> !report.missing().isEmpty());
        return forming ? Optional.empty() : Optional.of(noLeader());
    }

    /** Whether somebody follows it. */
    private boolean isNamed(String node) {
        return up.stream()
                .anyMatch(report -> report.role().equals("FOLLOWER")
                        && report.text("leader").equals(node));
    }

    private Finding noLeader() {
        String starting =
                up.stream().filter(NodeReport::starting).map(NodeReport::node).collect(Collectors.joining(", "));
        return Finding.grave(
                "there is no leader: nothing can be written or read linearizably; " + up.size() + " nodes answer",
                "a leader needs " + majority() + ": "
                        + (starting.isEmpty() ? "" : "wait for " + starting + " to read log and snapshot; ")
                        + "start those that are down (kv server). If enough are up, an election takes a second or two;"
                        + " after that check that they reach each other's Raft ports."
                        + (starting.isEmpty() && all.stream().noneMatch(NodeReport::unheard) ? LAST_RESORT : ""));
    }

    /** As the node with the most of the log knows it: whoever is behind may know an earlier configuration. */
    private String majority() {
        Optional<NodeReport> newest = up.stream()
                .filter(report -> !report.list("members").isEmpty())
                .max(Comparator.comparingLong(report -> report.number("lastIndex")));
        if (newest.isEmpty()) {
            return "a majority of its voters";
        }
        if (newest.get().flag("joint")) {
            return "a majority of the old and of the new voters"; // who votes in which, they do not say
        }
        long voters = newest.get().list("members").stream()
                .filter(member -> member.get("vote").getAsString().equals("VOTER"))
                .count();
        return voters / 2 + 1 + " of its " + voters + " voters";
    }
}
