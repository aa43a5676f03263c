package io.pecanraft.log.chronicle;

import static io.pecanraft.log.chronicle.TestLog.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.log.chronicle.RandomWrites.Ledger;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.testkit.disk.PowerCutDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A directory as a killed process leaves it, everything in it acknowledged: a log in three segments with a truncation, a vote, a
 * formation record, a snapshot; an older copy of it; and the knowledge which of its bytes nothing else can make up for.
 */
final class SoundDirectory {

    static final int ENTRIES = 18;
    private static final int SNAPSHOT = 9;
    private static final int TRUNCATED_FROM = 12;
    private static final int SLOT_BYTES = 100;
    private static final HardState VOTED = new HardState(4, new MemberId(TestLog.NODE, new Incarnation(5, 6)));
    private static final Membership FOUNDERS = Membership.ofVoters(
            0,
            Stream.of("n1", "n2", "n3")
                    .map(name -> new Member(
                            new MemberId(NodeId.of(name), new Incarnation(1, name.charAt(1))),
                            "localhost:" + name.charAt(1)))
                    .toList());

    private final Path sound;
    private final Path older;
    private final Ledger ledger;
    /** By file: where each record begins, with its word of Chronicle's, and where it ends. */
    private final Map<Path, TreeMap<Long, Long>> records = new HashMap<>();

    private final Incarnation incarnation;
    private int copies;

    SoundDirectory(Path temporary) throws IOException {
        Path live = temporary.resolve("live");
        sound = temporary.resolve("sound");
        older = temporary.resolve("older");
        FormationRecord formed = new FormationRecord(FOUNDERS, true);
        FormationRecord agreed = new FormationRecord(FOUNDERS, false);
        Random random = new Random(1);
        PowerCutDisk disk = PowerCutBarrier.disk(live);
        try (TestLog log = TestLog.open(live, new PowerCutBarrier(disk))) {
            log.await(log.submit(new HardState(1, null), agreed, null, 0, List.of()));
            for (long index = 1; index <= 14; index++) {
                log.append(List.of(large(index, 1)));
            }
            log.snapshot(new EntryId(1, 5), snapshotAt(5), FOUNDERS);
            disk.crash(PowerCutDisk.Crash.PROCESS_DIES, older, random).close();
            log.await(log.submit(new HardState(3, null), formed, null, 0, List.of()));
            log.truncate(TRUNCATED_FROM, List.of(large(12, 3), large(13, 3)));
            log.snapshot(new EntryId(1, SNAPSHOT), snapshotAt(SNAPSHOT), FOUNDERS);
            for (long index = 14; index <= ENTRIES; index++) {
                log.append(List.of(large(index, 3)));
            }
            // Nothing follows it in the log.
            log.await(log.submit(VOTED, null, null, 0, List.of()));
            disk.crash(PowerCutDisk.Crash.PROCESS_DIES, sound, random).close();
        }
        disk.close();
        incarnation = IdentityFile.read(DirectoryLayout.identity(sound.resolve("data")))
                .incarnation();
        // No snapshot is demanded: the log has everything they stand for, and makes up for them.
        ledger = new Ledger(
                LogModel.startingAt(new LogModel.State(VOTED, Optional.of(formed), EntryId.ZERO, entries())), 0);
        for (Path file : files()) {
            if (isLog(file)) {
                records.put(file, recordsOf(sound.resolve(file)));
            }
        }
    }

    static List<LogEntry> entries() {
        List<LogEntry> entries = new ArrayList<>();
        for (long index = 1; index <= ENTRIES; index++) {
            entries.add(large(index, index < TRUNCATED_FROM ? 1 : 3));
        }
        return entries;
    }

    private static LogEntry large(long index, long term) {
        return entry(index, term, "entry " + index + " of term " + term + " " + "e".repeat(6_000));
    }

    private static String snapshotAt(long index) {
        return "state at " + index + " " + "s".repeat(9_000);
    }

    /** Every file but the lock and Chronicle's table, which nobody reads, by its path in the directory. */
    List<Path> files() throws IOException {
        try (Stream<Path> all = Files.walk(sound)) {
            return all.filter(path -> Files.isRegularFile(path) && !path.endsWith("LOCK"))
                    .map(sound::relativize)
                    .filter(file -> !file.toString().contains(DirectoryLayout.INCOMPLETE))
                    .filter(file -> !file.getFileName().toString().startsWith("metadata"))
                    .sorted()
                    .toList();
        }
    }

    byte[] content(Path file) throws IOException {
        return Files.readAllBytes(sound.resolve(file));
    }

    /** The file as it was earlier; null when it was not there or the same. */
    byte @Nullable [] earlierContent(Path file) throws IOException {
        Path earlier = older.resolve(file);
        return Files.exists(earlier) && Files.mismatch(earlier, sound.resolve(file)) >= 0
                ? Files.readAllBytes(earlier)
                : null;
    }

    Path copy() throws IOException {
        Path copy = sound.resolveSibling("copy-" + ++copies);
        try (Stream<Path> all = Files.walk(sound)) {
            for (Path path : all.toList()) {
                Files.copy(path, copy.resolve(sound.relativize(path).toString()));
            }
        }
        return copy;
    }

    /** What became of a copy. */
    enum Outcome {
        /** Everything that was acknowledged is there. */
        WHOLE,
        /** The log is shorter and knows it, and takes the rest again. */
        REPAIRED,
        /** It is another storage. It is empty, and never founds a cluster. */
        NEW_INCARNATION
    }

