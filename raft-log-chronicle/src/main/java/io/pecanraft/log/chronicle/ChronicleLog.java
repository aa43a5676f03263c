package io.pecanraft.log.chronicle;

import io.pecanraft.model.GroupId;
import io.pecanraft.model.HardState;
import io.pecanraft.model.LogEntry;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageIdentity;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The log over its parts: recovery, the writer's thread, the readers' threads. */
final class ChronicleLog implements RaftLog {

    private final DirectoryLayout layout;
    private final StorageIdentity identity;
    private final ChronicleStorageConfig config;
    private final FailStopBarrier barrier;
    private final DirectoryLock lock;
    private final FileSnapshotStore snapshotStore;
    private final SnapshotCoverage snapshots;
    private final StartCheck check;
    private final LogWriterThread writerThread;
    private final boolean threadIsShared;
    private boolean mayDiscard = true;

    private volatile @Nullable SegmentPreparer preparer;
    private volatile @Nullable WatermarkFile watermark;
    private volatile @Nullable LogWriter writer;
    private volatile @Nullable LogReader reader;
    private volatile @Nullable RecoveredLog recovered;
    private volatile @Nullable ScrubberRounds scrubber;

    ChronicleLog(
            DirectoryLayout layout,
            StorageIdentity identity,
            ChronicleStorageConfig config,
            FailStopBarrier barrier,
            DirectoryLock lock,
            FileSnapshotStore snapshotStore,
            StartCheck check,
            @Nullable LogWriterThread shared) {
        this.layout = layout;
        this.identity = identity;
        this.config = config;
        this.barrier = barrier;
        this.lock = lock;
        this.snapshotStore = snapshotStore;
        this.snapshots = snapshotStore.coverage();
        this.check = check;
        this.threadIsShared = shared != null;
        this.writerThread = shared != null ? shared : LogWriterThread.named(name());
    }

    private String name() {
        return identity.node() + "-" + identity.group();
    }

    /** Recovers only what can be recovered without discarding anything that was acknowledged. Before {@link #recover}. */
    void keepAcknowledged() {
        mayDiscard = false;
    }

    @Override
    public RecoveredLog recover() {
        if (writer != null) {
            throw new IllegalStateException("recover is called once");
        }
        LogWriter newWriter = new LogWriter(
                writerThread,
                config.durability(),
                this::recoverOnWriterThread,
                barrier,
                new Condemnation(layout.data(), barrier),
                lock::poison);
        writer = newWriter;
        reader = new LogReader(newWriter::view, name());
        try {
            newWriter.recovered().join();
        } catch (CompletionException e) {
            StorageException failedFlush = barrier.failure();
            if (failedFlush != null) {
                throw failedFlush;
            }
            if (e.getCause() instanceof StorageException storage) {
                throw storage;
            }
            if (e.getCause() instanceof IOException io) {
                throw Damage.inaccessible(layout.log(), "recover the log in", io);
            }
            throw e;
        }
        RecoveredLog result = recovered;
        if (result == null) {
            throw new IllegalStateException("recovery ended without a result");
        }
        check.report(identity, result, Instant.now());
        return result;
    }

    @Override
    public void start(Listener listener) {
        LogWriter started = started("start");
        started.start(listener);
        if (config.scrubBytesPerSecond() > 0) {
            scrubber = new ScrubberRounds(
                    writerThread.scrubbing(),
                    started::view,
                    snapshotStore,
                    config,
                    started::damaged,
                    this::failed,
                    name());
        }
    }

    @Override
    public void write(LogWrite write) {
        int maxRecordBytes = SegmentWriter.maxRecordBytes(config.segmentBytes());
        for (LogEntry entry : write.entries()) {
            if (RecordEncoder.entryBytes(entry) > maxRecordBytes) {
                throw new IllegalArgumentException("entry " + entry + " is too long for segments of "
                        + config.segmentBytes() + " bytes, which take records up to " + maxRecordBytes
                        + " bytes; raise segmentBytes or lower the limit of commands");
            }
        }
        started("write").write(write);
    }

    @Override
    public CompletableFuture<List<LogEntry>> read(long fromIndex, long toIndexExclusive, int maxBytes) {
        LogReader open = reader;
        if (open == null) {
            throw new IllegalStateException("read before recover");
        }
        return open.read(fromIndex, toIndexExclusive, maxBytes);
    }

