package io.pecanraft.log.chronicle;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One file of the log, as far as it is read: its channel, and where its records are. Records are found by a sparse table of
 * marks, one every {@value #MARK_BYTES} bytes, from which a reader walks on; Chronicle's own index is not used, since a damaged
 * one yields a wrong record without a word.
 *
 * <p>One thread appends marks; any thread reads, which sees the marks of all records that were published to it.
 */
final class Segment implements Closeable {

    private static final int MARK_BYTES = 4096;

    private final SegmentHeader header;
    private final Path file;
    private final FileChannel channel;
    /** One for the log itself, one for every read under way; the channel is closed with the last. */
    private final AtomicInteger users = new AtomicInteger(1);

    private volatile Marks marks = new Marks(new int[16], new int[16], 0);

    /** Ascending pairs of ordinal and position; replaced when it grows, so that readers need no lock. */
    private static final class Marks {
        private final int[] ordinals;
        private final int[] positions;
        private final int count;

        Marks(int[] ordinals, int[] positions, int count) {
            this.ordinals = ordinals;
            this.positions = positions;
            this.count = count;
        }
    }

    private Segment(SegmentHeader header, Path file, FileChannel channel) {
        this.header = header;
        this.file = file;
        this.channel = channel;
    }

    /**
     * Opens a segment for reading.
     *
     * @param file its name in messages
     * @param present where it is at the moment
     */
    static Segment open(SegmentHeader header, Path file, Path present) throws IOException {
        return new Segment(header, file, FileChannel.open(present, StandardOpenOption.READ));
    }

    /** Opens several, or none. */
    static List<Segment> openAll(List<SegmentHeader> headers, DirectoryLayout layout) throws IOException {
        List<Segment> open = new ArrayList<>();
        try {
            for (SegmentHeader header : headers) {
                Path file = layout.segmentFile(header.segmentId());
                open.add(open(header, file, file));
            }
        } catch (IOException | RuntimeException e) {
            closeAll(open);
            throw e;
        }
        return open;
    }

    static void closeAll(List<Segment> segments) throws IOException {
        for (Segment segment : segments) {
            segment.close();
        }
    }

    SegmentHeader header() {
        return header;
    }

    long id() {
        return header.segmentId();
    }

    Path file() {
        return file;
    }

    FileChannel channel() {
        return channel;
    }

    /** Notes where an entry was written. Called in the order of the file. */
    void onEntry(int ordinal, long position) {
        Marks current = marks;
        int count = current.count;
        if (count > 0 && position - current.positions[count - 1] < MARK_BYTES) {
            return;
        }
        int[] ordinals = current.ordinals;
        int[] positions = current.positions;
        if (count == ordinals.length) {
            ordinals = Arrays.copyOf(ordinals, 2 * count);
            positions = Arrays.copyOf(positions, 2 * count);
        }
        ordinals[count] = ordinal;
        positions[count] = (int) position;
        marks = new Marks(ordinals, positions, count + 1);
    }

    /** The last mark at or before a record. */
    Mark markBefore(int ordinal) {
        Marks current = marks;
        int found = Arrays.binarySearch(current.ordinals, 0, current.count, ordinal);
        int at = found >= 0 ? found : -found - 2;
        if (at < 0) {
            throw new IllegalStateException("segment " + id() + " has no mark before record " + ordinal);
        }
        return new Mark(current.ordinals[at], current.positions[at]);
    }

    /** Where a record is. */
    record Mark(int ordinal, long position) {}

    /** Keeps the file open for a read; false when it is gone already. */
    boolean acquire() {
        int current = users.get();
        while (current > 0) {
            if (users.compareAndSet(current, current + 1)) {
                return true;
            }
            current = users.get();
        }
        return false;
    }

    /** Whether the log or a read still uses it. Once it is not, it never is again. */
    boolean isInUse() {
        return users.get() > 0;
    }

    /** Ends a read, or the log's own use. */
    void release() throws IOException {
        if (users.decrementAndGet() == 0) {
            channel.close();
        }
    }

    @Override
    public void close() throws IOException {
        release();
    }
}
