package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.LogContinuation.Outcome;
import io.pecanraft.log.chronicle.LogContinuation.Tail;
import io.pecanraft.log.chronicle.SegmentChain.NewestSegment;
import io.pecanraft.log.chronicle.WatermarkFile.Watermark;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what the log holds after a start, and makes it durable before anybody builds on it.
 *
 * <p>Five rules:
 *
 * <ul>
 *   <li>A bad record above the watermark is the end of a write that a crash cut off: cut.
 *   <li>Below it, it is damage to what was promised: see {@link LogDiscard}.
 *   <li>Where segments are not flushed before they get a successor, what lies behind the first gap above the watermark is void: see
 *       {@link LooseEnd}.
 *   <li>What is read here is in the page cache and perhaps nowhere else: the process before may have died between a write and
 *       its flush. So nothing is appended to an old segment. A successor is built aside; its header vouches only for what lies
 *       below the watermark, the rest is copied into it; with its name flushed it takes over, and until then the old segments
 *       rule as they are. Two power cuts in a row find the same log.
 *   <li>Chronicle opens only what this process made.
 * </ul>
 */
final class LogRecovery {

    private static final Logger LOG = LoggerFactory.getLogger(LogRecovery.class);

    /** Below this a cut at the end of an old segment is not worth it. */
    private static final long TRIM_BYTES = 64 << 10;

    private final LogParts parts;
    private final boolean mayDiscard;
    private final LogSource source;
    private final DirectoryLayout layout;
    private final NavigableMap<Long, SegmentHeader> found = new TreeMap<>();
    /** Segments behind the end of the log. */
    private NavigableSet<Long> voided = new TreeSet<>();

    private long highestId;

    /**
     * Of a log that nobody else touches.
     *
     * @param mayDiscard whether what is damaged may be discarded (K21); otherwise damage is refused
     */
    LogRecovery(LogParts parts, boolean mayDiscard) {
        this.parts = parts;
        this.mayDiscard = mayDiscard;
        this.source = parts.source();
        this.layout = source.layout();
    }

    /** Recovers. The caller holds the lock; no other thread touches the directory. */
    Outcome run() throws IOException {
        StorageException damage = source.watermark().damage();
        if (damage == null) {
            try {
                return recoverWhole();
            } catch (StorageException e) {
                if (e.reason() != Reason.CORRUPT) {
                    throw e;
                }
                damage = e;
            }
        }
        if (!mayDiscard) {
            throw damage;
        }
        discardIncomplete();
        return new LogDiscard(parts).run(damage);
    }

    private Outcome recoverWhole() throws IOException {
        discardIncomplete();
        Watermark flushed = source.watermark().read();
        readHeaders(flushed);
        if (found.isEmpty()) {
            SegmentChain.requireNeverWritten(flushed, layout);
            parts.hardState().makeDurable(flushed.hardState());
            return new LogContinuation(parts).goOn(List.of(), null, 1, true, () -> {});
        }
        List<Segment> chain = Segment.openAll(SegmentChain.of(found, flushed, layout), layout);
        try {
            return recover(chain, flushed);
        } catch (IOException | RuntimeException | Error e) {
            Segment.closeAll(chain);
            throw e;
        }
    }

    private Outcome recover(List<Segment> chain, Watermark flushed) throws IOException {
        Segment newest = chain.get(chain.size() - 1);
        NewestSegment judged = SegmentChain.judge(newest, flushed);
        // Before the first record that says how often it was stored, now that it is known how often it must have been.
        parts.hardState().makeDurable(LostPromises.laterOf(judged.hardState(), flushed.hardState()));
        Outcome outcome =
                new LogContinuation(parts).goOn(chain, judged.tail(), highestId + 1, true, this::removeVoided);
        tidyUp(outcome.appender(), newest, judged);
        return outcome;
    }

    private void discardIncomplete() throws IOException {
        for (Path path : FileTree.list(layout.log())) {
            String name = path.getFileName().toString();
            // The process may have died between the end of a repair and the removal of what it kept.
            boolean isOfAnEndedRepair = name.startsWith(DirectoryLayout.ASIDE)
                    && !parts.hardState().repair().repairing();
            if (name.endsWith(DirectoryLayout.INCOMPLETE)
                    || name.startsWith(DirectoryLayout.TRASH)
                    || isOfAnEndedRepair) {
                FileTree.delete(path);
            }
        }
    }

    private void readHeaders(Watermark mark) throws IOException {
        SegmentHeaders headers = SegmentHeaders.read(source, mark);
        headers.requireReadable();
        found.putAll(headers.readable());
        voided = headers.voided();
        highestId = headers.highestId();
    }

    /** Newest first, so that a crash in between leaves the same log. */
    private void removeVoided() throws IOException {
        for (long id : voided.descendingSet()) {
            remove(id);
        }
        if (!voided.isEmpty()) {
            LOG.atWarn()
                    .addKeyValue("directory", layout.directory())
                    .addKeyValue("segments", voided.size())
                    .log(
                            "the end of the log had not been flushed; it was lost with the power, as PROCESS_CRASH allows");
        }
    }

    private void remove(long id) throws IOException {
        Path trash = layout.trash(id);
        FileTree.moveDurably(layout.segment(id), trash, parts.barrier());
        FileTree.delete(trash);
    }

    private void tidyUp(LogAppender appender, Segment newest, NewestSegment judged) throws IOException {
        for (Map.Entry<Long, SegmentHeader> entry : found.entrySet()) {
            if (!appender.uses(entry.getKey())) {
                remove(entry.getKey());
            }
        }
        Tail tail = judged.tail();
        if (!tail.isReplaced()) {
            trim(newest.file(), judged.endPosition());
        }
        LOG.atInfo()
                .addKeyValue("directory", layout.directory())
                .addKeyValue("base", appender.state().base())
                .addKeyValue("last", appender.state().last())
                .addKeyValue("copiedRecords", tail.records() - Math.max(1, tail.flushedRecords()))
                .log("recovered the log");
    }

    /** Gives back what was laid out and never used. Nobody has the file mapped: only the process that made it ever had. */
    private static void trim(Path file, long endPosition) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            if (channel.size() > endPosition + TRIM_BYTES) {
                channel.truncate(endPosition + TRIM_BYTES);
            }
        }
    }
}
