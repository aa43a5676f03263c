package io.pecanraft.examples.kv;

import com.google.gson.JsonObject;
import io.pecanraft.examples.kv.command.StatusJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** What is wrong with a cluster, judged from what its nodes say of themselves. */
final class Diagnosis {

    /** A follower that is this far behind, or a state machine, is worth a word. */
    private static final long MANY_ENTRIES = 10_000;

    /** So long a write to the log takes on no sound disk, and a few of them in a row come near an election timeout. */
    private static final long SLOW_WRITE_MILLIS = 250;

    /** Servers that follow a time server are closer together than that. */
    private static final long CLOCKS_APART_MILLIS = 2_000;

    /** Meeting a new server and a majority takes a few round trips; catching up takes as long as it takes. */
    private static final long LONG_CHANGE_MILLIS = 10_000;

    /** Time enough to have a certificate issued. */
    private static final Duration SOON = Duration.ofDays(14);

    private static final String CLOCK_AHEAD = "clockAheadMillis";

    private static final String DO_WHAT_IT_SAYS = "do what it says, and ask again: kv doctor";

    private final List<NodeReport> all;
    private final List<NodeReport> up;
    private final Instant now;
    private final List<Finding> findings = new ArrayList<>();

    private Diagnosis(List<NodeReport> reports, Instant now) {
        this.all = reports;
        this.now = now;
        this.up = reports.stream().filter(NodeReport::reachable).toList();
    }

    /** All findings, the grave ones first. */
    static List<Finding> of(List<NodeReport> reports, Instant now) {
        Diagnosis diagnosis = new Diagnosis(reports, now);
        diagnosis.judge();
        return diagnosis.findings.stream()
                .sorted((one, other) -> Boolean.compare(other.grave(), one.grave()))
                .toList();
    }

    /** The member of which a report is; a placeholder where only an address is known, because it did not answer. */
    private static String id(NodeReport report) {
        return report.node().equals(report.address().toString()) ? "<id>" : report.node();
    }

    private void judge() {
        if (up.isEmpty()) {
            findings.add(nobody());
            return;
        }
        sameCluster();
        silent();
        for (NodeReport report : up) {
            node(report);
            damages(report);
            certificates(report);
        }
        clocks();
        leaders();
        MixedVersions.finding(up).ifPresent(findings::add);
    }

    private void sameCluster() {
        Set<String> clusters =
                up.stream().map(report -> report.text("cluster")).collect(Collectors.toCollection(TreeSet::new));
        if (clusters.size() > 1) {
            findings.add(Finding.grave(
                    "these nodes belong to different clusters: " + String.join(", ", clusters),
                    "compare the --members of each: the same list founds the same cluster"));
        }
    }

    private Finding nobody() {
        boolean allSilent = all.stream().noneMatch(NodeReport::unheard);
        List<String> advice = new ArrayList<>(all.stream()
                .flatMap(report -> report.silence().flatMap(Silence::remedy).stream())
                .distinct()
                .toList());
        if (!all.stream().allMatch(NodeReport::unheard)) {
            advice.add("start " + (allSilent ? "them" : "the others")
                    + " (kv cluster, or kv server for each), or name their RESP addresses with --servers");
        }
        if (advice.isEmpty()) {
            advice.add(DO_WHAT_IT_SAYS);
        }
        return Finding.grave(
                (allSilent ? "no node answers: " : "no node says how it is: ")
                        + all.stream()
                                .map(report -> report.node() + " at " + report.address() + " (" + why(report) + ")")
                                .collect(Collectors.joining(", ")),
                String.join("; ", advice));
    }

    private static String why(NodeReport report) {
        return report.silence().map(Silence::why).orElse("");
    }

    private void silent() {
        for (NodeReport report : all) {
            report.silence().ifPresent(silence -> findings.add(silent(report, silence)));
        }
    }

    /** A node that may be well is not to be given up, only because it was not asked as it wants to be. */
    private static Finding silent(NodeReport report, Silence silence) {
        String node = report.node() + " at " + report.address();
        if (silence.refused()) {
            return Finding.minor(
                    node + " is up, and does not say how it is: " + silence.why(),
                    silence.remedy().orElse(DO_WHAT_IT_SAYS));
        }
        String start =
                "is its process up? The last lines of its log say why it ended; start it again with the same --data: kv"
                        + " server --id " + id(report);
        return Finding.minor(
                node + " does not answer: " + silence.why(),
                silence.remedy()
                        .map(remedy -> remedy + "; else, " + start)
                        .orElseGet(() -> start + ". " + gone(id(report))));
    }

