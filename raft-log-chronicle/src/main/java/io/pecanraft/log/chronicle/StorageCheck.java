package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.StorageReport.AtStart;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import io.pecanraft.spi.StorageIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Judges a directory as a start would, part by part, and changes nothing. */
final class StorageCheck {

    private final DirectoryLayout layout;
    private final Path data;
    private final StorageIdentity identity;
    private final List<StorageFinding> findings = new ArrayList<>();

    private @Nullable HardState hardState; // null: lost
    private @Nullable FormationRecord formation; // null: none, or lost
    private RepairMarker repair = RepairMarker.NONE;
    private Optional<SnapshotFiles> snapshot = Optional.empty();
    private boolean refused;
    private boolean promisesAreLost;

    private LogCheck.@Nullable Result log; // null: there is none, or it is not looked at yet
    private @Nullable LogSource source;

    StorageCheck(DirectoryLayout layout) throws IOException {
        this.layout = layout;
        this.data = layout.data();
        this.identity = IdentityFile.read(DirectoryLayout.identity(data));
    }

    StorageReport run() throws IOException {
        formation = formation();
        promises();
        whatIsLeftOver();
        if (isThere(DirectoryLayout.log(data)) && isThere(DirectoryLayout.snapshots(data))) {
            logAndSnapshots();
        }
        LogCheck.Result result = log;
        return new StorageReport(
                identity,
                Optional.ofNullable(hardState),
                Optional.ofNullable(formation),
                repair,
                snapshot.map(SnapshotFiles::meta),
                result == null ? EntryId.ZERO : result.base(),
                result == null ? EntryId.ZERO : result.last(),
                result == null
                        ? snapshot.map(files -> files.meta().lastIncluded()).orElse(EntryId.ZERO)
                        : result.end(),
                result == null ? Optional.empty() : result.hadUpTo(),
                result == null ? 0 : result.segments(),
                result == null ? 0 : result.records(),
                findings,
                atStart(result));
    }

    /** The segments of the sound part of the log. */
    List<SegmentHeader> soundChain() {
        LogCheck.Result result = log;
        return result == null ? List.of() : result.chain();
    }

    /** The newest snapshot that is whole. */
    Optional<SnapshotFiles> snapshotFiles() {
        return snapshot;
    }

    /** The sound part of the log. */
    LogState replay(List<Segment> chain) throws IOException {
        LogCheck.Result result = log;
        LogSource from = source;
        return result == null || from == null
                ? new LogState(EntryId.ZERO)
                : LogCheck.replay(from, chain, result.recordsOfLast()).state();
    }

    private AtStart atStart(LogCheck.@Nullable Result result) {
        if (promisesAreLost && !refused) {
            return AtStart.BECOMES_NEW_INCARNATION;
        }
        if (refused || result == null) {
            return AtStart.REFUSES;
        }
        if (result.damaged()) {
            return result.onlyVoter() ? AtStart.REFUSES : AtStart.REFILLS_FROM_OTHERS;
        }
        if (result.torn()) {
            return AtStart.CUTS_TORN_TAIL;
        }
        return repair.repairing() ? AtStart.GOES_ON_BEING_REFILLED : AtStart.GOES_ON;
    }

    private @Nullable FormationRecord formation() throws IOException {
        Path path = DirectoryLayout.formation(data);
        try {
            return new FormationFile(path, identity.incarnation(), Barrier.READ_ONLY)
                    .read()
                    .orElse(null);
        } catch (StorageException e) {
            refuse(e, path);
            return null;
        }
    }

    private void promises() throws IOException {
        Path path = DirectoryLayout.hardState(data);
        LostPromises promises = new LostPromises(data, identity.incarnation());
        Optional<StorageException> lost = promises.find();
        if (lost.isPresent()) {
            promisesAreLost = true;
            Path where = lost.get().reason() == Reason.ROLLED_BACK ? DirectoryLayout.condemned(data) : path;
            findings.add(StorageFinding.damage(lost.get(), where));
            refused |= !wouldBePutAside(promises, lost.get());
            return;
        }
        try (HardStateFile file = HardStateFile.openToRead(path, identity.incarnation())) {
            hardState = file.read();
            repair = file.repair();
            noteDamagedSlot(path, file.damagedSlotPosition());
            if (!refused) {
                HardStateRecovery.requireAsFarAs(file, Optional.ofNullable(formation), DirectoryLayout.formation(data));
            }
        } catch (StorageException e) {
            refuse(e, path);
        }
        if (repair.repairing()) {
            String had = repair.lastPosition().map(EntryId::toString).orElse("an unknown end");
            findings.add(StorageFinding.damage(
                    path,
                    "the log has lost entries, in epoch " + repair.epoch() + ", and lacks some of them yet; it had been"
                            + " up to " + had));
        }
    }

