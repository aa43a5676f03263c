package io.pecanraft.log.chronicle;

import io.pecanraft.model.ClusterId;
import io.pecanraft.model.Durability;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** From a write to the news that it is durable, one write at a time. In the directory for temporary files: mind which disk that is on. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class LogBenchmark {

    private static final int PAYLOAD_BYTES = 256;

    /** So many entries are kept; what is older may be compacted. */
    private static final long KEPT_ENTRIES = 100_000;

    /** How many entries there are in a write. */
    @Param({"1", "64", "1024"})
    public int entries;

    /** What a write survives. */
    @Param({"POWER_LOSS", "PROCESS_CRASH"})
    public Durability durability = Durability.POWER_LOSS;

    private final ByteBuffer payload = ByteBuffer.allocate(PAYLOAD_BYTES);
    private final Semaphore durable = new Semaphore(0);
    private Path directory;
    private ChronicleStorage storage;
    private RaftLog log;
    private long ticket;
    private long lastIndex;

    /** An empty log. */
    @Setup
    public void setUp() throws IOException {
        directory = Files.createTempDirectory("log-benchmark");
        storage = ChronicleStorage.open(
                directory,
                ClusterId.fromName("benchmark"),
                GroupId.DEFAULT,
                NodeId.of("n1"),
                ChronicleStorageConfig.builder().durability(durability).build());
        log = storage.log();
        log.recover();
        log.start(new RaftLog.Listener() {
            @Override
            public void onDurable(long confirmed, long forceNanos, int writes) {
                durable.release();
            }

            @Override
            public void onFailure(StorageException failure) {
                failure.printStackTrace();
            }
        });
    }

    /** Appends and waits. */
    @Benchmark
    public void appendAndSync() {
        long first = lastIndex + 1;
        List<LogEntry> batch = LongStream.range(first, first + entries)
                .mapToObj(i -> new LogEntry(i, 1, 1, EntryType.COMMAND, payload))
                .toList();
        lastIndex += entries;
        log.write(new LogWrite(++ticket, null, null, null, 0, batch));
        durable.acquireUninterruptibly();
        if (lastIndex % KEPT_ENTRIES < entries && lastIndex > KEPT_ENTRIES) {
            log.compact(lastIndex - KEPT_ENTRIES);
        }
    }

    /** Leaves nothing behind. */
    @TearDown
    public void tearDown() throws IOException {
        storage.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
