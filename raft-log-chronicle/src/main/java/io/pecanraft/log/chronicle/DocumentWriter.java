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
 * <p>The file may be one that was used before. So what is written ends with zeros, behind which nobody goes on reading; and it
 * is whole pages but for the first, so that the kernel need not read what the rest of a page held.
 *
 * <pre>
 *   before  | page, written | end of the last group 0000 | old .....
 *   after   | page, written | the same, and the next group ... | its end 000000 | old .....
 *                           └─ kept in the buffer ─┘
 * </pre>
 *
 * <p>Chronicle is not told of these documents: its note of the last position and its index stay behind, both of which its readers make up for by
 * walking on. Confined to the writer's thread, which nobody may interrupt: Java closes the channel of an interrupted thread. The counterpart of {@link DocumentCursor}.
 */
final class DocumentWriter {

    /** In which the kernel keeps files, or a part of what it does. */
    static final int PAGE_BYTES = 4096;

    /** A part of a page that is kept, a document, and the zeros behind it. */
    static final int MIN_BUFFER_BYTES = 3 * PAGE_BYTES;

    private final Barrier barrier;
    private final FileChannel channel;
    private final Path file;
    private final ByteBuffer buffer;

    /** Where in the file the buffer's content belongs. */
    private long position;

    private long endPosition;

    /** Whether there is a document of which a part is not in the file. */
    private boolean unwritten;

    /**
     * Goes on behind what is in the file.
     *
     * @param file its name in messages
     * @param afterPosition the end of the last document, in a page that holds nothing but zeros behind it
     * @param buffer written out when it is full; a multiple of four bytes long, {@value #MIN_BUFFER_BYTES} at least, and nobody else's meanwhile
     */
    DocumentWriter(Barrier barrier, FileChannel channel, Path file, long afterPosition, ByteBuffer buffer) {
        Invariant.that(buffer.capacity() >= MIN_BUFFER_BYTES, "a buffer of", buffer.capacity(), MIN_BUFFER_BYTES);
        this.barrier = barrier;
        this.channel = channel;
        this.file = file;
        this.buffer = buffer.order(ByteOrder.LITTLE_ENDIAN).clear();
        this.position = DocumentCursor.aligned(afterPosition);
        this.endPosition = afterPosition;
        leaveRoomForZeros();
    }

    /** Appends a document, which is then empty. Returns where it starts. */
    long append(ByteBuffer document) throws IOException {
        unwritten = true;
        makeRoom();
        long start = position + buffer.position();
        int length = document.remaining();
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
        if (!unwritten) {
            return;
        }
        unwritten = false;
        int end = buffer.position();
        // Behind the end of a page the next one is made to begin with zeros.
        int padded = (int) (pageOf(position + end) + PAGE_BYTES - position);
        buffer.limit(padded);
        while (buffer.hasRemaining()) {
            buffer.put((byte) 0);
        }
        write(padded);
        keepFrom(pageOf(position + end), end);
    }

    private void putAsMuchAsFits(ByteBuffer document) {
        int end = document.limit();
        buffer.put(document.limit(Math.min(end, document.position() + buffer.remaining())));
        document.limit(end);
    }

    /** For four bytes at least where a document may start, since each does at a multiple of four. */
    private void makeRoom() throws IOException {
        if (!buffer.hasRemaining()) {
            int end = buffer.position();
            long page = pageOf(position + end);
            write((int) (page - position));
            keepFrom(page, end);
        }
    }

    private void write(int length) throws IOException {
        barrier.write(channel, file, buffer.flip().limit(length), position);
    }

    /** What lies behind the beginning of a page stays in the buffer, to be written once more with the rest of that page. */
    private void keepFrom(long page, int end) {
        int from = (int) Math.max(0, page - position);
        buffer.limit(end).position(from).compact();
        position += from;
        leaveRoomForZeros();
    }

    private void leaveRoomForZeros() {
        buffer.limit(buffer.capacity() - PAGE_BYTES);
    }

    private static long pageOf(long position) {
        return position & -PAGE_BYTES;
    }
}
