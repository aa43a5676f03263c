package io.pecanraft.examples.kv;

import io.pecanraft.log.chronicle.SnapshotArchive;
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

/** {@code kv restore}: a new cluster from a backup. */
@Command(
        name = "restore",
        description = {
            "Makes a directory for the first server of a new cluster, with what a backup holds. Further servers are added to it as",
            "to any cluster. The backup is read to its end first, and compared with its checksums."
        },
        exitCodeList = {
            "0:done",
            "1:the backup is damaged, or is none",
            "2:wrong command line, the directory is not empty, or something cannot be read or written"
        })
final class RestoreCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--from", required = true, paramLabel = "FILE", description = "Written by kv backup.")
    private Path from;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "The directory of the first server. Missing or empty; appears whole or not at all.")
    private Path data;

    @Mixin
    private NewClusterOptions options;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            ReportText.print(from, SnapshotArchive.verify(from), out);
            EntryId last = options.cluster().restore(from, data);
            options.sayHowToGoOn(last, data, out);
            out.flush();
            return ExitCode.OK;
        } catch (StorageException e) {
            throw DataDirectory.refused(e);
        }
    }
}
