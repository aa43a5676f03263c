package io.pecanraft.examples.kv;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import java.io.PrintWriter;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kv status}: how the nodes are, in their own words. */
@Command(
        name = "status",
        description = "Asks every node for its role, term, leader, indexes, and the lag of its followers.",
        exitCodeList = {
            "0:at least one node said how it is; the others are shown as unreachable or refused",
            "2:wrong command line",
            "5:no node said how it is; with --strict, not all of them, or there is no leader"
        })
final class StatusCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private AskedNodes nodes;

    @Option(names = "--json", description = "Print a JSON array, one object per node.")
    private boolean json;

    @Option(names = "--strict", description = "Fail unless all nodes answer and there is a leader.")
    private boolean strict;

    @Override
    public Integer call() {
        List<NodeReport> reports = nodes.ask();
        PrintWriter out = spec.commandLine().getOut();
        out.print(json ? json(reports) : table(reports));
        out.flush();
        boolean healthy = reports.stream().allMatch(NodeReport::reachable)
                && (reports.stream().anyMatch(NodeReport::isLeader)
                        || NodeReport.leaderElsewhere(reports).isPresent());
        boolean any = reports.stream().anyMatch(NodeReport::reachable);
        return (strict ? healthy : any) ? ExitCode.OK : ExitCode.UNREACHABLE;
    }

    private static String json(List<NodeReport> reports) {
        JsonArray array = new JsonArray();
        reports.forEach(report -> array.add(report.json()));
        return new GsonBuilder().serializeNulls().setPrettyPrinting().create().toJson(array) + System.lineSeparator();
    }

    private static String table(List<NodeReport> reports) {
        TextTable table = new TextTable(
                "NODE",
                "ADDRESS",
                "ROLE",
                "TERM",
                "LEADER",
                "COMMIT",
                "APPLIED",
                "LAST",
                "VERSION",
                "PID",
                "FOLLOWER LAG");
        StringBuilder notes = new StringBuilder();
        for (NodeReport report : reports) {
            table.row(
                    report.node(),
                    report.address().toString(),
                    report.roleOrState(),
                    report.text("term"),
                    report.text("leader"),
                    report.text("commitIndex"),
                    report.text("appliedIndex"),
                    report.text("lastIndex"),
                    report.text("applicationVersion"),
                    report.text("pid"),
                    report.lag());
            report.silence().ifPresent(silence -> note(notes, report.node() + ": " + silence));
            if (!report.missing().isEmpty()) {
                note(notes, report.node() + " waits for " + report.missing() + " to form the cluster");
            }
            if (report.reachable() && !report.text("failure").equals("-")) {
                note(notes, report.node() + " failed: " + report.text("failure"));
            }
            if (!report.text("advice").equals("-")) {
                note(notes, report.text("advice"));
            }
        }
        otherMembers(reports, notes);
        return table.toString() + notes;
    }

    /** Members that are not in the table. Where their clients connect only they know. */
    private static void otherMembers(List<NodeReport> reports, StringBuilder notes) {
        Set<String> shown = reports.stream().map(NodeReport::node).collect(Collectors.toSet());
        reports.stream()
                .filter(NodeReport::reachable)
                .max(Comparator.comparing(NodeReport::isLeader).thenComparing(report -> report.number("commitIndex")))
                .ifPresent(newest -> newest.list("members").stream()
                        .filter(member -> !shown.contains(member.get("node").getAsString()))
                        .forEach(member -> note(
                                notes,
                                member.get("node").getAsString() + " is a member too, with Raft address "
                                        + member.get("address").getAsString()
                                        + "; it was not asked, or did not answer (see --servers)")));
    }

    private static void note(StringBuilder notes, String line) {
        notes.append(line).append(System.lineSeparator());
    }
}
