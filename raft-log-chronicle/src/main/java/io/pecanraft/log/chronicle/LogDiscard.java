package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.LogContinuation.Outcome;
import io.pecanraft.log.chronicle.LogContinuation.Tail;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Discards what is damaged of a log, and all that follows it, so that the protocol can fetch it from the others (K21; Alagappan et al.,
 * "Protocol-Aware Recovery for Consensus-Based Storage", FAST 2018).
 *
 * <p>First a {@link RepairMarker} is made durable, then the log is cut. The other way round, a crash in between would leave a log that
 * is short and sound; its server would vote for who lacks what it had acknowledged, and a committed entry would be lost. A crash in between
 * this way round leaves the damage, which is found again, in another epoch.
 *
 * <p>Segments that are not used any more are kept until the repair has ended: until then nobody knows that there are other copies.
 */
final class LogDiscard {

    private static final Logger LOG = LoggerFactory.getLogger(LogDiscard.class);

    private final LogParts parts;
    private final DirectoryLayout layout;

    LogDiscard(LogParts parts) {
        this.parts = parts;
        this.layout = parts.source().layout();
    }

    /**
     * Discards, and goes on with the rest.
     *
     * @param damage why the log was not recovered as it is; thrown when there is nobody to fetch from
     */
    Outcome run(StorageException damage) throws IOException {
        LogSalvage.Finding sound = new LogSalvage(parts.source()).find();
        requireOthers(sound, damage);
        parts.hardState().makeDurable(sound.hardState());
        RepairMarker marker = parts.hardState().beginRepair(sound.lastPosition());
        parts.source().watermark().replaceIfLost();
        parts.source().snapshots().putDamagedAside(parts.barrier());
        Outcome outcome = cutAfter(sound.last(), goOn(sound));
        putUnusedAside(outcome.appender(), marker);
        LOG.atWarn()
                .addKeyValue("directory", layout.directory())
                .addKeyValue("epoch", marker.epoch())
                .addKeyValue("kept", outcome.appender().state().last())
                .addKeyValue("had", marker.lastPosition().map(Object::toString).orElse("unknown"))
                .addKeyValue("reason", Damage.finding(damage))
                .log("acknowledged entries are damaged; they are discarded and fetched from the other servers");
        return outcome;
    }

    private Outcome goOn(LogSalvage.Finding sound) throws IOException {
        List<Segment> chain = Segment.openAll(sound.chain(), layout);
        try {
            Tail tail = chain.isEmpty() ? null : new Tail(sound.records(), sound.flushed(), sound.records() <= 1);
            return new LogContinuation(parts).goOn(chain, tail, sound.highestId() + 1, false, () -> {});
        } catch (IOException | RuntimeException | Error e) {
            Segment.closeAll(chain);
            throw e;
        }
    }

    /** Removes from what is left what cannot have been there in the end. */
    private static Outcome cutAfter(EntryId last, Outcome outcome) throws IOException {
        if (last.equals(outcome.appender().state().last())) {
            return outcome;
        }
        outcome.appender().truncateFrom(last.index() + 1);
        outcome.appender().force();
        List<LogEntry> memberships = outcome.membershipEntries().stream()
                .filter(entry -> entry.index() <= last.index())
                .toList();
        return new Outcome(outcome.appender(), memberships, outcome.highestTerm());
    }

    private void putUnusedAside(LogAppender appender, RepairMarker marker) throws IOException {
        for (Map.Entry<Long, Path> segment :
                DirectoryLayout.segments(layout.log()).entrySet()) {
            long id = segment.getKey();
            if (!appender.uses(id)) {
                FileTree.moveDurably(segment.getValue(), layout.aside(id, marker.epoch()), parts.barrier());
            }
        }
    }

    private void requireOthers(LogSalvage.Finding sound, StorageException damage) {
        if (sound.isOnlyVoter(parts.source(), parts.hardState().formation())) {
            throw new StorageException(
                    Reason.CORRUPT,
                    Damage.finding(damage)
                            + " This server is the only voter of its cluster, as far as it knows, so nobody can send"
                            + " it what is damaged: keep the directory for examination, and restore it from a backup",
                    damage);
        }
    }
}