    private boolean wouldBePutAside(LostPromises promises, StorageException lost) throws IOException {
        try {
            promises.requireNothingElse(layout.directory(), lost);
            return layout.allSetAside().size() < ChronicleStorage.MAX_SET_ASIDE;
        } catch (StorageException more) {
            return false;
        }
    }

    /** What is kept until an operator removes it. */
    private void whatIsLeftOver() throws IOException {
        for (Path path : layout.allSetAside()) {
            findings.add(StorageFinding.note(path, "a storage that has lost its promises, kept for examination"));
        }
        for (Path path : layout.allCuts()) {
            findings.add(StorageFinding.note(path, "what a repair by hand has cut, kept for examination"));
        }
    }

    private boolean isThere(Path directory) {
        if (Files.isDirectory(directory)) {
            return true;
        }
        refused = true;
        findings.add(StorageFinding.damage(directory, "it is missing"));
        return false;
    }

    /** All of them, though a start looks at the newest only, as long as that is whole. */
    private SnapshotCoverage snapshots() throws IOException {
        Path directory = DirectoryLayout.snapshots(data);
        EntryId newestDamaged = EntryId.ZERO;
        for (Map.Entry<SnapshotName, Path> entry :
                SnapshotName.newestFirst(directory).entrySet()) {
            try {
                SnapshotFiles files = SnapshotFiles.verify(entry.getKey(), entry.getValue(), identity);
                if (snapshot.isEmpty()) {
                    snapshot = Optional.of(files);
                }
            } catch (IOException e) {
                boolean isDamage = e instanceof NotWholeException || e instanceof NoSuchFileException;
                if (!isDamage && snapshot.isEmpty()) {
                    throw e;
                }
                String what = e instanceof NoSuchFileException missing
                        ? missing.getFile() + " is missing"
                        : String.valueOf(e.getMessage());
                if (snapshot.isPresent()) {
                    findings.add(
                            StorageFinding.note(entry.getValue(), "an older snapshot, which nobody needs: " + what));
                    continue;
                }
                findings.add(StorageFinding.damage(entry.getValue(), what));
                if (newestDamaged.equals(EntryId.ZERO)) {
                    newestDamaged = entry.getKey().lastIncluded();
                }
            }
        }
        return new SnapshotCoverage(
                snapshot.map(files -> files.meta().lastIncluded()).orElse(EntryId.ZERO),
                newestDamaged,
                snapshot.map(files -> files.meta().membership()),
                List.of(),
                directory);
    }

    /** What a start would put aside it does not read, so nothing in there keeps it from that. */
    private void logAndSnapshots() throws IOException {
        try {
            log(snapshots());
        } catch (StorageException e) {
            if (!promisesAreLost || refused) {
                throw e;
            }
            findings.add(StorageFinding.note(DirectoryLayout.log(data), Damage.finding(e)));
        } catch (IOException e) {
            if (!promisesAreLost || refused) {
                throw e;
            }
            findings.add(StorageFinding.note(data, String.valueOf(e.getMessage())));
        }
    }

    private void log(SnapshotCoverage snapshots) throws IOException {
        Path path = DirectoryLayout.watermark(data);
        try (WatermarkFile watermark = WatermarkFile.readOrLost(path, identity.incarnation())) {
            noteDamagedSlot(path, watermark.damagedSlotPosition());
            LogSource from = new LogSource(layout, identity.incarnation(), identity.group(), watermark, snapshots);
            source = from;
            LogCheck.Result result = new LogCheck(from, findings::add).run(Optional.ofNullable(formation));
            log = result;
            HardState known = hardState;
            if (known != null && result.highestTerm() > known.currentTerm()) {
                refused = true;
                findings.add(StorageFinding.damage(
                        DirectoryLayout.hardState(data),
                        "it knows of term " + known.currentTerm() + " only, but the log holds entries of term "
                                + result.highestTerm()));
            }
        }
    }

    private void noteDamagedSlot(Path path, OptionalLong position) {
        position.ifPresent(at -> findings.add(StorageFinding.note(
                path,
                OptionalLong.of(at),
                "one of its two slots is not valid, the other one is; the next start writes both")));
    }

    private void refuse(StorageException e, Path otherwise) {
        if (e.reason() != Reason.CORRUPT) {
            throw e;
        }
        refused = true;
        findings.add(StorageFinding.damage(e, otherwise));
    }
}