    /** Whether its own finding says what to do. */
    private boolean isSilent(String node) {
        return all.stream().anyMatch(report -> report.node().equals(node) && !report.reachable());
    }

    private boolean isStarting(String node) {
        return up.stream().anyMatch(report -> report.node().equals(node) && report.starting());
    }

    /** What to do about a member that does not come back as it was. */
    private static String gone(String node) {
        return "If its data is lost, start it as before (with --join if it had founded its cluster alone) with an empty --data, and"
                + " then, at the leader: RAFT REPLACE "
                + node + ". If it does not come back: RAFT REMOVE " + node;
    }

    private void node(NodeReport report) {
        String node = report.node();
        if (!report.text("failure").equals("-")) {
            findings.add(Finding.grave(
                    node + " stopped itself: " + report.text("failure"),
                    "do what the message says (kv log verify looks at its --data), then restart " + node
                            + " with the same --data: kv server --id " + node));
        }
        if (report.starting()) {
            findings.add(Finding.minor(
                    node + " reads its log and snapshot, and takes no part before it has done so",
                    "wait; with much log since the last snapshot this takes long"));
        }
        if (!report.missing().isEmpty()) {
            findings.add(Finding.grave(
                    node + " waits for " + report.missing() + " to form the cluster",
                    "start them with the same --members, kv server --id "
                            + String.join(", kv server --id ", report.texts("missing"))
                            + "; a cluster forms only when all of its founders are there"));
        }
        if (!report.text("advice").equals("-")) {
            findings.add(Finding.grave(
                    node + " takes no part in the cluster (" + report.text("standing") + ")", report.text("advice")));
        }
        long unapplied = report.number("commitIndex") - report.number("appliedIndex");
        if (unapplied > MANY_ENTRIES) {
            findings.add(Finding.minor(
                    "the state machine of " + node + " is " + unapplied + " entries behind what is committed",
                    "is its processor saturated? If the number does not shrink, take a thread dump: jcmd "
                            + report.text("pid") + " Thread.print"));
        }
        long writeMillis = report.number("writeMillis");
        if (writeMillis > SLOW_WRITE_MILLIS) {
            findings.add(Finding.minor(
                    "the disk of " + node + " is slow: what is written to the log is durable after " + writeMillis
                            + " ms",
                    "is it shared, or failing? Look on " + node
                            + ": iostat -x 1, dmesg; its metric raft.log.flush has the course"
                            + (report.isLeader()
                                    ? ". It leads, and every write waits for that; hand over: RAFT TRANSFER"
                                    : "")));
        }
        if (!report.text("storageLack").equals("-")) {
            findings.add(Finding.grave(
                    node + " takes no new commands, for its disk is nearly full: " + report.text("storageLack"),
                    "free space on the disk of " + node
                            + " (df -h), or give it more; it goes on by itself when there is room again"));
        }
    }

    /** Nothing is decided by wall clocks; but people read logs by them, and certificates are valid by them. */
    private void clocks() {
        List<NodeReport> earliestFirst = up.stream()
                .filter(report -> report.has(CLOCK_AHEAD))
                .sorted(Comparator.comparingLong(report -> report.number(CLOCK_AHEAD)))
                .toList();
        if (earliestFirst.isEmpty()) {
            return;
        }
        long middle = earliestFirst.get(earliestFirst.size() / 2).number(CLOCK_AHEAD);
        String apart = earliestFirst.stream()
                .filter(report -> Math.abs(report.number(CLOCK_AHEAD) - middle) > CLOCKS_APART_MILLIS)
                .map(report -> apart(report.node(), report.number(CLOCK_AHEAD) - middle))
                .collect(Collectors.joining(", "));
        if (!apart.isEmpty()) {
            findings.add(Finding.minor(
                    "wall clocks differ: " + apart,
                    "are these servers set by a time server? Look there: timedatectl. Raft goes by other clocks, but logs side by"
                            + " side mislead, and certificates seem expired, or not yet valid"));
        }
    }

    private static String apart(String node, long aheadMillis) {
        return node + " is " + Math.abs(aheadMillis) / 1_000.0 + " s " + (aheadMillis > 0 ? "ahead" : "behind");
    }

    private void damages(NodeReport report) {
        String node = report.node();
        for (String damage : report.texts("damages")) {
            findings.add(Finding.minor(
                    node + " has found damage on its disk: " + damage,
                    "look at the disk of " + node + " (dmesg, smartctl -a); then, while the other nodes run, restart "
                            + node + " with the same --data: it takes from them what is damaged"));
        }
    }

