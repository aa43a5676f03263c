package io.pecanraft.log.chronicle;

import io.pecanraft.model.Invariant;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Writes documents of Chronicle's format by position, many at once, past Chronicle's mapping of the file. What a mapping saves when it is
 * stored to, it costs several times over when it is flushed: the kernel takes each page that was stored to out of the page tables by itself,
 * interrupts the other processors for it, and writes the whole folio that holds it; and the next store faults.
 *
 * <p>Chronicle is not told of these documents: its note of the last position and its index stay behind, both of which its readers make up for by
 * walking on. Confined to the writer's thread, which nobody may interrupt: Java closes the channel of an interrupted thread. The counterpart of {@link DocumentCursor}.
 */
final class DocumentWriter {

    private final Barrier barrier;
    private final FileChannel channel;
    private final Path file;
    private final ByteBuffer buffer;

    /** Where in the file the buffer's content belongs. */
    private long position;

    private long endPosition;

    /**
     * Goes on behind what is in the file.
     *
     * @param file its name in messages
     * @param afterPosition the end of the last document
     * @param buffer empty; written out when it is full; a multiple of four bytes long, and nobody else's meanwhile
     */
    DocumentWriter(Barrier barrier, FileChannel channel, Path file, long afterPosition, ByteBuffer buffer) {
        Invariant.that(
                buffer.position() == 0 && buffer.limit() == buffer.capacity(),
                "a buffer with something that is not written",
                buffer.position(),
                buffer.limit());
        this.barrier = barrier;
        this.channel = channel;
        this.file = file;
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN).clear();
        this.position = DocumentCursor.aligned(afterPosition);
        this.endPosition = afterPosition;
    }

    /** Appends a document, which is then empty. Returns where it starts. */
    long append(ByteBuffer document) throws IOException {
        long start = position + buffer.position();
        int length = document.remaining();
        makeRoom();
        buffer.putInt(length);
        while (document.hasRemaining()) {
            makeRoom();
            putAsMuchAsFits(document);
        }
        endPosition = start + DocumentCursor.WORD_BYTES + length;
        for (long at = endPosition; at < DocumentCursor.aligned(endPosition); at++) {
            buffer.put((byte) 0);
        }
        return start;
    }

    /** The end of the last document. */
    long endPosition() {
        return endPosition;
    }

    /** Hands what was appended to the operating system, which keeps it when the process dies. */
    void writeOut() throws IOException {
        if (buffer.position() > 0) {
            int length = buffer.flip().remaining();
            barrier.write(channel, file, buffer, position);
            position += length;
            buffer.clear();
        }
    }

    private void putAsMuchAsFits(ByteBuffer document) {
        int end = document.limit();
        buffer.put(document.limit(Math.min(end, document.position() + buffer.remaining())));
        document.limit(end);
    }

    /** For four bytes at least where a document may start, since each does at a multiple of four. */
    private void makeRoom() throws IOException {
        if (!buffer.hasRemaining()) {
            writeOut();
        }
    }
}
