package io.pecanraft.examples.kv;

import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.log.chronicle.ChronicleStorageConfig;
import io.pecanraft.spi.StorageException;
import java.util.LinkedHashSet;
import java.util.Set;
import picocli.CommandLine.Option;

/** On which file systems data may be kept, although these do not keep them. */
final class FileSystemOption {

    private static final String NAME = "--allow-file-system";

    @Option(
            names = NAME,
            split = ",",
            paramLabel = "TYPE",
            description = {
                "Keep data on a file system of this type, such as tmpfs or nfs4, although what is written there need not survive a",
                "loss of power. Default: what is on a network or in memory is refused."
            })
    private Set<String> allowed = new LinkedHashSet<>();

    /** Settings of a storage that may be there. */
    ChronicleStorageConfig.Builder storage() {
        return ChronicleStorageConfig.builder().allowedFileSystems(allowed);
    }

    /** Why a {@link ChronicleStorage} cannot be used, and which option would let it. */
    static KvException refused(StorageException e) {
        String option = e.reason() == StorageException.Reason.ENVIRONMENT
                ? "; here allowedFileSystems is " + NAME + " TYPE, and durability is --durability"
                : "";
        return new KvException(ExitCode.STORAGE, e.getMessage() + " (" + e.reason() + option + ")", e);
    }
}
