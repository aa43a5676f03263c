package io.pecanraft.log.chronicle;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Log, term, vote, formation record and snapshots of one node in one directory, kept for good once they are reported durable.
 *
 * <p>The log's entries lie in files of Chronicle Queue, which is used as a container and trusted with nothing: flushing,
 * checksums, recovery and truncation are this library's own. It needs Linux, a local file system, and two flags of the JVM,
 * without which opening fails with a message that names them.
 *
 * <p>What is promised holds against the death of the process at any moment, against loss of power at any moment, and against
 * damage to what was flushed, which is found and refused. Only a storage that has lost nothing but its term and vote, or that a leader
 * has convicted of being an older copy of itself, is not refused but put aside, and the server goes on as a new incarnation, which
 * counts nowhere before it is re-admitted. Not covered: loss of power together with damage to the very last batch, and an older copy of
 * the whole directory that no leader can contradict.
 *
 * <p>One thread writes the log, and may be {@linkplain LogWriterThread shared}, as may the one that reads it again in the background. Two lay
 * out, flush and remove files, two more read; these end when there has been nothing to do for ten seconds. All are daemons.
 */
public final class ChronicleStorage implements Storage {

    private static final Logger LOG = LoggerFactory.getLogger(ChronicleStorage.class);

    /** So many storages that have lost their term and vote are kept. */
    static final int MAX_SET_ASIDE = 3;

    private final StorageIdentity identity;
    private final DirectoryLock lock;
    private final ChronicleLog log;
    private final FileSnapshotStore snapshots;
    private final Duration slowestProbe;
    private boolean closed;

    private ChronicleStorage(
            StorageIdentity identity,
            DirectoryLock lock,
            ChronicleLog log,
            FileSnapshotStore snapshots,
            Duration slowestProbe) {
        this.identity = identity;
        this.lock = lock;
        this.log = log;
        this.snapshots = snapshots;
        this.slowestProbe = slowestProbe;
    }

    /**
     * Opens with the defaults, for the only group of the cluster that these members found; see {@link #open(Path, ClusterId, GroupId, NodeId,
     * ChronicleStorageConfig)}.
     *
     * @param founders the members that every server is started with, the same list on each
     */
    public static ChronicleStorage open(Path directory, List<MemberAddress> founders, NodeId node) {
        return open(directory, ClusterId.fromBootstrap(founders), GroupId.DEFAULT, node);
    }

    /** Opens with the defaults; see {@link #open(Path, ClusterId, GroupId, NodeId, ChronicleStorageConfig)}. */
    public static ChronicleStorage open(Path directory, ClusterId cluster, GroupId group, NodeId node) {
        return open(directory, cluster, group, node, ChronicleStorageConfig.defaults());
    }

    /**
     * Opens a node's directory, and initialises it with a new incarnation when it holds no data yet. Blocks: the newest
     * snapshot is read once to check it.
     *
     * @param directory on a local file system; created when missing. One node's, and not shared
     * @param cluster the cluster the data must belong to
     * @param group the group the data must belong to
     * @param node the node the data must belong to
     * @param config see there
     * @return the storage, whose log is yet to be recovered
     * @throws io.pecanraft.spi.StorageException LOCKED, FOREIGN, CORRUPT, INACCESSIBLE, UNKNOWN_FORMAT or ENVIRONMENT, saying
     *     what to do; FAILED when the directory was closed after a failure by this very process
     */
    public static ChronicleStorage open(
            Path directory, ClusterId cluster, GroupId group, NodeId node, ChronicleStorageConfig config) {
        return open(directory, cluster, group, node, config, Barrier.OPERATING_SYSTEM, null);
    }

    /**
     * The same, for one of several groups in a process, whose logs are written by one thread.
     *
     * @param writer shared; closed by whoever made it, after the storages
     */
    public static ChronicleStorage open(
            Path directory,
            ClusterId cluster,
            GroupId group,
            NodeId node,
            ChronicleStorageConfig config,
            LogWriterThread writer) {
        return open(directory, cluster, group, node, config, Barrier.OPERATING_SYSTEM, writer);
    }

    static ChronicleStorage open(
            Path directory,
            ClusterId cluster,
            GroupId group,
            NodeId node,
            ChronicleStorageConfig config,
            Barrier barrier) {
        return open(directory, cluster, group, node, config, barrier, null);
    }

