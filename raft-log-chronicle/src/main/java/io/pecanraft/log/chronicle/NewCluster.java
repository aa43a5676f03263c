package io.pecanraft.log.chronicle;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.HardState;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.Membership;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Founds a cluster of one server with what another cluster had: from a backup, or, when a majority of that cluster's disks is gone for
 * good, from the directory of one that is left. Others are added to it as to any cluster.
 *
 * <p>It is another cluster, with an id of its own, so that servers of the old one which turn up again can neither join nor disturb it. The
 * old directory is only read. Nothing here needs a quorum, and that is why it is not safe in the sense of Raft: whatever the old cluster
 * has acknowledged and this server had not, is lost; and as long as anybody still writes to the old cluster there are two truths. Stop it
 * first.
 *
 * <p>The new directory appears whole, and durably, or not at all. All methods block.
 */
public final class NewCluster {

    /**
     * By how much the index of a restored snapshot grows. So what the new cluster writes has other indexes than whatever the old one wrote
     * after the backup, and a session, whose id is an index, is never taken for one of those: for as long as 127 days at 100,000 entries a
     * second.
     */
    public static final long RESTORED_INDEX_OFFSET = 1L << 40;

    private final ClusterId cluster;
    private final MemberAddress founder;
    private final ChronicleStorageConfig config;

    /**
     * How the cluster will be known.
     *
     * @param cluster its id, other than the old one's; what its servers are opened with
     * @param founder the name and Raft address of its first server
     * @param config how the first server's storage will be configured
     */
    public NewCluster(ClusterId cluster, MemberAddress founder, ChronicleStorageConfig config) {
        this.cluster = cluster;
        this.founder = founder;
        this.config = config;
    }

    /**
     * Founds the cluster with what a backup holds.
     *
     * @param archive written by {@link SnapshotArchive}
     * @param directory of the first server; missing or empty
     * @return the last entry that the state is of, with its index in the new cluster
     * @throws StorageException CORRUPT when the backup is damaged; FOREIGN when it is of a cluster with the same id; INACCESSIBLE when the
     *     directory has something in it; otherwise as {@link ChronicleStorage#open}
     */
    public EntryId restore(Path archive, Path directory) {
        SnapshotArchive.Content content = SnapshotArchive.header(archive);
        requireAnother(content.cluster());
        SnapshotMeta old = content.meta();
        EntryId at = new EntryId(old.lastIncludedTerm(), Math.addExact(old.lastIncludedIndex(), RESTORED_INDEX_OFFSET));
        return found(directory, content.group(), storage -> {
            Founding founding = begin(storage, at.term());
            try (SnapshotStore.Writer writer =
                    storage.snapshots().begin(at, founding.membership(), old.lastTimestampMillis())) {
                SnapshotArchive.read(archive, writer.stream());
                writer.commit();
            }
            founding.resetTo(at);
            return at;
        });
    }

    /**
     * Founds the cluster with everything that is sound in the directory of a server whose cluster is lost: the newest snapshot and the log
     * behind it, to the end, also what was perhaps never acknowledged. Indexes and terms stay as they were. Sessions stay, too; a client that
     * had opened one behind that end must open a new one, since its id will be given to somebody else.
     *
     * @param source an old server's directory, which nobody uses, and which is not changed
     * @param directory of the first server; missing or empty
     * @return the last entry
     * @throws StorageException CORRUPT when nothing is sound; otherwise as {@link #restore}
     */
    public EntryId takeOver(StorageInspection source, Path directory) {
        StorageReport report = source.report();
        requireAnother(report.identity().cluster());
        EntryId from = report.snapshot().map(SnapshotMeta::lastIncluded).orElse(EntryId.ZERO);
        EntryId last = report.end();
        if (last.index() == 0 || report.base().index() > from.index()) {
            throw new StorageException(
                    Reason.CORRUPT,
                    "nothing can be taken over from the directory of "
                            + report.identity().node()
                            + ": its log begins after " + report.base() + ", and its newest sound snapshot ends at "
                            + from + ". Take the directory of another server, or a backup");
        }
        return found(directory, report.identity().group(), storage -> {
            Founding founding = begin(storage, last.term());
            if (report.snapshot().isPresent()) {
                copySnapshot(source, report.snapshot().get(), storage, founding.membership());
                founding.resetTo(from);
            }
            source.forEachEntry(from.index() + 1, last.index(), entry -> founding.append(withoutMembers(entry)));
            founding.flush();
            return last;
        });
    }

