package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.log.chronicle.SoundDirectory.Outcome;
import io.pecanraft.log.chronicle.StorageReport.AtStart;
import io.pecanraft.log.chronicle.StorageReport.Verdict;
import io.pecanraft.model.LogEntry;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One damage at a time, to every file of a storage: a bit in every page, every byte of every header, pages zeroed or exchanged,
 * files cut, deleted, exchanged, put back to an older copy. What was acknowledged is found as it was; or the log ends before the damage,
 * knows that it has lost something, and takes it again (K21); or the storage refuses to open and says which file, and where; never
 * anything else. Damage that nothing makes up for must be noticed. Without its term and vote it comes back as a new incarnation,
 * empty, with the damaged files kept (K2). An {@linkplain StorageInspection inspection} has said before which of these it will be, and
 * has changed nothing.
 *
 * <p>The build tries one in {@value #DEFAULT_ONE_IN} damages to bytes of headers, and all others; {@code -Dsweep.oneIn=1} tries all,
 * {@code -Dsweep.seed=N} draws other bits.
 */
class CorruptionSweepTest {

    private static final int DEFAULT_ONE_IN = 12;
    private static final int ONE_IN = Integer.getInteger("sweep.oneIn", DEFAULT_ONE_IN);
    private static final long SEED = Long.getLong("sweep.seed", 1);
    private static final int PAGE_BYTES = 4096;
    private static final int OPEN_STEP_BYTES = ONE_IN == 1 ? 256 : 2048;

    private static final Set<Reason> REFUSALS =
            Set.of(Reason.CORRUPT, Reason.UNKNOWN_FORMAT, Reason.INACCESSIBLE, Reason.FOREIGN);

    private static final Map<Outcome, Set<AtStart>> FORETOLD = Map.of(
            Outcome.WHOLE, Set.of(AtStart.GOES_ON, AtStart.CUTS_TORN_TAIL),
            Outcome.REPAIRED, Set.of(AtStart.REFILLS_FROM_OTHERS),
            Outcome.NEW_INCARNATION, Set.of(AtStart.BECOMES_NEW_INCARNATION));

    @TempDir(factory = InMemory.class)
    Path temporary;

    private final Random random = new Random(SEED);
    /** By kind of damage and of file: how many ended how. */
    private final Map<String, Map<String, Integer>> outcomes = new TreeMap<>();

    private SoundDirectory sound;

    /** What happens to a copy of the sound directory. */
    private interface Damage {
        void to(Path directory) throws IOException;
    }

    @BeforeEach
    void aSoundDirectory() throws IOException {
        sound = new SoundDirectory(temporary);
        assertThat(outcomeOf(directory -> {}))
                .isEqualTo(new Result(Outcome.WHOLE, null, new Inspected(false, AtStart.GOES_ON)));
    }

    @Test
    void noDamageToAnyFileGivesAWrongAnswer() throws IOException {
        for (Path file : sound.files()) {
            bits(file);
            pages(file);
            wholeFile(file);
        }
        exchanges();
        whileItIsOpen();
        report();
    }

    private void bits(Path file) throws IOException {
        byte[] content = sound.content(file);
        for (int page = 0; page < content.length; page += PAGE_BYTES) {
            int at = page + random.nextInt(Math.min(PAGE_BYTES, content.length - page));
            tryDamage("a bit in a page", file, sound.isNeeded(file, at), replaced(file, at, flipped(content[at])));
        }
        for (long at : sound.headerBytes(file)) {
            if (random.nextInt(ONE_IN) == 0) {
                byte[] bit = flipped(content[(int) at]);
                tryDamage("a bit in a header", file, sound.isNeeded(file, at), replaced(file, at, bit));
            }
        }
    }

    private void pages(Path file) throws IOException {
        byte[] content = sound.content(file);
        for (int at = 0; at < content.length; at += PAGE_BYTES) {
            byte[] page = Arrays.copyOfRange(content, at, Math.min(at + PAGE_BYTES, content.length));
            byte[] zeros = new byte[page.length];
            if (!Arrays.equals(page, zeros)) {
                boolean needed = false;
                for (int i = 0; i < page.length; i++) {
                    needed |= page[i] != 0 && sound.isNeeded(file, at + i);
                }
                tryDamage("a page of zeros", file, needed, replaced(file, at, zeros));
            }
            int next = at + PAGE_BYTES;
            if (next + PAGE_BYTES <= content.length) {
                byte[] neighbour = Arrays.copyOfRange(content, next, next + PAGE_BYTES);
                if (!Arrays.equals(page, neighbour)) {
                    int first = at;
                    tryDamage("two pages exchanged", file, false, directory -> {
                        replaced(file, first, neighbour).to(directory);
                        replaced(file, next, page).to(directory);
                    });
                }
            }
        }
    }

    private void wholeFile(Path file) throws IOException {
        byte[] content = sound.content(file);
        boolean needed = SoundDirectory.isNeeded(file);
        boolean dense = needed && !SoundDirectory.isSlots(file);
        tryDamage("deleted", file, needed, directory -> Files.delete(directory.resolve(file)));
        tryDamage("cut to nothing", file, needed, written(file, new byte[0]));
        tryDamage("cut to half", file, false, written(file, Arrays.copyOf(content, content.length / 2)));
        boolean lastByte = dense && !SoundDirectory.isLog(file);
        tryDamage("cut by a byte", file, lastByte, written(file, Arrays.copyOf(content, content.length - 1)));
        byte[] earlier = sound.earlierContent(file);
        if (earlier != null) {
            // An older watermark says less, and the log itself says the rest.
            boolean noticed = needed && !file.endsWith("watermark");
            tryDamage("put back to an older copy", file, noticed, written(file, earlier));
        }
    }

    private void exchanges() throws IOException {
        List<Path> files = sound.files();
        for (int i = 0; i < files.size(); i++) {
            for (Path other : files.subList(i + 1, files.size())) {
                Path one = files.get(i);
                if (SoundDirectory.isNeeded(one) && SoundDirectory.isNeeded(other)) {
                    byte[] content = sound.content(one);
                    byte[] otherContent = sound.content(other);
                    tryDamage("exchanged with another", one, true, directory -> {
                        Files.write(directory.resolve(one), otherContent);
                        Files.write(directory.resolve(other), content);
                    });
                }
            }
        }
        for (String name : List.of("data/log", "data/snap", "data/log/seg-00000000000000000002")) {
            Path directory = Path.of(name);
            tryDamage("deleted", directory, !name.endsWith("snap"), copy -> FileTree.delete(copy.resolve(directory)));
        }
    }

    /** Damage that comes while the storage is open is found when the entry is read. */
    private void whileItIsOpen() throws IOException {
        Path copy = sound.copy();
        try (TestLog log = TestLog.open(copy)) {
            List<LogEntry> right = SoundDirectory.entries();
            for (Path file :
                    sound.files().stream().filter(SoundDirectory::isLog).toList()) {
                byte[] content = sound.content(file);
                for (int at = random.nextInt(OPEN_STEP_BYTES); at < content.length; at += OPEN_STEP_BYTES) {
                    replaced(file, at, flipped(content[at])).to(copy);
                    boolean refused = false;
                    for (int index = 1; index <= SoundDirectory.ENTRIES; index++) {
                        try {
                            assertThat(log.read(index, index + 1)).containsExactly(right.get(index - 1));
                        } catch (CompletionException e) {
                            assertThat(e.getCause())
                                    .isInstanceOf(StorageException.class)
                                    .hasMessageContaining("offset")
                                    .hasMessageContaining("entry " + index);
                            refused = true;
                        }
                    }
                    count("a bit while it is open", file, refused ? "REFUSED" : "WHOLE");
                    replaced(file, at, new byte[] {content[at]}).to(copy);
                }
            }
        }
        FileTree.delete(copy);
    }

    private void tryDamage(String kind, Path file, boolean mustBeNoticed, Damage damage) throws IOException {
        Result result;
        try {
            result = outcomeOf(damage);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(kind + ": " + file + ", -Dsweep.seed=" + SEED + " -Dsweep.oneIn=" + ONE_IN, e);
        }
        StorageException refusal = result.refusal();
        assertThat(result.inspected().damaged() || !mustBeNoticed)
                .as("%s: %s went unnoticed by the inspection", kind, file)
                .isTrue();
        if (result.outcome() == Outcome.NEW_INCARNATION) {
            assertThat(file)
                    .as("%s: only term and vote make a new incarnation", kind)
                    .hasFileName("hardstate");
        } else if (result.outcome() == Outcome.WHOLE) {
            assertThat(mustBeNoticed).as("%s: %s went unnoticed", kind, file).isFalse();
        } else if (refusal != null) {
            assertThat(refusal.reason()).as("%s: %s: %s", kind, file, refusal).isIn(REFUSALS);
            assertThat(SoundDirectory.isLog(file) && !kind.startsWith("exchanged"))
                    .as("%s: %s was refused though others have copies: %s", kind, file, refusal)
                    .isFalse();
            if (!kind.startsWith("exchanged")) {
                assertThat(refusal)
                        .as(kind)
                        .hasMessageContaining(file.getName(1).toString());
            }
        }
        count(kind, file, result.name());
    }

    /**
     * What became of a damaged copy.
     *
     * @param outcome null when it was refused
     * @param refusal null when it was not
     * @param inspected what an inspection had said before
     */
    private record Result(
            @Nullable Outcome outcome, @Nullable StorageException refusal, Inspected inspected) {
        String name() {
            return outcome == null ? "REFUSED" : outcome.toString();
        }
    }

    private Result outcomeOf(Damage damage) throws IOException {
        Path copy = sound.copy();
        damage.to(copy);
        Inspected inspected = inspect(copy);
        try {
            Outcome outcome = sound.check(copy);
            if (outcome == Outcome.NEW_INCARNATION) {
                assertThat(new DirectoryLayout(copy).allSetAside()).hasSize(1);
            }
            assertThat(inspected.atStart())
                    .as("the inspection foretells the start")
                    .isIn(FORETOLD.get(outcome));
            return new Result(outcome, null, inspected);
        } catch (StorageException e) {
            assertThat(inspected.atStart())
                    .as("the inspection foretells the start: %s", e)
                    .isEqualTo(AtStart.REFUSES);
            return new Result(null, e, inspected);
        } finally {
            FileTree.delete(copy);
        }
    }

    /** What an inspection said: of whether anything is damaged, and of what a start would do. */
    private record Inspected(boolean damaged, AtStart atStart) {}

    private static Inspected inspect(Path copy) throws IOException {
        Map<Path, String> before = DirectoryContent.of(copy);
        try (StorageInspection inspection = StorageInspection.open(copy)) {
            StorageReport report = inspection.report();
            return new Inspected(report.verdict() == Verdict.DAMAGED, report.atStart());
        } catch (StorageException e) {
            assertThat(e.reason()).isIn(REFUSALS);
            return new Inspected(true, AtStart.REFUSES);
        } finally {
            assertThat(DirectoryContent.of(copy))
                    .as("the inspection changes nothing")
                    .isEqualTo(before);
        }
    }

    private void count(String kind, Path file, String outcome) {
        outcomes.computeIfAbsent(kind + ", " + nameOf(file), key -> new TreeMap<>())
                .merge(outcome, 1, Integer::sum);
    }

    private static String nameOf(Path file) {
        String name = file.getFileName().toString();
        return SoundDirectory.isLog(file) ? "segment" : file.toString().contains("snap") ? "snapshot " + name : name;
    }

    private void report() {
        Map<String, Integer> totals = new TreeMap<>();
        outcomes.values()
                .forEach(counts -> counts.forEach((outcome, count) -> totals.merge(outcome, count, Integer::sum)));
        StringBuilder text = new StringBuilder("damages by outcome: " + totals + "; 0 wrong answers");
        outcomes.forEach((kind, counts) -> text.append(String.format("%n%s: %s", kind, counts)));
        System.out.println(text);
    }

    private byte[] flipped(byte value) {
        return new byte[] {(byte) (value ^ 1 << random.nextInt(8))};
    }

    private static Damage written(Path file, byte[] content) {
        return directory -> Files.write(directory.resolve(file), content);
    }

    /** Some bytes of a file become others. */
    private static Damage replaced(Path file, long position, byte[] bytes) {
        return directory -> DamageTest.overwrite(directory.resolve(file), position, bytes);
    }
}