    static ChronicleStorage open(
            Path directory,
            ClusterId cluster,
            GroupId group,
            NodeId node,
            ChronicleStorageConfig config,
            Barrier barrier,
            @Nullable LogWriterThread writer) {
        ChronicleEnvironment.check();
        DirectoryLayout layout = new DirectoryLayout(directory.toAbsolutePath().normalize());
        try {
            return Uninterrupted.run(() -> {
                List<Path> created = createDirectories(layout.directory());
                DirectoryLock lock = DirectoryLock.acquire(layout);
                return open(layout, lock, created, cluster, group, node, config, barrier, writer);
            });
        } catch (IOException e) {
            throw Damage.inaccessible(layout.directory(), "open the data directory", e);
        }
    }

    /**
     * Opens a directory that is locked already; the storage gives the lock back, also when it cannot be opened.
     *
     * @param mayDiscard whether a recovery may discard acknowledged entries that are damaged, as that of a server does
     */
    static ChronicleStorage openLocked(
            DirectoryLayout layout,
            DirectoryLock lock,
            StorageIdentity identity,
            ChronicleStorageConfig config,
            boolean mayDiscard)
            throws IOException {
        ChronicleStorage storage = Uninterrupted.run(() -> open(
                layout,
                lock,
                List.of(),
                identity.cluster(),
                identity.group(),
                identity.node(),
                config,
                Barrier.OPERATING_SYSTEM,
                null));
        if (!mayDiscard) {
            storage.log.keepAcknowledged();
        }
        return storage;
    }

    private static ChronicleStorage open(
            DirectoryLayout layout,
            DirectoryLock lock,
            List<Path> created,
            ClusterId cluster,
            GroupId group,
            NodeId node,
            ChronicleStorageConfig config,
            Barrier barrier,
            @Nullable LogWriterThread writer)
            throws IOException {
        FailStopBarrier failStop = new FailStopBarrier(barrier, lock::poison);
        try {
            for (Path directoryCreated : created) {
                failStop.forceDirectory(FileTree.parent(directoryCreated));
            }
            StartCheck check = StartCheck.run(layout.directory(), config, failStop);
            StorageIdentity identity = identify(layout, cluster, group, node, failStop);
            FileSnapshotStore snapshots =
                    FileSnapshotStore.open(DirectoryLayout.snapshots(layout.data()), identity, failStop);
            ChronicleLog log = new ChronicleLog(layout, identity, config, failStop, lock, snapshots, check, writer);
            return new ChronicleStorage(identity, lock, log, snapshots, check.slowestFlush());
        } catch (IOException | RuntimeException | Error e) {
            lock.close();
            StorageException failedFlush = failStop.failure();
            if (failedFlush != null) {
                throw failedFlush;
            }
            throw e;
        }
    }

    @Override
    public StorageIdentity identity() {
        return identity;
    }

    @Override
    public RaftLog log() {
        return log;
    }

    @Override
    public SnapshotStore snapshots() {
        return snapshots;
    }

    @Override
    public Duration slowestProbe() {
        return slowestProbe;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (lock) {
            log.close();
        } catch (IOException e) {
            LOG.atWarn().addKeyValue("node", identity.node()).setCause(e).log("could not close the storage in order");
        }
    }

    private static StorageIdentity identify(
            DirectoryLayout layout, ClusterId cluster, GroupId group, NodeId node, Barrier barrier) throws IOException {
        FileTree.delete(layout.incompleteData());
        removeIncompleteCuts(layout);
        if (!Files.exists(layout.data())) {
            initialise(layout, cluster, group, node, barrier);
        }
        Path file = DirectoryLayout.identity(layout.data());
        StorageIdentity found = IdentityFile.read(file);
        IdentityFile.requireSame(layout.directory(), found, cluster, group, node);
        if (setAsideIfPromisesAreLost(layout, found, barrier)) {
            initialise(layout, cluster, group, node, barrier);
            found = IdentityFile.read(file);
        }
        // A process before may have died between the renaming and its flush.
        FileTree.forceFile(file, barrier);
        barrier.forceDirectory(layout.data());
        barrier.forceDirectory(layout.directory());
        return found;
    }