    private void certificates(NodeReport report) {
        for (JsonObject certificate : report.list("certificates")) {
            Instant expires = Instant.parse(certificate.get("expires").getAsString());
            if (expires.isAfter(now.plus(SOON))) {
                continue;
            }
            String file = certificate.get("file").getAsString();
            String option = certificate.get("option").getAsString();
            String what = "the certificate of " + report.node() + " in " + file + " (" + option + ")";
            String advice = "issue another for the same names and put it there, with its key; "
                    + (certificate.get("followed").getAsBoolean()
                            ? report.node() + " takes it within ten seconds, without a restart"
                            : "then restart " + report.node() + ", which reads it at its start only")
                    + ". Look: openssl x509 -noout -enddate -in " + file;
            findings.add(
                    expires.isAfter(now)
                            ? Finding.minor(
                                    what + " expires in " + inWords(Duration.between(now, expires)) + ", at " + expires,
                                    advice)
                            : Finding.grave(
                                    what + " expired at " + expires + ": new connections are refused for it", advice));
        }
    }

    private static String inWords(Duration time) {
        return time.toDays() >= 2 ? time.toDays() + " days" : time.toHours() + " hours";
    }

    private void leaders() {
        List<NodeReport> leaders = up.stream().filter(NodeReport::isLeader).toList();
        if (leaders.isEmpty()) {
            Leaderless.finding(all).ifPresent(findings::add);
            return;
        }
        Set<String> terms = leaders.stream().map(leader -> leader.text("term")).collect(Collectors.toSet());
        if (terms.size() < leaders.size()) {
            findings.add(Finding.grave(
                    "two nodes lead in one term, which must never be",
                    "stop the cluster, keep the data directories and logs, and report it"));
        } else if (leaders.size() > 1) {
            findings.add(Finding.minor(
                    "more than one node believes to lead: " + names(leaders)
                            + ". The one of the earlier term is cut off and steps down",
                    "look again in a few seconds (kv doctor); if it stays, check the network between them"));
        }
        NodeReport leader = NodeReport.leader(up).orElseThrow();
        leader.object("membershipChange").ifPresent(change -> change(leader, change));
        leader.list("followers").forEach(follower -> follower(leader, follower));
    }

    private void change(NodeReport leader, JsonObject change) {
        long millis = change.get("millis").getAsLong();
        String what = "a change of the membership is under way for " + millis / 1_000 + " s and waits for "
                + change.get("waitsFor").getAsString();
        findings.add(
                millis < LONG_CHANGE_MILLIS
                        ? Finding.minor(what, "nothing yet; look again in a few seconds")
                        : Finding.minor(
                                "stuck? " + what,
                                "start whom it waits for (kv server; with --join one that is added), and check that "
                                        + leader.node()
                                        + " reaches their Raft ports; RAFT MEMBERS says how far it is."
                                        + " A server that does not answer or makes no progress is given"
                                        + " up after a while, and whoever asked is told; two configurations at once need both"
                                        + " majorities and go on by themselves when these are up"));
    }

    private void follower(NodeReport leader, JsonObject follower) {
        String node = follower.get("node").getAsString();
        if (isStarting(node)) {
            return; // it is silent, or behind, for its own finding's reason
        }
        long silence = follower.get("millisSinceContact").getAsLong();
        long lag = follower.get("lagEntries").getAsLong();
        if (silence < 0 || silence > StatusJson.LONG_SILENCE_MILLIS) {
            findings.add(Finding.minor(
                    leader.node() + ", which leads, has not heard of " + node
                            + (silence < 0 ? " in its term" : " for " + silence / 1_000 + " s"),
                    "is " + node + " up? If so check that " + leader.node() + " and " + node
                            + " reach each other's Raft ports" + (isSilent(node) ? "" : ". " + gone(node))));
        } else if (follower.get("replication").getAsString().equals("SNAPSHOT")) {
            findings.add(Finding.minor(
                    node + " was away for so long that it gets a snapshot",
                    "nothing to do; if that happens often, keep more of the log (kv server --retained-log-entries), or find out why"
                            + " it lags"));
        } else if (lag > MANY_ENTRIES) {
            findings.add(Finding.minor(
                    node + " is " + lag + " entries behind",
                    "look again (kv status): if it grows, the disk or the network of " + node + " is too slow"));
        }
    }

    private static String names(List<NodeReport> reports) {
        return reports.stream()
                .map(report -> report.node() + " in term " + report.text("term"))
                .collect(Collectors.joining(", "));
    }
}
