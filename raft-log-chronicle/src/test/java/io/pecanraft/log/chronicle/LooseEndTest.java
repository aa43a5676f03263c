package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.log.chronicle.StorageReport.AtStart;
import io.pecanraft.model.Durability;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import io.pecanraft.testkit.disk.DiskMoment.Tear;
import io.pecanraft.testkit.disk.PowerCutDisk;
import io.pecanraft.testkit.disk.PowerCutDisk.Crash;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.BitSet;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where entries survive the death of the process only, full segments are flushed when nobody waits any more. */
class LooseEndTest {

    private static final int SEEDS = Integer.getInteger("loose.seeds", 60);

    @TempDir(factory = InMemory.class)
    Path temporary;

    /**
     * A loss of power costs an end of the log, also where it tears a segment in the midst: what is left are the first entries, nothing is taken for
     * damage, and nothing below the watermark is missing. {@code -Dloose.seed=N} repeats one.
     */
    @Test
    void aLossOfPowerCostsTheEndOnly() throws Exception {
        Long single = Long.getLong("loose.seed");
        int inTheMidst = 0;
        int cut = 0;
        for (long seed = single == null ? 1 : single; seed <= (single == null ? SEEDS : single); seed++) {
            Random random = new Random(seed);
            Path directory = temporary.resolve("seed-" + seed);
            int written = 400 + random.nextInt(2_400);
            Crash crash = random.nextInt(4) == 0 ? Crash.PROCESS_DIES : Crash.POWER_FAILS;
            PowerCutDisk left = crashed(directory, written, crash, random);
            StorageReport report;
            try (StorageInspection inspection = StorageInspection.open(left.root())) {
                report = inspection.report();
            }
            assertThat(report.atStart()).as("seed %s: %s", seed, report).isIn(AtStart.GOES_ON, AtStart.CUTS_TORN_TAIL);
            long voided = report.findings().stream()
                    .filter(finding -> finding.kind() == StorageFinding.Kind.TORN_TAIL)
                    .filter(finding -> finding.offset().isEmpty())
                    .count();
            long kept = secondLossLosesNothing(left, directory.resolve("second"), seed);
            assertThat(kept)
                    .as("seed %s", seed)
                    .isEqualTo(report.last().index())
                    .isLessThanOrEqualTo(written);
            if (crash == Crash.PROCESS_DIES) {
                assertThat(kept).as("seed %s", seed).isEqualTo(written);
                assertThat(voided).isZero();
            }
            inTheMidst += voided > 0 ? 1 : 0;
            cut += kept < written ? 1 : 0;
            FileTree.delete(directory);
        }
        if (single == null) {
            assertThat(inTheMidst).as("tears in a segment with a successor").isPositive();
            assertThat(cut).as("logs that lost an end").isPositive();
        }
    }

    private static PowerCutDisk crashed(Path directory, int written, Crash crash, Random random) throws IOException {
        PowerCutDisk disk = PowerCutBarrier.disk(directory.resolve("live"));
        HeldFlushes held = new HeldFlushes(disk, random);
        try (TestLog log = open(disk.root(), held)) {
            log.aloneInTerm(1);
            for (int at = 1; at <= written; at += 50) {
                log.append(TestLog.entries(at, Math.min(written, at + 49), 1));
            }
            PowerCutDisk left = disk.crash(crash, directory.resolve("left"), random);
            held.letGo();
            return left;
        } finally {
            held.letGo();
            disk.close();
        }
    }

    /** K3: what a recovery has found it has flushed, and what it has not found does not come back. */
    private static long secondLossLosesNothing(PowerCutDisk left, Path second, long seed) throws IOException {
        long kept;
        try (TestLog log = open(left.root(), new PowerCutBarrier(left))) {
            kept = log.recovered.lastIndex();
            assertThat(log.recovered.repair()).as("seed %s", seed).isEqualTo(RepairMarker.NONE);
            assertThat(log.readAll(kept)).as("seed %s", seed).isEqualTo(TestLog.entries(1, kept, 1));
            left.moment().write(second, new BitSet(), Tear.WHOLE, new Random(seed));
        }
        left.close();
        try (TestLog log = open(second, Barrier.OPERATING_SYSTEM)) {
            assertThat(log.recovered.lastIndex()).as("seed %s", seed).isEqualTo(kept);
            assertThat(log.recovered.repair()).isEqualTo(RepairMarker.NONE);
            log.append(TestLog.entries(kept + 1, kept + 10, 1));
            assertThat(log.readAll(kept + 10)).isEqualTo(TestLog.entries(1, kept + 10, 1));
        }
        return kept;
    }