    /** The old members are none here; the entry stays, since others have the numbers after it. */
    private static LogEntry withoutMembers(LogEntry entry) {
        return entry.type() == EntryType.MEMBERSHIP
                ? LogEntry.noOp(entry.index(), entry.term(), entry.timestampMillis())
                : entry;
    }

    private static void copySnapshot(
            StorageInspection source, SnapshotMeta old, ChronicleStorage storage, Membership membership)
            throws IOException {
        try (SnapshotStore.Writer writer =
                storage.snapshots().begin(old.lastIncluded(), membership, old.lastTimestampMillis())) {
            source.copySnapshot(writer.stream());
            SnapshotMeta copied = writer.commit();
            if (copied.checksum() != old.checksum() || copied.sizeBytes() != old.sizeBytes()) {
                throw new NotWholeException("the snapshot at " + old.lastIncluded() + " has changed while it was read");
            }
        }
    }

    private void requireAnother(ClusterId old) {
        if (cluster.equals(old)) {
            throw new StorageException(
                    Reason.FOREIGN,
                    "the new cluster would have the id of the old one, " + old
                            + ", and servers of both would mix: give it another name");
        }
    }

    /** Fills a storage, and says what its last entry is. */
    private interface Filling {
        EntryId fill(ChronicleStorage storage) throws IOException;
    }

    private EntryId found(Path directory, GroupId group, Filling filling) {
        Path target = directory.toAbsolutePath().normalize();
        Path aside = target.resolveSibling(target.getFileName() + DirectoryLayout.INCOMPLETE);
        try {
            requireEmpty(target);
            requireEmpty(aside);
            EntryId last;
            try (ChronicleStorage storage =
                    ChronicleStorage.open(aside, cluster, group, founder.node(), config.wherever(aside))) {
                last = filling.fill(storage);
            } catch (IOException | RuntimeException | Error e) {
                FileTree.delete(aside);
                throw e;
            }
            FileTree.moveDurably(aside, target, Barrier.OPERATING_SYSTEM);
            return last;
        } catch (IOException e) {
            throw Damage.inaccessible(target, "found a cluster in", e);
        }
    }

    private static void requireEmpty(Path directory) throws IOException {
        if (!Files.exists(directory)
                || (Files.isDirectory(directory) && FileTree.list(directory).isEmpty())) {
            return;
        }
        throw new StorageException(
                Reason.INACCESSIBLE,
                directory + " is not empty, and nothing in it is touched: name another directory, or remove it if it is"
                        + " left of an earlier attempt");
    }

    private Founding begin(ChronicleStorage storage, long term) {
        Membership membership =
                Membership.ofVoters(0, List.of(new Member(storage.identity().memberId(), founder.address())));
        Founding founding = new Founding(storage, membership);
        founding.write(new HardState(term, null), new FormationRecord(membership, true), null, List.of());
        return founding;
    }

    /** Writes the first log of a new storage, a batch at a time, and waits for each. */
    private static final class Founding {

        private static final int BATCH_BYTES = 1 << 20;

        private final ChronicleStorage storage;
        private final Membership membership;
        private final DurableTickets durable = new DurableTickets();
        private final List<LogEntry> batch = new ArrayList<>();
        private long batchBytes;
        private long ticket;

        Founding(ChronicleStorage storage, Membership membership) {
            this.storage = storage;
            this.membership = membership;
            storage.log().recover();
            storage.log().start(durable);
        }

        Membership membership() {
            return membership;
        }

        void resetTo(EntryId snapshot) {
            write(null, null, snapshot, List.of());
        }

        void append(LogEntry entry) {
            batch.add(entry);
            batchBytes += entry.payloadBytes() + LogEntry.OVERHEAD_BYTES;
            if (batchBytes >= BATCH_BYTES) {
                flush();
            }
        }

        void flush() {
            if (!batch.isEmpty()) {
                write(null, null, null, batch);
                batch.clear();
                batchBytes = 0;
            }
        }

        void write(
                @Nullable HardState hardState,
                @Nullable FormationRecord formation,
                @Nullable EntryId resetTo,
                List<LogEntry> entries) {
            ticket++;
            storage.log().write(new LogWrite(ticket, hardState, formation, resetTo, 0, entries));
            durable.await(ticket);
        }
    }
}
