package io.pecanraft.examples.kv;

import io.pecanraft.log.chronicle.NewCluster;
import io.pecanraft.log.chronicle.StorageInspection;
import io.pecanraft.log.chronicle.StorageReport;
import io.pecanraft.model.EntryId;
import io.pecanraft.spi.StorageException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kv recover}: a new cluster from one directory, when the others are gone for good. */
@Command(
        name = "recover",
        description = {
            "When a majority of a cluster's disks is gone for good: makes a directory for the first server of a new cluster,",
            "with everything that one server of the old cluster still has. What others had acknowledged and this one had not,",
            "is lost. First stop all servers of the old cluster that are left, compare how far they go in all (kv log",
            "verify), and take the one where that entry has the highest term, and of those the highest index. The old directory is only read."
        },
        exitCodeList = {
            "0:done",
            "1:nothing was made: it was not confirmed, or nothing of the old directory is sound",
            "2:wrong command line, the old directory cannot be read, or the new one is not empty"
        })
final class RecoverCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--force-new-cluster",
            required = true,
            description =
                    "Must be said: the new cluster does not wait for the old one's majority, and may lack what it had.")
    @SuppressWarnings("unused") // that it was said is all
    private boolean forceNewCluster;

    @Mixin
    private DataDirectory directory;

    @Option(
            names = "--new-data",
            required = true,
            paramLabel = "DIR",
            description =
                    "The directory of the new cluster's first server. Missing or empty; appears whole or not at all.")
    private Path newData;

    @Mixin
    private NewClusterOptions options;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        NewCluster cluster = options.cluster();
        try (StorageInspection source = directory.inspect()) {
            sayWhatMayBeLost(source.report(), out);
            if (!yes && !Confirmation.isGiven(out)) {
                throw new KvException(ExitCode.FAILURE, "not confirmed; nothing was made");
            }
            EntryId last = cluster.takeOver(source, newData);
            options.sayHowToGoOn(last, newData, out);
            out.flush();
            return ExitCode.OK;
        } catch (StorageException e) {
            throw DataDirectory.refused(e);
        }
    }

    private static void sayWhatMayBeLost(StorageReport report, PrintWriter out) {
        ReportText.print(report, out);
        out.println("lost for certain: " + ReportText.lost(report) + " of this directory");
        out.println("lost perhaps: whatever the others had acknowledged after " + report.end()
                + ", and nobody can tell how much that was");
        out.println("kept perhaps: entries at the end that were never acknowledged to anybody");
        out.println("if any other server of the old cluster still runs, or its disk can be saved, stop here");
    }
}