    @Override
    public void compact(long throughIndex) {
        started("compact").compact(throughIndex);
    }

    @Override
    public void condemn(StorageException why) {
        started("condemn").condemn(why);
    }

    /** Ends the threads, after what was given to them. */
    void close() throws IOException {
        ScrubberRounds openScrubber = scrubber;
        if (openScrubber != null) {
            openScrubber.close();
        }
        LogWriter openWriter = writer;
        SegmentPreparer openPreparer = preparer;
        if (openPreparer != null) {
            openPreparer.stopWaiting();
        }
        if (openWriter != null) {
            openWriter.stop();
        }
        if (!threadIsShared) {
            writerThread.close();
        }
        LogReader openReader = reader;
        if (openReader != null) {
            openReader.close();
        }
        if (openPreparer != null) {
            openPreparer.close();
        }
        WatermarkFile openWatermark = watermark;
        if (openWatermark != null) {
            openWatermark.close();
        }
    }

    /** An error on a thread that nobody waits for ends the log all the same: what else it has broken nobody knows. */
    private void failed(Error error) {
        barrier.fail("working on", layout.log(), error);
    }

    private LogWriter started(String call) {
        LogWriter started = writer;
        if (started == null) {
            throw new IllegalStateException(call + " before recover");
        }
        return started;
    }

    private LogWriter.Files recoverOnWriterThread(SpaceWatch space) throws IOException {
        HardStateRecovery state = HardStateRecovery.open(layout.data(), identity.incarnation(), barrier);
        try {
            LogContinuation.Outcome outcome = recoverLog(identity.group(), state, space);
            LogAppender log = outcome.appender();
            try {
                requireKnownTerm(outcome.highestTerm(), state.hardState());
                recovered = describe(state, outcome);
            } catch (IOException | RuntimeException | Error e) {
                log.close();
                throw e;
            }
            return new LogWriter.Files(log, state.hardStateFile(), state.formationFile());
        } catch (IOException | RuntimeException | Error e) {
            state.close();
            throw e;
        }
    }

    private void requireKnownTerm(long highestTerm, HardState hardState) {
        if (highestTerm > hardState.currentTerm()) {
            throw Damage.corrupt(
                    DirectoryLayout.hardState(layout.data()),
                    "it knows of term " + hardState.currentTerm() + " only, but the log holds entries of term "
                            + highestTerm);
        }
    }

    private LogContinuation.Outcome recoverLog(GroupId group, HardStateRecovery state, SpaceWatch space)
            throws IOException {
        WatermarkFile openWatermark =
                WatermarkFile.openOrLost(DirectoryLayout.watermark(layout.data()), identity.incarnation(), barrier);
        watermark = openWatermark;
        SegmentPreparer openPreparer = new SegmentPreparer(
                new SegmentLayout(layout.log(), barrier, config.durability(), config.spareSegments()),
                barrier,
                config.segmentBytes(),
                config.freeSpaceReserveBytes(),
                config.spaceCheckInterval(),
                space,
                this::failed,
                name());
        preparer = openPreparer;
        barrier.onFailure(openPreparer::giveUp);
        snapshotStore.onFailedWrite(openPreparer::giveRoomBack);
        LogSource source = new LogSource(layout, identity.incarnation(), group, openWatermark, snapshots);
        return new LogRecovery(
                        new LogParts(source, state, barrier, config.durability(), openPreparer, config.segmentBytes()),
                        mayDiscard)
                .run();
    }

    private static RecoveredLog describe(HardStateRecovery hardState, LogContinuation.Outcome outcome)
            throws IOException {
        LogState state = outcome.appender().state();
        long last = state.last().index();
        long lastTimestampMillis = last == state.base().index()
                ? 0
                : LogReader.read(state.view(), last, last + 1, 1).get(0).timestampMillis();
        return new RecoveredLog(
                hardState.hardState(),
                hardState.formation(),
                state.base(),
                last,
                new ArrayList<>(state.termStarts()),
                outcome.membershipEntries(),
                lastTimestampMillis,
                hardState.repair());
    }
}
