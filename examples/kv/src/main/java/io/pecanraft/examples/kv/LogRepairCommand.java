package io.pecanraft.examples.kv;

import io.pecanraft.log.chronicle.ChronicleStorageConfig;
import io.pecanraft.log.chronicle.StorageRepair;
import io.pecanraft.log.chronicle.StorageReport;
import io.pecanraft.log.chronicle.StorageReport.AtStart;
import io.pecanraft.spi.StorageException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kv log repair}: cuts a log, and keeps what it cuts. */
@Command(
        name = "repair",
        description = {
            "Cuts the torn tail of a log, as a start does; and with --discard-acknowledged what is damaged of acknowledged",
            "entries, and all behind it. What is cut is kept beside the data. The server remembers what it has lost: it is",
            "refilled by the other servers, and does not vote as if its log had always been short."
        },
        exitCodeList = {
            "0:done, or there was nothing to do",
            "1:nothing was changed: it would have discarded acknowledged entries, a start would refuse, or it was not confirmed",
            "2:wrong command line, or the directory cannot be read",
            "3:the directory cannot be written"
        })
final class LogRepairCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Mixin
    private DataDirectory directory;

    @Option(
            names = "--discard-acknowledged",
            description =
                    "Discard entries that this server has acknowledged and that are damaged, and all behind them.")
    private boolean discardAcknowledged;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (StorageRepair repair = directory.repair()) {
            StorageReport report = repair.report();
            ReportText.print(report, out);
            if (report.atStart() == AtStart.GOES_ON || report.atStart() == AtStart.GOES_ON_BEING_REFILLED) {
                out.println("there is nothing to cut; nothing was changed");
                out.flush();
                return ExitCode.OK;
            }
            requirePermitted(report);
            if (!yes && !isConfirmed(report, out)) {
                throw new KvException(ExitCode.FAILURE, "not confirmed; nothing was changed");
            }
            StorageRepair.Outcome outcome = run(repair);
            out.println("the log ends at " + outcome.last() + "; what was cut is in "
                    + outcome.keptIn().orElseThrow() + ", remove it when it has been examined");
            if (report.atStart() == AtStart.REFILLS_FROM_OTHERS) {
                out.println("lost here: " + ReportText.lost(report)
                        + ". Start the server while the others run; they have copies, and it takes them from there");
            }
            out.flush();
            return ExitCode.OK;
        }
    }

    private void requirePermitted(StorageReport report) {
        boolean discards = report.atStart() == AtStart.REFILLS_FROM_OTHERS;
        if (discards && !discardAcknowledged) {
            throw new KvException(
                    ExitCode.DAMAGED,
                    "nothing was changed: this server has acknowledged what is damaged. A start of the server does by itself"
                            + " what is needed, while the others run; to do it by hand, and keep what is cut, say"
                            + " --discard-acknowledged");
        }
        if (!discards && report.atStart() != AtStart.CUTS_TORN_TAIL) {
            throw new KvException(
                    ExitCode.DAMAGED, "nothing was changed: cutting the log does not mend this, see above");
        }
    }

    private boolean isConfirmed(StorageReport report, PrintWriter out) {
        out.println(
                report.atStart() == AtStart.CUTS_TORN_TAIL
                        ? "the torn tail will be cut; nothing of it was acknowledged, unless the server ran with process-crash and the"
                                + " power failed"
                        : "the log will end at " + report.last() + "; lost here: " + ReportText.lost(report));
        return Confirmation.isGiven(out);
    }

    private StorageRepair.Outcome run(StorageRepair repair) {
        try {
            return repair.run(discardAcknowledged, ChronicleStorageConfig.defaults());
        } catch (StorageException e) {
            throw new KvException(ExitCode.STORAGE, e.getMessage() + " (" + e.reason() + ")", e);
        }
    }
}
