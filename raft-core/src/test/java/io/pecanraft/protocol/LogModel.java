package io.pecanraft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** {@link LogView}, and with it {@link EntryTail} and {@link TermRuns}, against a list of entries, under random operations. */
final class LogModel {

    private final Random random;
    private final List<LogEntry> model = new ArrayList<>();
    private EntryId base;
    private final LogView log;
    private long inMemoryFrom;
    private long unwrittenFrom;
    private long cache;

    private LogModel(long seed) {
        random = new Random(seed);
        cache = 5L * random.nextInt(3) * LogEntry.OVERHEAD_BYTES;
        long baseIndex = random.nextInt(3) * 7L;
        base = baseIndex == 0 ? EntryId.ZERO : new EntryId(3, baseIndex);
        List<EntryId> termStarts = new ArrayList<>();
        int recovered = random.nextInt(10);
        for (int i = 0; i < recovered; i++) {
            LogEntry entry = next();
            if (model.isEmpty() || model.get(model.size() - 1).term() != entry.term()) {
                termStarts.add(entry.id());
            }
            model.add(entry);
        }
        log = new LogView(base, lastIndex(), termStarts, cache);
        inMemoryFrom = lastIndex() + 1;
        unwrittenFrom = lastIndex() + 1;
    }

    static void run(long seed, int steps) {
        LogModel run = new LogModel(seed);
        for (int i = 0; i < steps; i++) {
            run.step();
            run.compare();
        }
    }

    private long lastIndex() {
        return base.index() + model.size();
    }

    private long lastTerm() {
        return model.isEmpty() ? base.term() : model.get(model.size() - 1).term();
    }

    private LogEntry at(long index) {
        return model.get((int) (index - base.index() - 1));
    }

    private long termAt(long index) {
        return index == base.index() ? base.term() : at(index).term();
    }

    private LogEntry next() {
        long term = Math.max(1, lastTerm() + (random.nextInt(4) == 0 ? 1 + random.nextInt(2) : 0));
        return new LogEntry(
                lastIndex() + 1,
                term,
                1,
                io.pecanraft.model.EntryType.COMMAND,
                java.nio.ByteBuffer.allocate(random.nextInt(20)));
    }

    /** An index from the base to the end. */
    private long some() {
        return base.index() + random.nextInt(model.size() + 1);
    }

    private void step() {
        switch (random.nextInt(12)) {
            case 0 -> truncate();
            case 1 -> compact();
            case 2, 3 -> evict();
            case 4 -> write();
            case 5 -> {
                if (random.nextInt(10) == 0) {
                    reset();
                }
            }
            default -> {
                for (int i = random.nextInt(random.nextInt(20) == 0 ? 200 : 5); i >= 0; i--) {
                    LogEntry entry = next();
                    model.add(entry);
                    log.append(entry);
                }
            }
        }
    }

    private void truncate() {
        long from = some() + 1;
        log.truncateFrom(from);
        while (lastIndex() >= from) {
            model.remove(model.size() - 1);
        }
        inMemoryFrom = Math.min(inMemoryFrom, lastIndex() + 1);
        if (from < unwrittenFrom) {
            pendingTruncation = pendingTruncation == 0 ? from : Math.min(pendingTruncation, from);
            unwrittenFrom = from;
        }
    }

    private long pendingTruncation;
    private EntryId pendingReset;

    private void compact() {
        long through = Math.min(some(), unwrittenFrom - 1);
        log.compactThrough(through);
        if (through > base.index()) {
            EntryId newBase = new EntryId(termAt(through), through);
            model.subList(0, (int) (through - base.index())).clear();
            base = newBase;
            inMemoryFrom = Math.max(inMemoryFrom, through + 1);
        }
    }

    private void evict() {
        long through = some();
        log.evictThrough(through);
        long limit = Math.min(through, unwrittenFrom - 1);
        while (inMemoryFrom <= limit && inMemoryFrom <= lastIndex() && heldFrom(inMemoryFrom) > cache) {
            inMemoryFrom++;
        }
    }

    private long heldFrom(long index) {
        return bytesFrom(index) + (lastIndex() + 1 - index) * LogEntry.OVERHEAD_BYTES;
    }

    private long bytesFrom(long index) {
        long bytes = 0;
        for (long i = Math.max(index, inMemoryFrom); i <= lastIndex(); i++) {
            bytes += at(i).payloadBytes();
        }
        return bytes;
    }

    private void write() {
        LogView.PendingWrite write = log.takePendingWrite();
        if (write == null) {
            assertThat(unwrittenFrom).isGreaterThan(lastIndex());
            assertThat(pendingTruncation).isZero();
            assertThat(pendingReset).isNull();
            return;
        }
        assertThat(write.resetTo()).isEqualTo(pendingReset);
        assertThat(write.truncateFromIndex()).isEqualTo(pendingTruncation);
        assertThat(write.entries()).isEqualTo(model.subList((int) (unwrittenFrom - base.index() - 1), model.size()));
        pendingReset = null;
        pendingTruncation = 0;
        unwrittenFrom = lastIndex() + 1;
    }

    private void reset() {
        base = new EntryId(lastTerm() + 1 + random.nextInt(2), lastIndex() + random.nextInt(4) + 1);
        model.clear();
        log.reset(base);
        inMemoryFrom = base.index() + 1;
        unwrittenFrom = base.index() + 1;
        pendingTruncation = 0;
        pendingReset = base;
    }

    private void compare() {
        assertThat(log.base()).isEqualTo(base);
        assertThat(log.firstIndex()).isEqualTo(base.index() + 1);
        assertThat(log.lastIndex()).isEqualTo(lastIndex());
        assertThat(log.inMemoryFrom()).isEqualTo(inMemoryFrom);
        long index = some();
        assertThat(log.termAt(index)).isEqualTo(termAt(index));
        assertThat(log.lastEntry()).isEqualTo(new EntryId(lastTerm(), lastIndex()));
        assertThat(log.bytesAbove(index)).isEqualTo(bytesFrom(index + 1));
        assertThat(log.inMemory(index)).isEqualTo(index >= inMemoryFrom);
        long term = random.nextInt((int) lastTerm() + 2);
        long asked = some() + random.nextInt(3);
        if (asked > 0 && term > 0) {
            boolean matches = asked >= base.index() && asked <= lastIndex() && termAt(asked) == term;
            assertThat(log.matches(new EntryId(term, asked))).isEqualTo(matches);
        }
        assertThat(log.lastPossibleMatch(term, asked)).isEqualTo(lastPossibleMatch(term, asked));
        slice();
    }

    private EntryId lastPossibleMatch(long term, long asked) {
        long index = Math.min(asked, lastIndex());
        while (index > base.index() && termAt(index) > term) {
            index--;
        }
        return new EntryId(termAt(index), index);
    }

    private void slice() {
        if (inMemoryFrom > lastIndex()) {
            return;
        }
        long from = inMemoryFrom + random.nextInt((int) (lastIndex() - inMemoryFrom) + 1);
        long through = from + random.nextInt((int) (lastIndex() - from) + 1);
        int maxEntries = 1 + random.nextInt(6);
        long maxBytes = random.nextInt(60);
        List<LogEntry> expected = new ArrayList<>();
        long bytes = 0;
        for (long i = from; i <= through && expected.size() < maxEntries; i++) {
            bytes += at(i).payloadBytes();
            if (!expected.isEmpty() && bytes > maxBytes) {
                break;
            }
            expected.add(at(i));
        }
        assertThat(log.slice(from, through, maxEntries, maxBytes)).isEqualTo(expected);
    }
}
