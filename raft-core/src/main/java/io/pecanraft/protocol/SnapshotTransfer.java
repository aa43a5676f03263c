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

    /**
     * Whether a lower offset than before may be believed. Otherwise it is an old answer that others overtook; to follow it would send
     * chunks for which more answers come, which send more chunks.
     */
    private boolean mayHaveBegunAnew;

    private boolean lost;
    private boolean sentTwice;
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

    /** The follower holds everything below this offset; an answer of long ago says less than is known. */
    void acknowledged(long offset, long nowNanos) {
        if (offset > meta.sizeBytes()) {
            return;
        }
        if (offset > acknowledgedOffset) {
            moveTo(offset, Math.max(nextOffset, offset), nowNanos);
        } else if (offset < acknowledgedOffset && mayHaveBegunAnew) {
            // Its process was restarted, and what was half received is gone.
            moveTo(offset, offset, nowNanos);
        } else if (offset == acknowledgedOffset && !sentTwice) {
            // A later chunk came before the next one, which is late or lost. Once: each copy would bring another such
            // answer.
            sentTwice = true;
            nextOffset = offset;
        }
    }

    private void moveTo(long acknowledged, long next, long nowNanos) {
        acknowledgedOffset = acknowledged;
        nextOffset = next;
        mayHaveBegunAnew = false;
        sentTwice = false;
        lastProgressNanos = nowNanos;
    }

    /** What was sent may be lost. It is sent again when the follower is heard of, and not before. */
    void mayBeLost() {
        lost = true;
    }

    /** The follower is alive: sends again what is not acknowledged, if it may be lost or nothing has moved for this long. */
    void heard(long nowNanos, long stallNanos) {
        if (lost || nowNanos - lastProgressNanos >= stallNanos) {
            nextOffset = acknowledgedOffset;
            begun = false;
            lost = false;
            mayHaveBegunAnew = true;
            lastProgressNanos = nowNanos;
        }
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