    /** What an end in order has flushed is flushed with its name, whenever the last segment was begun. */
    @Test
    void whoEndedInOrderLosesNothing() throws Exception {
        PowerCutDisk disk = PowerCutBarrier.disk(temporary.resolve("live"));
        Path left = temporary.resolve("left");
        try (TestLog log = open(disk.root(), new LateNames(disk))) {
            log.aloneInTerm(1);
            log.append(TestLog.entries(1, 2_500, 1));
        }
        disk.moment().write(left, new BitSet(), Tear.WHOLE, new Random(1));
        disk.close();
        try (TestLog log = open(left, Barrier.OPERATING_SYSTEM)) {
            assertThat(log.readAll(2_500)).isEqualTo(TestLog.entries(1, 2_500, 1));
        }
    }

    /** A start, a snapshot and a compaction make room, though the segment that a start begins is loose as well. */
    @Test
    void whatTheLastLifeLeftIsRemovedBySnapshots() throws Exception {
        try (TestLog log = open(temporary, Barrier.OPERATING_SYSTEM)) {
            log.aloneInTerm(1);
            log.append(TestLog.entries(1, 2_500, 1));
        }
        try (TestLog log = open(temporary, Barrier.OPERATING_SYSTEM)) {
            log.snapshot(new EntryId(1, 2_500));
            log.compact(2_500);
            assertThat(DirectoryLayout.segments(new DirectoryLayout(temporary).log()))
                    .hasSize(1);
        }
    }

