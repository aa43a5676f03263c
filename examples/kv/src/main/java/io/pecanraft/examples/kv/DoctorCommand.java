package io.pecanraft.examples.kv;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kv doctor}: what is wrong, and what to do. */
@Command(
        name = "doctor",
        description = "Asks every node how it is, and says in words what is wrong and what to type.",
        exitCodeList = {"0:all is well", "2:wrong command line", "5:no node said how it is", "6:something was found"})
final class DoctorCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private AskedNodes nodes;

    @Override
    public Integer call() {
        List<NodeReport> reports = nodes.ask();
        List<Finding> findings = Diagnosis.of(reports, Instant.now());
        PrintWriter out = spec.commandLine().getOut();
        if (findings.isEmpty()) {
            NodeReport leader =
                    reports.stream().filter(NodeReport::isLeader).findFirst().orElseThrow();
            out.println("All is well: " + reports.size() + " nodes, " + leader.node() + " leads in term "
                    + leader.text("term") + ", no follower lags.");
        }
        for (Finding finding : findings) {
            out.println((finding.grave() ? "[!!] " : "[ !] ") + finding.what());
            out.println("     -> " + finding.advice());
        }
        out.flush();
        if (findings.isEmpty()) {
            return ExitCode.OK;
        }
        return reports.stream().anyMatch(NodeReport::reachable) ? ExitCode.UNWELL : ExitCode.UNREACHABLE;
    }
}
