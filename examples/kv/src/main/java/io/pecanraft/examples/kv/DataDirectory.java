package io.pecanraft.examples.kv;

import io.pecanraft.log.chronicle.StorageInspection;
import io.pecanraft.log.chronicle.StorageRepair;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that says which data directory a command looks at, and the opening of it. */
final class DataDirectory {

    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR",
            description = "The directory that the server is given. The server must not run.")
    private Path data;

    /** Reads everything in it; the server cannot be started until it is closed. */
    StorageInspection inspect() {
        try {
            return StorageInspection.open(data);
        } catch (StorageException e) {
            throw refused(e);
        }
    }

    /** The same, for one who may change something. */
    StorageRepair repair() {
        try {
            return StorageRepair.open(data);
        } catch (StorageException e) {
            throw refused(e);
        }
    }

    /** For the person at the terminal. */
    static KvException refused(StorageException e) {
        int code = e.reason() == Reason.CORRUPT ? ExitCode.DAMAGED : ExitCode.UNREADABLE;
        return new KvException(code, e.getMessage() + " (" + e.reason() + ")", e);
    }
}
