package io.pecanraft.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.HardState;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.LogWrite;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.RecoveredLog;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A recovered and started storage with what it reported, so that a test can write and wait. */
final class OpenStorage implements AutoCloseable, RaftLog.Listener {

    static final Membership MEMBERSHIP = Membership.ofVoters(
            0, List.of(new Member(new MemberId(NodeId.of("n1"), new Incarnation(1, 2)), "localhost:1")));

    /** A storage that has not answered by then does not answer at all. */
    private static final long PATIENCE_SECONDS = 60;

    final Storage storage;
    final RecoveredLog recovered;
    /** Every ticket that was reported, in order. */
    final List<Long> reportedTickets = new ArrayList<>();
    /** How many writes the reports covered. */
    long reportedWrites;

    private final BlockingQueue<Object> reports = new LinkedBlockingQueue<>();
    private final BooleanSupplier runNextEvent;
    private long lastTicket;
    private long durableTicket;

    private record Report(long ticket, int writes) {}

    OpenStorage(Storage storage, BooleanSupplier runNextEvent) {
        this.storage = storage;
        this.runNextEvent = runNextEvent;
        try {
            this.recovered = storage.log().recover();
        } catch (RuntimeException e) {
            storage.close();
            throw e;
        }
        storage.log().start(this);
    }

    static LogEntry entry(long index, long term, String payload) {
        return new LogEntry(
                index,
                term,
                1000 + index,
                EntryType.COMMAND,
                ByteBuffer.wrap(payload.getBytes(StandardCharsets.UTF_8)));
    }

    /** Consecutive entries of one term. */
    static List<LogEntry> entries(long fromIndex, long throughIndex, long term) {
        List<LogEntry> entries = new ArrayList<>();
        for (long index = fromIndex; index <= throughIndex; index++) {
            entries.add(entry(index, term, "entry " + index + " of term " + term));
        }
        return entries;
    }

    /** Gives a write and returns its ticket at once. */
    long submit(
            @Nullable HardState hardState,
            @Nullable FormationRecord formation,
            @Nullable EntryId resetTo,
            long truncateFrom,
            List<LogEntry> entries) {
        lastTicket++;
        storage.log().write(new LogWrite(lastTicket, hardState, formation, resetTo, truncateFrom, entries));
        return lastTicket;
    }

    void term(long term) {
        await(submit(new HardState(term, null), null, null, 0, List.of()));
    }

    void append(List<LogEntry> entries) {
        await(submit(null, null, null, 0, entries));
    }

    void truncate(long fromIndex, List<LogEntry> entries) {
        await(submit(null, null, null, fromIndex, entries));
    }

    void reset(EntryId to, List<LogEntry> entries) {
        await(submit(null, null, to, 0, entries));
    }

    SnapshotMeta snapshot(EntryId id, String state) throws IOException {
        try (SnapshotStore.Writer writer = storage.snapshots().begin(id, MEMBERSHIP, 1)) {
            writer.stream().write(state.getBytes(StandardCharsets.UTF_8));
            return writer.commit();
        }
    }

    /** Waits until a ticket is durable; throws what the log failed with instead. */
    void await(long ticket) {
        while (durableTicket < ticket) {
            Object report = nextReport();
            if (report instanceof StorageException failure) {
                throw failure;
            }
            Report durable = (Report) report;
            reportedTickets.add(durable.ticket());
            reportedWrites += durable.writes();
            durableTicket = durable.ticket();
        }
    }

    private Object nextReport() {
        try {
            Object report = reports.poll();
            while (report == null && runNextEvent.getAsBoolean()) {
                report = reports.poll();
            }
            if (report == null) {
                report = reports.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            }
            assertThat(report)
                    .as("a report after ticket %d within %d s", durableTicket, PATIENCE_SECONDS)
                    .isNotNull();
            return report;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Whether it has reported anything that nobody waited for. */
    boolean saidMore() {
        while (runNextEvent.getAsBoolean()) {
            // until nothing happens any more
        }
        return !reports.isEmpty();
    }

    /** Reads, and throws what the read failed with. */
    List<LogEntry> read(long from, long toExclusive, int maxBytes) {
        CompletableFuture<List<LogEntry>> future = storage.log().read(from, toExclusive, maxBytes);
        while (!future.isDone() && runNextEvent.getAsBoolean()) {
            // until it is there
        }
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e);
        } catch (InterruptedException | TimeoutException e) {
            throw new AssertionError("a read from " + from + " did not end within " + PATIENCE_SECONDS + " s", e);
        }
    }

    List<LogEntry> read(long from, long toExclusive) {
        return read(from, toExclusive, Integer.MAX_VALUE);
    }

    /** Everything that was recovered. */
    List<LogEntry> readRecovered() {
        long base = recovered.base().index();
        return recovered.lastIndex() == base ? List.of() : read(base + 1, recovered.lastIndex() + 1);
    }

    @Override
    public void onDurable(long ticket, long forceNanos, int writes) {
        reports.add(new Report(ticket, writes));
    }

    @Override
    public void onFailure(StorageException failure) {
        reports.add(failure);
    }

    @Override
    public void close() {
        storage.close();
    }
}
