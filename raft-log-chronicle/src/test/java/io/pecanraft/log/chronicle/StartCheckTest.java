package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.pecanraft.model.Durability;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.LogEntry;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What a storage says of itself when it starts, and where it refuses to. */
class StartCheckTest {

    @TempDir
    Path directory;

    private final Logger logger = (Logger) LoggerFactory.getLogger(ChronicleStorage.class);
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void listen() {
        log.start();
        logger.addAppender(log);
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
    }

    @AfterEach
    void asBefore() {
        logger.detachAppender(log);
        logger.setLevel(null);
        logger.setAdditive(true);
    }

    @Test
    void saysInOneLineWhatItFound() {
        try (TestLog storage = TestLog.open(directory)) {
            storage.term(3);
        }
        log.list.clear();
        TestLog.open(directory).close();
        assertThat(log.list)
                .singleElement()
                .satisfies(event -> assertThat(event.getKeyValuePairs().toString())
                        .contains(
                                "file system: ",
                                "free space: ",
                                "flush of 4 KiB: ",
                                "log: entries after 0@0 to index 0, term 3"));
    }

    @Test
    void aFileSystemOnANetworkOrInMemoryIsRefusedUnlessItIsNamed() {
        StartCheck check = new StartCheck(ChronicleStorageConfig.defaults());
        for (String type : new String[] {"nfs4", "cifs", "9p", "fuse.sshfs", "tmpfs", "ramfs"}) {
            assertThatThrownBy(() -> check.fileSystem(directory, type))
                    .isInstanceOfSatisfying(
                            StorageException.class, e -> assertThat(e.reason()).isEqualTo(Reason.ENVIRONMENT))
                    .hasMessageContaining(type)
                    .hasMessageContaining("allowedFileSystems");
            StartCheck allowing = new StartCheck(ChronicleStorageConfig.builder()
                    .allowedFileSystems(Set.of(type))
                    .build());
            assertThatCode(() -> allowing.fileSystem(directory, type)).doesNotThrowAnyException();
            StartCheck promisingLess = new StartCheck(ChronicleStorageConfig.builder()
                    .durability(Durability.PROCESS_CRASH)
                    .build());
            assertThatCode(() -> promisingLess.fileSystem(directory, type)).doesNotThrowAnyException();
        }
        assertThatCode(() -> check.fileSystem(directory, "ext4")).doesNotThrowAnyException();
    }

    @Test
    void memoryIsRefusedBeforeThereIsAnyData() throws IOException {
        Path memory = Path.of("/dev/shm");
        assumeTrue(
                Files.isWritable(memory) && Files.getFileStore(memory).type().equals("tmpfs"), "no tmpfs at " + memory);
        Path there = Files.createTempDirectory(memory, "pecanraft");
        try {
            assertThatThrownBy(() -> TestLog.open(there, ChronicleStorageConfig.defaults(), CrashImages.NO_FLUSH))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("in memory (tmpfs)");
            assertThat(there.resolve("data")).doesNotExist();
        } finally {
            FileTree.delete(there);
        }
    }

    /** What is repaired or restored there promises nothing yet; the server that is started on it does. */
    @Test
    void toolsGoWhereverADirectoryLies() throws IOException {
        String type = Files.getFileStore(directory).type();
        assertThat(ChronicleStorageConfig.defaults()
                        .wherever(directory.resolve("not/yet/there"))
                        .allowedFileSystems())
                .containsExactly(type);
    }

    /** What the node compares with its election timeout. */
    @Test
    void tellsWhatASlowFlushTook() {
        Barrier slow = new Barrier() {
            @Override
            public void force(FileChannel channel, Path file) {
                LockSupport.parkNanos(2_000_000);
            }

            @Override
            public void forceDirectory(Path path) {}
        };
        try (TestLog storage = TestLog.open(directory, slow)) {
            assertThat(storage.storage.slowestProbe()).isGreaterThanOrEqualTo(Duration.ofMillis(2));
        }
    }

    @Test
    void leavesNothingBehind() throws IOException {
        StartCheck.run(directory, TestLog.smallSegments(), CrashImages.NO_FLUSH);
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void warnsOfAClockThatIsBehindTheLog() {
        try (TestLog storage = TestLog.open(directory)) {
            storage.term(1);
            long ahead = System.currentTimeMillis() + 3_600_000;
            storage.append(List.of(new LogEntry(1, 1, ahead, EntryType.NO_OP, ByteBuffer.allocate(0))));
        }
        log.list.clear();
        TestLog.open(directory).close();
        assertThat(log.list).singleElement().satisfies(event -> {
            assertThat(event.getLevel()).isEqualTo(Level.WARN);
            assertThat(event.getKeyValuePairs().toString()).contains("check the clock");
        });
    }
}
