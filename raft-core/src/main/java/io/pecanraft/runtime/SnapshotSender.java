package io.pecanraft.runtime;

import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.protocol.Effect;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads chunks of snapshots and sends them to followers that lag too far behind (§7).
 *
 * <p>A follower's snapshot stays open until it has it, even when a newer one is taken: otherwise a transfer that takes longer
 * than the time between two snapshots would never end. One reader for each follower that is being sent one. Snapshot lane,
 * but for the public entry points, which the raft thread calls.
 */
final class SnapshotSender {

    private final SnapshotStore store;
    private final Lane lane;
    private final MessageSender out;
    private final NodeLog log;
    private final Mailbox mailbox;
    private final Map<NodeId, SnapshotStore.Reader> readers = new LinkedHashMap<>();

    SnapshotSender(SnapshotStore store, Lane lane, MessageSender out, NodeLog log, Mailbox mailbox) {
        this.store = store;
        this.lane = lane;
        this.out = out;
        this.log = log;
        this.mailbox = mailbox;
    }

    /** Sends one chunk. */
    void send(Effect.SendSnapshotChunk chunk) {
        lane.execute(() -> sendNow(chunk));
    }

    /** The follower has its snapshot, or needs none any more. */
    void finished(NodeId follower) {
        lane.execute(() -> closeReader(follower));
    }

    /** This node leads no longer, or ends. */
    void stop() {
        lane.executeAnyway(() -> {
            readers.values().forEach(SnapshotStore.Reader::close);
            readers.clear();
        });
    }

    private void sendNow(Effect.SendSnapshotChunk chunk) {
        ByteBuffer data;
        try {
            data = reader(chunk.to(), chunk.meta()).read(chunk.offset(), chunk.bytes());
        } catch (IOException | StorageException e) {
            closeReader(chunk.to());
            log.warn()
                    .addKeyValue("follower", chunk.to())
                    .addKeyValue("lastIncluded", chunk.meta().lastIncluded())
                    .addKeyValue("reason", e.toString())
                    .log("snapshot to send is not readable");
            mailbox.post(new Input.SnapshotUnavailable(chunk.to(), chunk.meta()));
            return;
        }
        out.send(chunk.to(), new RaftMessage.InstallSnapshot(chunk.term(), chunk.meta(), chunk.offset(), data));
    }

    private SnapshotStore.Reader reader(NodeId follower, SnapshotMeta meta) throws IOException {
        SnapshotStore.Reader current = readers.get(follower);
        if (current != null && current.meta().equals(meta)) {
            return current;
        }
        closeReader(follower);
        SnapshotStore.Reader opened = store.open(meta);
        readers.put(follower, opened);
        return opened;
    }

    private void closeReader(NodeId follower) {
        SnapshotStore.Reader reader = readers.remove(follower);
        if (reader != null) {
            reader.close();
        }
    }
}