    Outcome check(Path copy) throws IOException {
        return check(copy, 1);
    }

    /**
     * Opens a copy and fails when anything that was acknowledged is missing without a word, or anything else is there.
     *
     * @param mostEpochs how often it may be found that entries are lost
     */
    Outcome check(Path copy, int mostEpochs) throws IOException {
        long epoch;
        try (TestLog log = TestLog.open(copy, CrashImages.NO_FLUSH)) {
            RecoveredLog recovered = log.recovered;
            if (!log.storage.identity().incarnation().equals(incarnation)) {
                assertThat(recovered.hardState()).isEqualTo(new HardState(1, null));
                assertThat(recovered.formation()).isEmpty();
                assertThat(recovered.lastIndex()).isZero();
                assertThat(log.storage.snapshots().latest()).isEmpty();
                return Outcome.NEW_INCARNATION;
            }
            if (!recovered.repair().repairing()) {
                ledger.check(log.storage, recovered);
                return Outcome.WHOLE;
            }
            assertThat(recovered.hardState()).isEqualTo(VOTED);
            epoch = recovered.repair().epoch();
            assertThat(epoch).isBetween(1L, (long) mostEpochs);
            checkPart(log, epoch);
        }
        // The damage is not found again, and when what was lost is there again all is as it was, but for the epoch.
        try (TestLog log = TestLog.open(copy, CrashImages.NO_FLUSH)) {
            long sound = checkPart(log, epoch);
            if (log.recovered.lastIndex() > sound) {
                log.truncate(sound + 1, List.of());
            }
            log.append(entries().subList((int) sound, ENTRIES));
            log.repaired();
        }
        try (TestLog log = TestLog.open(copy, CrashImages.NO_FLUSH)) {
            assertThat(log.recovered.repair()).isEqualTo(new RepairMarker(epoch, false, Optional.empty()));
            assertThat(log.readAll(ENTRIES)).isEqualTo(entriesAfter(log.recovered.base()));
        }
        assertThat(FileTree.list(copy.resolve("data/log")))
                .noneMatch(path -> path.getFileName().toString().startsWith(DirectoryLayout.ASIDE));
        return Outcome.REPAIRED;
    }

    /** Returns up to where the log is as it was; where a truncation is lost, what it had removed follows. */
    private static long checkPart(TestLog log, long epoch) {
        RecoveredLog recovered = log.recovered;
        assertThat(recovered.repair().epoch()).isEqualTo(epoch);
        assertThat(recovered.repair().repairing()).isTrue();
        recovered.repair().lastPosition().ifPresent(last -> assertThat(last).isEqualTo(new EntryId(3, ENTRIES)));
        EntryId base = recovered.base();
        assertThat(base.index()).isLessThanOrEqualTo(SNAPSHOT);
        long last = recovered.lastIndex();
        List<LogEntry> left = log.readAll(last);
        List<LogEntry> right = entriesAfter(base);
        if (left.equals(right.subList(0, Math.min(left.size(), right.size())))) {
            return last;
        }
        assertThat(left)
                .isEqualTo(LongStream.rangeClosed(base.index() + 1, last)
                        .mapToObj(index -> large(index, 1))
                        .toList());
        return TRUNCATED_FROM - 1;
    }

    private static List<LogEntry> entriesAfter(EntryId base) {
        return entries().subList((int) base.index(), ENTRIES);
    }

    static boolean isLog(Path file) {
        return file.endsWith(DirectoryLayout.SEGMENT_FILE);
    }

    static boolean isSlots(Path file) {
        return file.endsWith("hardstate") || file.endsWith("watermark");
    }

    /** Whether nothing else makes up for the loss of this file. The log still has all that the snapshots stand for. */
    static boolean isNeeded(Path file) {
        return isLog(file) || isSlots(file) || file.endsWith("identity") || file.endsWith("formation");
    }

    /** Whether nothing makes up for damage to this byte. Of two slots there is the other one. */
    boolean isNeeded(Path file, long position) {
        if (!isLog(file)) {
            return isNeeded(file) && !isSlots(file);
        }
        Map.Entry<Long, Long> record = records.get(file).floorEntry(position);
        return record != null && position < record.getValue();
    }

    /** The bytes of all headers and of all files that are little more than one. */
    List<Long> headerBytes(Path file) throws IOException {
        List<Long> bytes = new ArrayList<>();
        if (isLog(file)) {
            records.get(file).forEach((start, end) -> {
                for (long at = start;
                        at < Math.min(end, start + DocumentCursor.WORD_BYTES + LogRecord.HEADER_BYTES);
                        at++) {
                    bytes.add(at);
                }
            });
        } else {
            for (long at = 0; at < content(file).length; at++) {
                boolean small = !file.endsWith("data");
                if (small && (!isSlots(file) || at % TwoSlotFile.SLOT_BYTES < SLOT_BYTES)) {
                    bytes.add(at);
                }
            }
        }
        return bytes;
    }

    private TreeMap<Long, Long> recordsOf(Path file) throws IOException {
        TreeMap<Long, Long> found = new TreeMap<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            DocumentCursor cursor = new DocumentCursor(channel, 0, channel.size(), 64 << 10);
            while (cursor.next() && LogRecord.parse(cursor.document()) != null) {
                long start = cursor.position();
                found.put(
                        start,
                        start + DocumentCursor.WORD_BYTES + cursor.document().limit());
            }
        }
        return found;
    }
}
