package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.pecanraft.model.GroupId;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/**
 * D04: an I/O error at each of the first flushes of a storage's life, whichever file or directory it is of: the storage stops with a
 * typed error and acknowledges nothing more, though every later flush succeeds, as it does on Linux. {@code -Dflush.failures=N}
 * tries another number of them.
 */
class EveryFlushFailsTest {

    private static final int FAILURES = Integer.getInteger("flush.failures", 200);

    @TempDir(factory = InMemory.class)
    Path directory;

    /** The log says of each failure that it has failed, with a stack trace. */
    @BeforeAll
    static void quiet() {
        ((Logger) LoggerFactory.getLogger(LogWriter.class)).setLevel(Level.OFF);
    }

    @AfterAll
    static void asBefore() {
        ((Logger) LoggerFactory.getLogger(LogWriter.class)).setLevel(null);
    }

    private final Map<String, Integer> failedFlushes = new TreeMap<>();

    /** Fails one flush and lets all others succeed. */
    private static final class FailingOnce implements Barrier {
        private final String kind;
        private final int failing;
        private int flushes;
        private volatile @Nullable Path failed;
        private volatile @Nullable Thread failedOn;

        /**
         * A disk.
         *
         * @param kind the name of what is flushed when it fails; empty for anything
         * @param failing which of these flushes fails, counted from 1
         */
        FailingOnce(String kind, int failing) {
            this.kind = kind;
            this.failing = failing;
        }

        @Override
        public void force(FileChannel channel, Path file) throws IOException {
            flush(file);
        }

        @Override
        public void forceDirectory(Path path) throws IOException {
            flush(path);
        }

        private synchronized void flush(Path path) throws IOException {
            if ((kind.isEmpty() || path.endsWith(kind)) && ++flushes == failing) {
                failedOn = Thread.currentThread();
                failed = path;
                throw new IOException("Input/output error");
            }
        }
    }

    @Test
    void theFirstFailureIsTheLastWordWhicheverFlushItIs() throws IOException {
        for (int number = 1; number <= FAILURES; number++) {
            fail("", number);
        }
        System.out.println(FAILURES + " of " + FAILURES + " failed flushes stopped the storage: " + failedFlushes);
    }

    /** Threads take turns as they come, so the numbers alone may miss one kind or other. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "log",
                "19700101F.cq4",
                "19700101F.precreated",
                "hardstate",
                "identity",
                "formation.tmp",
                "snap",
                "manifest",
                "watermark"
            })
    void soItIsWhateverIsFlushed(String kind) throws IOException {
        fail(kind, 1);
        assertThat(failedFlushes.keySet()).containsExactly(kind);
    }

    private void fail(String kind, int number) throws IOException {
        try {
            fail(new FailingOnce(kind, number), directory.resolve("flush-" + kind + number));
        } catch (AssertionError e) {
            throw new AssertionError("with a failure of flush " + number + " " + kind, e);
        }
    }

    private void fail(FailingOnce disk, Path live) throws IOException {
        RandomWrites writes = new RandomWrites(new Random(17));
        Reports reports = new Reports(writes, disk, live);
        StorageException failure = null;
        try (ChronicleStorage storage = open(live, disk)) {
            RecoveredLog recovered = storage.log().recover();
            assertThat(recovered.lastIndex()).isZero();
            storage.log().start(reports);
            failure = reports.writeUntilFailure(storage);
        } catch (StorageException e) {
            failure = e;
        }
        assertThat(disk.failed).as("there are so many flushes").isNotNull();
        failedFlushes.merge(disk.failed.getFileName().toString(), 1, Integer::sum);
        assertThat(failure).as("what was reported").isNotNull();
        assertThat(failure.reason()).isEqualTo(Reason.FAILED);
        assertThat(failure)
                .hasMessageContaining("Input/output error")
                .hasMessageContaining("check the disk and restart");
        assertThat(reports.afterFailure)
                .as("acknowledgements after the failure")
                .isZero();
        assertThatThrownBy(() -> open(live, disk))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("only a new process");
        aNewProcessFindsEverything(live, writes);
    }

    private void aNewProcessFindsEverything(Path live, RandomWrites writes) throws IOException {
        Path copy = live.resolveSibling(live.getFileName() + "-again");
        try (Stream<Path> all = Files.walk(live)) {
            for (Path path : all.toList()) {
                Files.copy(path, copy.resolve(live.relativize(path).toString()));
            }
        }
        try (ChronicleStorage storage = open(copy, new FailingOnce("", 0))) {
            writes.ledger().check(storage, storage.log().recover());
        }
        FileTree.delete(copy);
        FileTree.delete(live);
    }

    private static ChronicleStorage open(Path directory, Barrier barrier) {
        return ChronicleStorage.open(
                directory, TestLog.CLUSTER, GroupId.DEFAULT, TestLog.NODE, TestLog.smallSegments(), barrier);
    }

    /** Writes one thing after the other, and counts what is acknowledged that must not be. */
    private static final class Reports implements RaftLog.Listener {
        private static final int MAX_WRITES = 5_000;

        private final RandomWrites writes;
        private final FailingOnce disk;
        private final DirectoryLayout layout;
        private final BlockingQueue<Object> reports = new LinkedBlockingQueue<>();
        private int afterFailure;
        private boolean failureReported;

        Reports(RandomWrites writes, FailingOnce disk, Path directory) {
            this.writes = writes;
            this.disk = disk;
            this.layout = new DirectoryLayout(directory);
        }

        @Override
        public synchronized void onDurable(long ticket, long forceNanos, int count) {
            // The writer's own flush has failed: the write that waits for it is not durable.
            if (failureReported || disk.failedOn == Thread.currentThread()) {
                afterFailure++;
            }
            writes.model().durable(ticket);
            reports.add(ticket);
        }

        @Override
        public synchronized void onFailure(StorageException failure) {
            failureReported = true;
            reports.add(failure);
        }

        /** Every write is waited for, so that at most one is under way when the flush fails. */
        StorageException writeUntilFailure(ChronicleStorage storage) throws IOException {
            long durable = 0;
            for (int i = 0; i < MAX_WRITES; i++) {
                boolean failedBefore = knowsOfTheFailure();
                try {
                    writes.act(storage);
                } catch (IOException e) {
                    assertThat(disk.failed).as("why a snapshot failed: " + e).isNotNull();
                }
                while (durable < writes.ticket()) {
                    Object report = next();
                    if (report instanceof StorageException failure) {
                        storage.close();
                        assertThat(reports).as("after the failure").isEmpty();
                        return failure;
                    }
                    durable = (long) report;
                    assertThat(failedBefore && durable == writes.ticket())
                            .as("acknowledged what was given after the failure")
                            .isFalse();
                }
            }
            throw new AssertionError("no failure was reported after " + MAX_WRITES + " writes");
        }

        /**
         * The failure of another thread's flush is known to the storage a moment after it is known to the disk; a write whose own
         * flush passes in between may be acknowledged.
         */
        private boolean knowsOfTheFailure() throws IOException {
            if (disk.failed == null) {
                return false;
            }
            try {
                DirectoryLock.acquire(layout).close();
                throw new AssertionError("two storages hold " + layout.directory());
            } catch (StorageException e) {
                return e.reason() == Reason.FAILED;
            }
        }

        private Object next() {
            try {
                Object report = reports.poll(30, TimeUnit.SECONDS);
                if (report == null) {
                    throw new AssertionError("nothing was reported for 30 s");
                }
                return report;
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }
}
