package io.pecanraft.log.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/**
 * Walks the documents of a Chronicle file by plain reads, without Chronicle and without mapping: a damaged file must end in an
 * answer, not in a signal. Sees what Chronicle has stored through its mapping as well, since both go through the page cache.
 *
 * <p>The format is small: a document starts at a multiple of 4 with a little-endian word, whose top bit says incomplete, whose
 * next bit says metadata (Chronicle's own header and index), and whose lower 30 bits are the length of what follows. A word of
 * zero is the end.
 */
final class DocumentCursor {

    static final int WORD_BYTES = 4;

    private static final int INCOMPLETE = 1 << 31;
    private static final int METADATA = 1 << 30;
    private static final int LENGTH_MASK = METADATA - 1;

    private final FileChannel channel;
    private final long endPosition;
    private ByteBuffer window;
    private long windowPosition;

    private long position;
    private long nextPosition;
    private @Nullable ByteBuffer document;

    /**
     * Before the first document at or after a position.
     *
     * @param fromPosition where a document starts
     * @param endPosition read no document that ends beyond
     * @param windowBytes how much to read at once
     */
    DocumentCursor(FileChannel channel, long fromPosition, long endPosition, int windowBytes) {
        this.channel = channel;
        this.endPosition = endPosition;
        this.window =
                ByteBuffer.allocate(windowBytes).order(ByteOrder.LITTLE_ENDIAN).limit(0);
        this.windowPosition = fromPosition;
        this.nextPosition = fromPosition;
    }

    /** Moves to the next document that is not Chronicle's own. False at the end, or where no document can be. */
    boolean next() throws IOException {
        while (true) {
            position = nextPosition;
            if (position + WORD_BYTES > endPosition || !load(position, WORD_BYTES)) {
                return false;
            }
            int word = window.getInt((int) (position - windowPosition));
            int length = word & LENGTH_MASK;
            if ((word & INCOMPLETE) != 0 || length == 0 || position + WORD_BYTES + length > endPosition) {
                return false;
            }
            nextPosition = aligned(position + WORD_BYTES + length);
            if ((word & METADATA) == 0) {
                return loadDocument(length);
            }
        }
    }

    /** Where the current document starts; after a false {@link #next}, where the walk ended. */
    long position() {
        return position;
    }

    /** Where the next document would start. */
    long nextPosition() {
        return nextPosition;
    }

    /** The current document. Valid until the next move. */
    ByteBuffer document() {
        ByteBuffer current = document;
        if (current == null) {
            throw new IllegalStateException("not at a document");
        }
        return current;
    }

    /** The next position at which a document may start. */
    static long aligned(long position) {
        return (position + WORD_BYTES - 1) & -WORD_BYTES;
    }

    private boolean loadDocument(int length) throws IOException {
        if (!load(position + WORD_BYTES, length)) {
            return false;
        }
        document = window.slice((int) (position + WORD_BYTES - windowPosition), length)
                .order(ByteOrder.LITTLE_ENDIAN);
        return true;
    }

    /** Makes the window hold these bytes; false when the file ends before. */
    private boolean load(long from, int length) throws IOException {
        if (from + length <= windowPosition + window.limit()) {
            return true;
        }
        if (length > window.capacity()) {
            window = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        }
        window.clear();
        windowPosition = from;
        while (window.hasRemaining() && channel.read(window, windowPosition + window.position()) >= 0) {
            // fills the window as far as the file goes
        }
        window.flip();
        return length <= window.limit();
    }
}
