package io.pecanraft.log.chronicle;

import io.pecanraft.model.Durability;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import io.pecanraft.spi.StorageIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a storage finds out about the place it is in before it promises anything, as one line in the log. What makes the promise
 * void is refused; what makes it weak or slow is a warning.
 */
final class StartCheck {

    private static final Logger LOG = LoggerFactory.getLogger(ChronicleStorage.class);

    /** Flushes here end at another machine, or do not wait for it. */
    private static final Set<String> NETWORK = Set.of(
            "nfs",
            "nfs4",
            "cifs",
            "smb",
            "smb2",
            "smb3",
            "smbfs",
            "afs",
            "ceph",
            "glusterfs",
            "9p",
            "lustre",
            "beegfs");

    private static final Set<String> MEMORY = Set.of("tmpfs", "ramfs");

    private static final int FLUSHES = 3;
    private static final int PROBE_BYTES = 4096;
    private static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(1);

    private final ChronicleStorageConfig config;
    private final List<String> findings = new ArrayList<>();
    private boolean warning;
    private Duration slowestFlush = Duration.ZERO;

    StartCheck(ChronicleStorageConfig config) {
        this.config = config;
    }

    /**
     * Looks at the file system, its room and its flushes. The lock is held.
     *
     * @throws StorageException with reason ENVIRONMENT for a file system on which nothing can be promised
     */
    static StartCheck run(Path directory, ChronicleStorageConfig config, Barrier barrier) throws IOException {
        StartCheck check = new StartCheck(config);
        check.fileSystem(directory, Files.getFileStore(directory).type());
        check.space(barrier.usableBytes(directory));
        check.flushes(directory, barrier);
        return check;
    }

    /** Adds what was recovered and writes the line. */
    void report(StorageIdentity identity, RecoveredLog recovered, Instant now) {
        long lastMillis = recovered.lastTimestampMillis();
        if (lastMillis > now.plus(CLOCK_TOLERANCE).toEpochMilli()) {
            warn("clock: " + now + " is before the last entry's " + Instant.ofEpochMilli(lastMillis)
                    + "; log time goes on from there, but check the clock");
        }
        findings.add("log: entries after " + recovered.base() + " to index " + recovered.lastIndex() + ", term "
                + recovered.hardState().currentTerm());
        (warning ? LOG.atWarn() : LOG.atInfo())
                .addKeyValue("node", identity.node())
                .addKeyValue("group", identity.group())
                .addKeyValue("incarnation", identity.incarnation().abbreviated())
                .addKeyValue("findings", String.join("; ", findings))
                .log("storage checked");
    }

    /** What the slowest of the flushes took. */
    Duration slowestFlush() {
        return slowestFlush;
    }

    /** The decision, apart from how its facts are found. */
    void fileSystem(Path directory, String type) {
        String name = type.toLowerCase(Locale.ROOT);
        String kind = "";
        if (NETWORK.contains(name) || name.startsWith("fuse.sshfs")) {
            kind = "on a network file system (" + type + "), whose flushes cannot be trusted with what must survive";
        } else if (MEMORY.contains(name)) {
            kind = "in memory (" + type + "), which forgets everything at";
        }
        findings.add("file system: " + type);
        if (kind.isEmpty() || config.durability() != Durability.POWER_LOSS) {
            return;
        }
        if (!config.allowedFileSystems().contains(type)) {
            throw new StorageException(
                    Reason.ENVIRONMENT,
                    directory + " is " + kind + " a loss of power; use a local disk, or name \"" + type
                            + "\" in allowedFileSystems if you know better, or ask for durability PROCESS_CRASH");
        }
        warn("file system: " + directory + " is " + kind + " a loss of power");
    }

    private void space(long usableBytes) {
        findings.add("free space: " + (usableBytes >> 20) + " MiB, reserve " + (config.freeSpaceReserveBytes() >> 20)
                + " MiB, segments of " + (config.segmentBytes() >> 20) + " MiB");
        if (usableBytes - 2 * config.segmentBytes() < config.freeSpaceReserveBytes()) {
            warn("free space: less than two segments and the reserve; new commands will be refused");
        }
    }

    /** That a flush returns, and how long it takes: an election cannot be faster than that, and the node compares the two. */
    private void flushes(Path directory, Barrier barrier) throws IOException {
        Path probe = directory.resolve("probe" + DirectoryLayout.INCOMPLETE);
        long slowestNanos = 0;
        for (int i = 0; i < FLUSHES; i++) {
            Files.deleteIfExists(probe);
            long start = System.nanoTime();
            FileTree.writeFile(probe, new byte[PROBE_BYTES], barrier);
            slowestNanos = Math.max(slowestNanos, System.nanoTime() - start);
        }
        Files.deleteIfExists(probe);
        findings.add(String.format(Locale.ROOT, "flush of 4 KiB: %.1f ms at most, of %d", slowestNanos / 1e6, FLUSHES));
        slowestFlush = Duration.ofNanos(slowestNanos);
    }

    private void warn(String finding) {
        warning = true;
        findings.add("WARNING " + finding);
    }
}
