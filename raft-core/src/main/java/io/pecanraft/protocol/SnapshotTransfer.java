package io.pecanraft.protocol;

import io.pecanraft.model.NodeId;
import io.pecanraft.model.SnapshotMeta;

/**
 * A snapshot on its way to one follower (§7), in chunks, several at a time, resumed from where the follower says it is.
 */
final class SnapshotTransfer {

    private final NodeId follower;
    private final SnapshotMeta meta;
    private final int chunkBytes;
    private final long windowBytes;

    /** The follower holds everything below. */
    private long acknowledgedOffset;

    private long nextOffset;

    /** Whether anything was sent from {@link #acknowledgedOffset} on; an empty snapshot takes one chunk, of nothing. */
    private boolean begun;

    private long lastProgressNanos;

    SnapshotTransfer(NodeId follower, SnapshotMeta meta, ProtocolSettings settings, long nowNanos) {
        this.follower = follower;
        this.meta = meta;
        this.chunkBytes = settings.snapshotChunkBytes();
        this.windowBytes = (long) settings.snapshotChunkBytes() * settings.snapshotWindowChunks();
        this.lastProgressNanos = nowNanos;
    }

    SnapshotMeta meta() {
        return meta;
    }

    /** The follower holds everything below. */
    long acknowledgedOffset() {
        return acknowledgedOffset;
    }

    /** The follower holds everything below this offset. */
    void acknowledged(long offset, long nowNanos) {
        if (offset > meta.sizeBytes()) {
            return;
        }
        if (offset > acknowledgedOffset) {
            acknowledgedOffset = offset;
            nextOffset = Math.max(nextOffset, offset);
            lastProgressNanos = nowNanos;
        } else if (offset < acknowledgedOffset) {
            // It began anew: its process was restarted, and what was half received is gone.
            acknowledgedOffset = offset;
            nextOffset = offset;
            lastProgressNanos = nowNanos;
        }
    }

    /** Sends again what is not acknowledged, if nothing has moved for this long. */
    void resendIfStalled(long nowNanos, long stallNanos) {
        if (nowNanos - lastProgressNanos >= stallNanos) {
            resend(nowNanos);
        }
    }

    /** Sends again what is not acknowledged. */
    void resend(long nowNanos) {
        nextOffset = acknowledgedOffset;
        begun = false;
        lastProgressNanos = nowNanos;
    }

    /** Asks for the chunks that the window admits. */
    void flush(long term, Outbox out) {
        while ((nextOffset < meta.sizeBytes() || !begun) && nextOffset - acknowledgedOffset < windowBytes) {
            begun = true;
            int bytes = (int) Math.min(chunkBytes, meta.sizeBytes() - nextOffset);
            out.add(new Effect.SendSnapshotChunk(follower, term, meta, nextOffset, bytes));
            nextOffset += bytes;
        }
    }
}