    /** What is flushed when it is full is flushed for good: damage to it is damage, and not the end of the log. */
    @Test
    void whatTheWatermarkCoversIsNotCut() throws Exception {
        Path directory = temporary.resolve("node");
        try (TestLog log = open(directory, Barrier.OPERATING_SYSTEM)) {
            log.aloneInTerm(1);
            log.append(TestLog.entries(1, 2_500, 1));
        }
        NavigableMap<Long, Path> segments = DirectoryLayout.segments(new DirectoryLayout(directory).log());
        assertThat(segments).hasSizeGreaterThan(3);
        Path file = segments.firstEntry().getValue().resolve(DirectoryLayout.SEGMENT_FILE);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[64]), 20_000);
        }
        assertThatThrownBy(() -> open(directory, Barrier.OPERATING_SYSTEM))
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CORRUPT));
    }

    /** The death of the process alone costs nothing, however much is not flushed. */
    @Test
    void theDeathOfTheProcessCostsNothing() throws Exception {
        PowerCutDisk disk = PowerCutBarrier.disk(temporary.resolve("live"));
        HeldFlushes held = new HeldFlushes(disk, new Random(1));
        PowerCutDisk left;
        try (TestLog log = open(disk.root(), held)) {
            log.aloneInTerm(1);
            log.append(TestLog.entries(1, 2_500, 1));
            left = disk.crash(Crash.PROCESS_DIES, temporary.resolve("left"), new Random(1));
            held.letGo();
        }
        disk.close();
        try (TestLog log = open(left.root(), new PowerCutBarrier(left))) {
            assertThat(log.readAll(2_500)).isEqualTo(TestLog.entries(1, 2_500, 1));
        }
        left.close();
    }

    /** The writer does not wait for the flush of a full segment; who ends the log does. */
    @Test
    @Timeout(60)
    void nobodyButTheEndWaitsForTheFlushOfAFullSegment() throws Exception {
        Gate gate = new Gate();
        TestLog log = open(temporary, gate);
        log.aloneInTerm(1);
        log.append(TestLog.entries(1, 2_500, 1));
        assertThat(gate.begun.await(1, TimeUnit.MINUTES)).isTrue();
        Thread closing = new Thread(log::close);
        closing.start();
        Thread writer = threadOf("pecan-log-writer");
        while (!waitsForAFlush(writer)) {
            assertThat(closing.isAlive())
                    .as("the log has ended without its flushes")
                    .isTrue();
            Thread.onSpinWait();
        }
        gate.open.countDown();
        closing.join();
        try (TestLog again = open(temporary, Barrier.OPERATING_SYSTEM)) {
            assertThat(again.recovered.lastIndex()).isEqualTo(2_500);
        }
    }

    /** A disk that is slower than the log holds it up in the end. */
    @Test
    @Timeout(60)
    void noMoreThanSoManySegmentsWaitForTheirFlush() throws Exception {
        Gate gate = new Gate();
        try (TestLog log = open(temporary, gate)) {
            log.aloneInTerm(1);
            log.submit(TestLog.entries(1, 5_000, 1));
            assertThat(gate.begun.await(1, TimeUnit.MINUTES)).isTrue();
            Thread writer = threadOf("pecan-log-writer");
            Path directory = new DirectoryLayout(temporary).log();
            while (!waitsForAFlush(writer)) {
                Thread.onSpinWait();
            }
            assertThat(DirectoryLayout.segments(directory)).hasSize(LogAppender.MAX_LOOSE_SEGMENTS + 1);
            gate.open.countDown();
            log.await(2);
            assertThat(log.readAll(5_000)).isEqualTo(TestLog.entries(1, 5_000, 1));
        }
    }

    /** D04. */
    @Test
    @Timeout(60)
    void afterAFailedFlushOfAFullSegmentNothingIsPromised() throws Exception {
        Gate gate = new Gate();
        gate.failing = true;
        gate.open.countDown();
        try (TestLog log = open(temporary, gate)) {
            log.aloneInTerm(1);
            log.submit(TestLog.entries(1, 2_500, 1));
            Object report = log.nextReport();
            while (!(report instanceof StorageException)) {
                report = log.nextReport();
            }
            assertThat(((StorageException) report).reason()).isEqualTo(Reason.FAILED);
            log.submit(TestLog.entries(2_501, 2_501, 1));
            log.storage.close();
            assertThat(log.reports).isEmpty();
        }
    }

    /** Without it a first segment that is lost as a whole would be taken for damage. */
    @Test
    void theLastFlushedSegmentBeforeLooseOnesIsNotRemoved() throws Exception {
        Gate gate = new Gate();
        try (TestLog log = open(temporary, gate)) {
            log.aloneInTerm(1);
            log.append(TestLog.entries(1, 2_500, 1));
            assertThat(gate.begun.await(1, TimeUnit.MINUTES)).isTrue();
            log.snapshot(new EntryId(1, 2_500));
            log.compact(2_500);
            NavigableMap<Long, Path> segments = DirectoryLayout.segments(new DirectoryLayout(temporary).log());
            long first = segments.firstKey();
            assertThat(segments).hasSizeGreaterThan(2);
            gate.open.countDown();
            assertThat(SegmentScan.readHeader(segments.firstEntry().getValue().resolve(DirectoryLayout.SEGMENT_FILE))
                            .segmentId())
                    .isEqualTo(first);
        }
    }

    @Test
    void whatIsFlushedAnywayIsNotLoose() throws Exception {
        try (TestLog log = TestLog.open(temporary)) {
            log.aloneInTerm(1);
            log.append(TestLog.entries(1, 2_500, 1));
        }
        for (Path segment :
                DirectoryLayout.segments(new DirectoryLayout(temporary).log()).values()) {
            assertThat(SegmentScan.readHeader(segment.resolve(DirectoryLayout.SEGMENT_FILE))
                            .loose())
                    .isFalse();
        }
    }

    /** Some flushes of full segments take their time. */
    private static final class HeldFlushes implements Barrier {

        private final PowerCutDisk disk;
        private final Random random;
        private final CountDownLatch end = new CountDownLatch(1);

        HeldFlushes(PowerCutDisk disk, Random random) {
            this.disk = disk;
            this.random = new Random(random.nextLong());
        }

        void letGo() {
            end.countDown();
        }

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            if (isChore() && random.nextInt(3) == 0) {
                await(end);
            }
            disk.flush(file);
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            disk.flushDirectory(directory);
        }
    }

    /** Chores flush no names: as if each segment had been named after the flush of the one before. */
    private static final class LateNames implements Barrier {

        private final PowerCutDisk disk;

        LateNames(PowerCutDisk disk) {
            this.disk = disk;
        }

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            disk.flush(file);
        }

        @Override
        public void forceDirectory(Path directory) throws IOException {
            if (!isChore()) {
                disk.flushDirectory(directory);
            }
        }
    }

    /** Holds, or fails, the flushes of full segments. */
    private static final class Gate implements Barrier {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);
        private volatile boolean failing;

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            if (isChore()) {
                begun.countDown();
                await(open);
                if (failing) {
                    throw new IOException("Input/output error");
                }
            }
            Barrier.OPERATING_SYSTEM.force(channel, file);
        }

        @Override
        public void forceDirectory(Path path) throws IOException {
            Barrier.OPERATING_SYSTEM.forceDirectory(path);
        }
    }

    private static boolean isChore() {
        return Thread.currentThread().getName().startsWith("pecan-log-chores");
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static boolean waitsForAFlush(Thread writer) {
        return writer.getState() == Thread.State.WAITING
                && Arrays.stream(writer.getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("awaitFlush"));
    }

    private static Thread threadOf(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith(name))
                .findFirst()
                .orElseThrow();
    }

    private static TestLog open(Path directory, Barrier barrier) {
        return TestLog.open(
                directory, TestLog.small().durability(Durability.PROCESS_CRASH).build(), barrier);
    }
}