    /** Nothing rests on them, and somebody else may have made them. */
    private static void removeIncompleteCuts(DirectoryLayout layout) throws IOException {
        for (Path path : layout.incompleteCuts()) {
            try {
                FileTree.delete(path);
            } catch (IOException e) {
                LOG.atWarn()
                        .addKeyValue("directory", path)
                        .setCause(e)
                        .log("could not remove what a repair by hand had begun to keep");
            }
        }
    }

    /**
     * A storage that has lost its promises is never used again (K2). Nothing of it is carried over, and nothing deleted.
     *
     * @return whether it was put aside
     */
    private static boolean setAsideIfPromisesAreLost(DirectoryLayout layout, StorageIdentity found, Barrier barrier)
            throws IOException {
        LostPromises promises = new LostPromises(layout.data(), found.incarnation());
        Optional<StorageException> lost = promises.find();
        if (lost.isEmpty()) {
            return false;
        }
        promises.requireNothingElse(layout.directory(), lost.get());
        int already = layout.allSetAside().size();
        if (already >= MAX_SET_ASIDE) {
            throw new StorageException(
                    StorageException.Reason.CORRUPT,
                    Damage.finding(lost.get()) + " It would be the " + (already + 1) + "th storage to be put aside in "
                            + layout.directory()
                            + ": this disk is not to be trusted. Replace it, or remove what was put aside",
                    lost.get());
        }
        Path aside = layout.setAside(found.incarnation());
        FileTree.moveDurably(layout.data(), aside, barrier);
        LOG.atWarn()
                .addKeyValue("node", found.node())
                .addKeyValue("group", found.group())
                .addKeyValue("incarnation", found.incarnation().abbreviated())
                .addKeyValue("keptIn", aside)
                .addKeyValue("reason", Damage.finding(lost.get()))
                .log(
                        "put a storage aside that has lost what it had promised; this server neither votes nor counts until it is"
                                + " re-admitted with changeMembership(MembershipChange.replace(...))");
        return true;
    }

    /** All or nothing: what is not renamed at the end is discarded at the next start, with its incarnation. */
    private static void initialise(
            DirectoryLayout layout, ClusterId cluster, GroupId group, NodeId node, Barrier barrier) throws IOException {
        SecureRandom random = new SecureRandom();
        Incarnation incarnation = new Incarnation(random.nextLong(), random.nextLong());
        StorageIdentity identity = new StorageIdentity(cluster, group, node, incarnation);
        Path data = layout.incompleteData();
        Files.createDirectory(data);
        Files.createDirectory(DirectoryLayout.log(data));
        Files.createDirectory(DirectoryLayout.snapshots(data));
        FileTree.writeFile(DirectoryLayout.identity(data), IdentityFile.encode(identity), barrier);
        // A server that has been in a term has met a cluster and never founds one. If all founders lost their votes at
        // once and
        // founded anew, what they had acknowledged would be gone without a word; so they wait, and an operator sees it.
        boolean hasMetACluster = !layout.allSetAside().isEmpty();
        HardState first = hasMetACluster ? new HardState(1, null) : HardState.INITIAL;
        HardStateFile.create(DirectoryLayout.hardState(data), incarnation, barrier, first);
        WatermarkFile.create(DirectoryLayout.watermark(data), incarnation, barrier);
        new FormationFile(DirectoryLayout.formation(data), incarnation, barrier).create();
        barrier.forceDirectory(DirectoryLayout.log(data));
        barrier.forceDirectory(DirectoryLayout.snapshots(data));
        barrier.forceDirectory(data);
        FileTree.moveDurably(data, layout.data(), barrier);
        LOG.atInfo()
                .addKeyValue("node", node)
                .addKeyValue("group", group)
                .addKeyValue("directory", layout.directory())
                .addKeyValue("incarnation", incarnation.abbreviated())
                .log("initialised a data directory");
    }

    /** Returns those that were missing, outermost first; their names are yet to be flushed. */
    private static List<Path> createDirectories(Path directory) throws IOException {
        List<Path> missing = new ArrayList<>();
        Path at = directory;
        while (at != null && !Files.exists(at)) {
            missing.add(0, at);
            at = at.getParent();
        }
        Files.createDirectories(directory);
        return missing;
    }
}
