package io.pecanraft.examples.kv;

import io.pecanraft.log.chronicle.SnapshotArchive;
import io.pecanraft.spi.StorageException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code kv backup}: the newest snapshot of a server in one file. */
@Command(
        name = "backup",
        description = {
            "Writes the newest snapshot of a server to one file, which kv restore makes a new cluster of. The server may be",
            "running. What came after the snapshot is not in it: for everything up to now, RAFT SNAPSHOT on that server first."
        },
        exitCodeList = {
            "0:done",
            "1:no snapshot of this server is whole",
            "2:wrong command line, there is no snapshot yet, the file exists, or something cannot be read or written"
        })
final class BackupCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "The directory that the server is given.")
    private Path data;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FILE",
            description = "The backup. Must not exist yet; appears whole or not at all.")
    private Path to;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            ReportText.print(to, SnapshotArchive.write(data, to), out);
            out.flush();
            return ExitCode.OK;
        } catch (StorageException e) {
            throw DataDirectory.refused(e);
        }
    }
}
