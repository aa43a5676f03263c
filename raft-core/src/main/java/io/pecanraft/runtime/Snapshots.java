package io.pecanraft.runtime;

import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.SnapshotStore;
import java.io.IOException;

/** The three that work on the snapshot lane, and the way of a received snapshot into the state machine. */
record Snapshots(
        SnapshotTaker taker,
        SnapshotSender sender,
        SnapshotReceiver receiver,
        SnapshotStore store,
        Lane lane,
        Applier applier) {

    /** Replaces the state by a snapshot that was received; failure stops the node. */
    void restore(SnapshotMeta meta) {
        lane.execute(() -> {
            try {
                applier.restore(store.open(meta));
            } catch (IOException e) {
                throw new IllegalStateException("received snapshot " + meta.lastIncluded() + " cannot be opened", e);
            }
        });
    }

    /** After a snapshot of the leader has replaced the state, and with it what would have been the next own one. */
    void restored() {
        taker.restored();
    }

    void terminate(Termination termination) {
        taker.terminate(termination);
        sender.stop();
        receiver.stop();
    }
}
