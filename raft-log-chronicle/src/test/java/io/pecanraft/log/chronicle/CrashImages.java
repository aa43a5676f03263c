package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.RandomWrites.Ledger;
import io.pecanraft.model.GroupId;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.StorageException;
import io.pecanraft.testkit.disk.DiskMoment;
import io.pecanraft.testkit.disk.DiskMoment.Tear;
import io.pecanraft.testkit.disk.PowerCutDisk;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One story of crash images: a storage is driven through random writes, and at many of its flushes, before and after, the disk is
 * looked at: every subset of what is not flushed is a directory that a loss of power could leave. Each is recovered and compared
 * with what was acknowledged.
 *
 * <p>With up to {@value #FEW} unflushed changes all subsets are tried, with more a sample; and pages that got there in part, in
 * sectors of 512 bytes and in words of 8. Some of the recoveries are themselves watched and cut off, up to three power cuts in a
 * row, and some storages are written to after their recovery and lose power again (K3).
 */
final class CrashImages {

    private static final int FEW = 10;
    private static final int FEWER = 4;
    private static final int SAMPLES = 40;
    private static final int TORN_SAMPLES = 4;
    private static final int MAX_DEPTH = 3;
    private static final int LIVES = 3;
    private static final int BURSTS = 60;
    private static final int EARLY_FLUSHES = 12;

    /** For directories that nobody will look at again. */
    static final Barrier NO_FLUSH = new Barrier() {
        @Override
        public void force(FileChannel channel, Path file) {}

        @Override
        public void forceDirectory(Path directory) {}
    };

    private final Random random;
    private final Path directory;
    private final CrashImageCount count;
    private int directories;

    CrashImages(long seed, Path directory, CrashImageCount count) {
        this.random = new Random(seed);
        this.directory = directory;
        this.count = count;
    }

    /** An image that was not recovered as it should be. The directory is kept. */
    static final class Failed extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Failed(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Ends early after a life when so many images were tried in all. */
    void run(long enough) throws IOException {
        PowerCutDisk disk = PowerCutBarrier.disk(next());
        Ledger ledger = new Ledger(new LogModel(), 0);
        for (int life = 0; life < LIVES && count.total() < enough; life++) {
            RandomWrites writes = RandomWrites.goingOnFrom(ledger, random);
            Death death = new Death();
            live(disk, writes, BURSTS, 1, 25, death);
            disk.close();
            FileTree.delete(disk.root());
            disk = death.left();
            ledger = death.ledger();
        }
        disk.close();
        FileTree.delete(disk.root());
    }

    /** The process dies when it is about to flush: what it wrote last is in the page cache only, and recovery finds it there. */
    private final class Death {

        private boolean isDue;
        private @Nullable PowerCutDisk left;
        private @Nullable Ledger ledger;

        void strike(PowerCutDisk disk, Ledger known) throws IOException {
            if (isDue && left == null) {
                left = disk.crash(PowerCutDisk.Crash.PROCESS_DIES, next(), random);
                ledger = known;
            }
        }

        PowerCutDisk left() {
            return Objects.requireNonNull(left, "nothing was flushed after the death was due");
        }

        Ledger ledger() {
            return Objects.requireNonNull(ledger);
        }
    }

    /**
     * Opens, recovers, writes and abandons a storage, and tries the images of some of its flushes; of many during its recovery, when
     * pages of the life before may still be on no disk.
     *
     * @param oneIn how many flushes there are for one whose images are tried
     * @param death in the last burst; null when it closes in order
     */
    private void live(PowerCutDisk disk, RandomWrites writes, int bursts, int depth, int oneIn, @Nullable Death death)
            throws IOException {
        AtomicInteger flushes = new AtomicInteger();
        disk.observe((at, flushing) -> {
            if (death != null) {
                death.strike(at, writes.ledger());
            }
            boolean early = depth == 1 && flushes.getAndIncrement() < EARLY_FLUSHES;
            if (random.nextInt(early ? 6 : oneIn) == 0) {
                tryImages(at, writes.ledger(), kindOf(flushing, depth), depth, early ? FEWER : FEW);
            }
        });
        try (ChronicleStorage storage = open(disk.root(), new PowerCutBarrier(disk))) {
            RecoveredLog recovered = storage.log().recover();
            LogModel.State state = writes.ledger().check(storage, recovered);
            Acknowledging listener;
            // No flush, and so no look at the disk, while the past is being exchanged.
            synchronized (disk) {
                writes.takeUp(state, storage);
                listener = new Acknowledging(writes.model());
            }
            storage.log().start(listener);
            for (int burst = 0; burst < bursts; burst++) {
                // The ledger is complete before the writer gets to its next flush.
                synchronized (disk) {
                    if (burst == 0) {
                        writes.catchUpWithSnapshot(storage);
                    }
                    for (int i = random.nextInt(4); i >= 0; i--) {
                        writes.act(storage);
                    }
                    if (death != null) {
                        death.isDue = burst == bursts - 1;
                    }
                }
                if (random.nextInt(3 * oneIn) == 0) {
                    synchronized (disk) {
                        tryImages(disk, writes.ledger(), "between flushes", depth, FEW);
                    }
                }
                listener.await(writes.ticket());
            }
        }
        disk.observe(null);
    }

    /** Tries all images when there are at most so many changes, else a sample. */
    private void tryImages(PowerCutDisk disk, Ledger ledger, String kind, int depth, int few) throws IOException {
        DiskMoment moment = disk.moment();
        int changes = moment.changes();
        if (changes <= (depth == 1 ? few : FEWER)) {
            for (long subset = 0; subset < 1L << changes; subset++) {
                tryImage(
                        moment, BitSet.valueOf(new long[] {subset}), Tear.WHOLE, ledger, kind + ", all subsets", depth);
            }
        } else {
            for (int i = SAMPLES / depth; i > 0; i--) {
                tryImage(moment, anySubset(changes), Tear.WHOLE, ledger, kind + ", sampled", depth);
            }
        }
        for (int i = TORN_SAMPLES; changes > 0 && i > 0; i--) {
            Tear tear = random.nextBoolean() ? Tear.SECTORS : Tear.WORDS;
            tryImage(moment, anySubset(changes), tear, ledger, kind + ", torn pages", depth);
        }
    }

    private BitSet anySubset(int changes) {
        BitSet kept = new BitSet(changes);
        int percent = new int[] {10, 50, 90, 100}[random.nextInt(4)];
        for (int i = 0; i < changes; i++) {
            kept.set(i, random.nextInt(100) < percent);
        }
        return kept;
    }

    private void tryImage(DiskMoment moment, BitSet kept, Tear tear, Ledger ledger, String kind, int depth)
            throws IOException {
        Path image = next();
        moment.write(image, kept, tear, random);
        try {
            boolean watched = depth < MAX_DEPTH && random.nextInt(40) == 0;
            if (watched) {
                PowerCutDisk disk = PowerCutBarrier.diskOf(image);
                live(disk, RandomWrites.goingOnFrom(ledger, random), random.nextInt(3), depth + 1, 12, null);
                disk.close();
            } else {
                recover(image, ledger);
            }
            count.tried(kind);
        } catch (Failed e) {
            throw e; // of an image of this image's recovery
        } catch (IOException | RuntimeException | AssertionError e) {
            Path original = image.resolveSibling(image.getFileName() + "-failed");
            moment.write(original, kept, tear, random);
            throw new Failed(
                    kind + ": keeping " + kept + " of " + moment.changes() + " changes, " + tear + ", in " + original
                            + ": " + e,
                    e);
        }
        FileTree.delete(image);
    }

    private static void recover(Path image, Ledger ledger) throws IOException {
        try (ChronicleStorage storage = open(image, NO_FLUSH)) {
            ledger.check(storage, storage.log().recover());
        }
    }

    private static ChronicleStorage open(Path directory, Barrier barrier) {
        return ChronicleStorage.open(
                directory, TestLog.CLUSTER, GroupId.DEFAULT, TestLog.NODE, TestLog.smallSegments(), barrier);
    }

    private Path next() {
        return directory.resolve("image-" + ++directories);
    }

    /** What was being flushed, for the count. */
    private static String kindOf(Path flushing, int depth) {
        String path = flushing.toString();
        String name = flushing.getFileName().toString();
        String what = path.contains("/snap/") || name.equals("snap")
                ? "snapshot"
                : path.contains("/log/") || name.equals("log") ? "log" : name;
        if (path.contains("/data.tmp") || name.startsWith("image-")) {
            what = "initialisation";
        }
        return (depth == 1 ? "" : depth == 2 ? "second cut, " : "third cut, ") + what;
    }

    private static final class Acknowledging implements RaftLog.Listener {
        private final LogModel model;
        private final BlockingQueue<Object> reports = new LinkedBlockingQueue<>();
        private long durable;

        Acknowledging(LogModel model) {
            this.model = model;
        }

        @Override
        public void onDurable(long ticket, long forceNanos, int writes) {
            model.durable(ticket);
            reports.add(ticket);
        }

        @Override
        public void onFailure(StorageException failure) {
            reports.add(failure);
        }

        void await(long ticket) {
            while (durable < ticket) {
                Object report = nextReport();
                if (report instanceof StorageException failure) {
                    throw failure;
                }
                if (report instanceof Long reported) {
                    durable = reported;
                }
            }
        }

        private @Nullable Object nextReport() {
            try {
                // Long, because all the images of the flushes in between are tried meanwhile.
                Object report = reports.poll(30, TimeUnit.MINUTES);
                if (report == null) {
                    throw new AssertionError("nothing was reported for 30 minutes");
                }
                return report;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
