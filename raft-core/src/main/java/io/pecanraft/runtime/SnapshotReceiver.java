package io.pecanraft.runtime;

import io.pecanraft.model.MemberId;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.protocol.Effect;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.StorageException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Stores the chunks of a snapshot that a leader sends (§7, Figure 13).
 *
 * <p>Chunks belong together only when leader, term and snapshot are the same; the first chunk of another transfer discards
 * what there is of this one, so parts of two leaders' snapshots never mix. A chunk that is not the next one is answered with
 * what is there, and the leader goes on from it. One that a newer snapshot has overtaken, of the leader before or of this server,
 * while its chunks waited, is given up: the raft thread knows that it is covered. Snapshot lane, but for the entry points.
 */
final class SnapshotReceiver {

    private final SnapshotStore store;
    private final Lane lane;
    private final NodeLog log;
    private final Mailbox mailbox;
    private @Nullable Transfer current;

    /** One transfer; {@code incoming} is null once it is complete. */
    private static final class Transfer {

        private final MemberId from;
        private final long term;
        private final SnapshotMeta meta;
        private SnapshotStore.@Nullable Incoming incoming;

        private Transfer(MemberId from, long term, SnapshotMeta meta, SnapshotStore.Incoming incoming) {
            this.from = from;
            this.term = term;
            this.meta = meta;
            this.incoming = incoming;
        }

        private boolean isOf(Effect.AcceptSnapshotChunk chunk) {
            return from.equals(chunk.from()) && term == chunk.term() && meta.equals(chunk.meta());
        }
    }

    SnapshotReceiver(SnapshotStore store, Lane lane, NodeLog log, Mailbox mailbox) {
        this.store = store;
        this.lane = lane;
        this.log = log;
        this.mailbox = mailbox;
    }

    /** Stores a chunk and tells the raft thread what is now there. */
    void accept(Effect.AcceptSnapshotChunk chunk) {
        lane.execute(() ->
                mailbox.post(new Input.ChunkStored(chunk.from(), chunk.term(), chunk.meta(), nextOffsetAfter(chunk))));
    }

    /** The node ends. */
    void stop() {
        lane.executeAnyway(this::discard);
    }

    private long nextOffsetAfter(Effect.AcceptSnapshotChunk chunk) {
        try {
            return store(chunk);
        } catch (IOException | StorageException e) {
            discard();
            log.warn()
                    .addKeyValue("leader", chunk.from())
                    .addKeyValue("lastIncluded", chunk.meta().lastIncluded())
                    .addKeyValue("offset", chunk.offset())
                    .addKeyValue("reason", e.toString())
                    .log("snapshot of the leader could not be stored");
            return 0;
        }
    }

    private long store(Effect.AcceptSnapshotChunk chunk) throws IOException {
        Transfer transfer = transferOf(chunk);
        if (transfer == null) {
            return 0;
        }
        SnapshotStore.Incoming incoming = transfer.incoming;
        if (incoming == null) {
            return transfer.meta.sizeBytes();
        }
        if (isOvertaken(transfer.meta)) {
            discard();
            return 0;
        }
        if (chunk.offset() == incoming.receivedBytes()) {
            incoming.append(chunk.data().duplicate());
            if (incoming.receivedBytes() == transfer.meta.sizeBytes()) {
                incoming.commit();
                incoming.close();
                transfer.incoming = null;
                return transfer.meta.sizeBytes();
            }
        }
        return incoming.receivedBytes();
    }

    /** The transfer that the chunk belongs to; null when it belongs to none and cannot begin one. */
    private @Nullable Transfer transferOf(Effect.AcceptSnapshotChunk chunk) throws IOException {
        Transfer transfer = current;
        if (transfer != null && transfer.isOf(chunk)) {
            return transfer;
        }
        if (chunk.offset() != 0) {
            return null;
        }
        discard();
        transfer = new Transfer(chunk.from(), chunk.term(), chunk.meta(), store.receive(chunk.meta()));
        current = transfer;
        return transfer;
    }

    private boolean isOvertaken(SnapshotMeta meta) {
        return store.latest()
                .filter(newest -> newest.lastIncludedIndex() > meta.lastIncludedIndex())
                .isPresent();
    }

    private void discard() {
        Transfer transfer = current;
        current = null;
        if (transfer != null && transfer.incoming != null) {
            transfer.incoming.close();
        }
    }
}
