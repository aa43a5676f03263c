package io.pecanraft.benchmarks.front;

import java.nio.ByteBuffer;

/**
 * How a server is.
 *
 * @param applied how many puts the state of its map has come from
 * @param heapBytes the most that its heap held after a garbage collection, since the last one that was asked for
 */
public record Inspection(long applied, long heapBytes) {

    static Inspection ofThisProcess(long applied) {
        return new Inspection(applied, HeapWatch.ofThisProcess().greatestBytes());
    }

    ByteBuffer toBytes() {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(applied)
                .putLong(heapBytes)
                .flip();
    }

    static Inspection of(ByteBuffer bytes) {
        return new Inspection(bytes.getLong(), bytes.getLong());
    }
}
