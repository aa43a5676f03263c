package io.pecanraft.log.chronicle;

import io.pecanraft.model.Durability;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A program that recovers a log, checks it, and writes until it is killed. Says what it has recovered, and after every
 * acknowledgement up to which index and in which term.
 */
final class KilledProcess {

    /** Some batches are written in several pieces. */
    private static final int MAX_BATCH = 300;

    private KilledProcess() {}

    public static void main(String[] arguments) throws IOException {
        Random random = new Random();
        ChronicleStorageConfig config = TestLog.small()
                .segmentBytes(256 << 10)
                .durability(Durability.valueOf(arguments[1]))
                .build();
        try (TestLog log = TestLog.open(Path.of(arguments[0]), config, Barrier.OPERATING_SYSTEM)) {
            long last = log.recovered.lastIndex();
            check(log.readAll(last));
            long term = log.recovered.hardState().currentTerm();
            System.out.println("recovered " + last + " " + term);
            term++;
            log.term(term);
            System.out.println("acknowledged " + last + " " + term);
            while (true) {
                int count = 1 + random.nextInt(MAX_BATCH);
                log.append(entries(last + 1, last + count, term));
                last += count;
                System.out.println("acknowledged " + last + " " + term);
                if (random.nextInt(200) == 0 && last > 500) {
                    EntryId covered = new EntryId(term, last);
                    log.snapshot(covered);
                    log.storage.log().compact(last - 100);
                }
            }
        }
    }

    private static List<LogEntry> entries(long fromIndex, long throughIndex, long term) {
        List<LogEntry> entries = new ArrayList<>();
        for (long index = fromIndex; index <= throughIndex; index++) {
            entries.add(TestLog.entry(index, term, text(index, term)));
        }
        return entries;
    }

    private static String text(long index, long term) {
        return ("entry " + index + " of term " + term + " ").repeat((int) (1 + index % 20));
    }

    private static void check(List<LogEntry> entries) {
        for (LogEntry entry : entries) {
            if (!TestLog.text(entry).equals(text(entry.index(), entry.term()))) {
                throw new AssertionError(entry + " holds " + TestLog.text(entry));
            }
        }
    }
}
