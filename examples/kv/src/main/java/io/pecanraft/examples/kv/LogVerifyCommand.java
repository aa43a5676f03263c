package io.pecanraft.examples.kv;

import io.pecanraft.log.chronicle.StorageInspection;
import io.pecanraft.log.chronicle.StorageReport;
import io.pecanraft.log.chronicle.StorageReport.Verdict;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code kv log verify}: whether a data directory holds what was acknowledged. */
@Command(
        name = "verify",
        description = {
            "Reads everything in a data directory, all segments, term and vote, snapshots, and says whether it is what was",
            "acknowledged: intact, torn tail (a start cuts it), or damaged, with file, offset and index. Changes no byte."
        },
        exitCodeList = {
            "0:intact, or a torn tail",
            "1:something that was acknowledged is damaged",
            "2:wrong command line, or the directory cannot be read: a server uses it, there is none, another version"
        })
final class LogVerifyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private DataDirectory directory;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (StorageInspection inspection = directory.inspect()) {
            StorageReport report = inspection.report();
            ReportText.print(report, out);
            out.flush();
            return report.verdict() == Verdict.DAMAGED ? ExitCode.DAMAGED : ExitCode.OK;
        }
    }
}
