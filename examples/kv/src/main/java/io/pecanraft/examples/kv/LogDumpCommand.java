package io.pecanraft.examples.kv;

import io.pecanraft.log.chronicle.StorageInspection;
import io.pecanraft.log.chronicle.StorageReport;
import io.pecanraft.log.chronicle.StorageReport.Verdict;
import io.pecanraft.model.LogEntry;
import io.pecanraft.spi.StorageException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code kv log dump}: the entries of a log, readably. */
@Command(
        name = "dump",
        description = {
            "Prints the entries of the log, one a line: index, term, time, kind, bytes, and what it says. Where the log is",
            "damaged, those before the damage."
        },
        exitCodeList = {
            "0:the entries were printed",
            "1:so they were, but the directory is damaged: see kv log verify",
            "2:wrong command line, or the directory cannot be read"
        })
final class LogDumpCommand implements Callable<Integer> {

    /** So often it is looked whether anybody still reads. */
    private static final int ENTRIES_BETWEEN_CHECKS = 1_000;

    @Spec
    private CommandSpec spec;

    @Mixin
    private DataDirectory directory;

    @Option(
            names = "--from",
            paramLabel = "INDEX",
            defaultValue = "1",
            description = "The first entry; default: where the log begins.")
    private long from;

    @Option(names = "--to", paramLabel = "INDEX", description = "The last entry; default: where the log ends.")
    private long to = Long.MAX_VALUE;

    @Option(names = "--json", description = "Print a JSON object a line.")
    private boolean json;

    @Override
    public Integer call() {
        if (from < 1 || to < from) {
            throw new ParameterException(
                    spec.commandLine(), "--from must be at least 1 and at most --to, got " + from + " and " + to);
        }
        PrintWriter out = spec.commandLine().getOut();
        Function<LogEntry, String> form = json ? EntryText::json : EntryText::line;
        try (StorageInspection inspection = directory.inspect()) {
            inspection.forEachEntry(from, to, entry -> {
                out.println(form.apply(entry));
                if (entry.index() % ENTRIES_BETWEEN_CHECKS == 0 && out.checkError()) {
                    throw new KvException(
                            ExitCode.FAILURE, "nobody reads what is printed; stopped at " + entry.index());
                }
            });
            out.flush();
            StorageReport report = inspection.report();
            if (report.verdict() == Verdict.DAMAGED) {
                spec.commandLine().getErr().println(ReportText.verdict(report));
                return ExitCode.DAMAGED;
            }
            return ExitCode.OK;
        } catch (StorageException e) {
            throw DataDirectory.refused(e);
        }
    }
}
