package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents of any length, begun anywhere in the buffer, are found where they were said to be, and nothing behind them, whatever the file held. */
class DocumentWriterTest {

    private static final int BUFFER_BYTES = DocumentWriter.MIN_BUFFER_BYTES;
    private static final int FILE_BYTES = 1 << 20;
    private static final int DOCUMENTS = 60;
    private static final int[] LENGTHS = {8, DocumentWriter.PAGE_BYTES, 2 * BUFFER_BYTES};

    @TempDir
    Path directory;

    private record Document(long position, ByteBuffer content) {}

    @Test
    void aCursorFindsEveryDocumentWhereItWasAppendedAndNoOther() throws Exception {
        for (int seed = 1; seed <= 100; seed++) {
            Random random = new Random(seed);
            Path file = directory.resolve("segment-" + seed);
            int from = random.nextInt(DocumentWriter.PAGE_BYTES);
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                channel.write(oldBehind(from));
                DocumentWriter writer = new DocumentWriter(
                        Barrier.OPERATING_SYSTEM, channel, file, from, ByteBuffer.allocateDirect(BUFFER_BYTES));
                List<Document> written = new ArrayList<>();
                for (int i = 0; i < DOCUMENTS; i++) {
                    long start = DocumentCursor.aligned(writer.endPosition());
                    byte[] content = new byte[random.nextInt(3) == 0 ? toTheEndOfAPage(start) : anyLength(random)];
                    random.nextBytes(content);
                    long position = writer.append(ByteBuffer.wrap(content));
                    written.add(new Document(position, ByteBuffer.wrap(content)));
                    assertThat(writer.endPosition()).isEqualTo(position + DocumentCursor.WORD_BYTES + content.length);
                    if (random.nextInt(4) == 0 || i + 1 == DOCUMENTS) {
                        writer.writeOut();
                        assertThat(documents(channel, from)).as("seed %s", seed).isEqualTo(written);
                    }
                }
            }
        }
    }

    private static int anyLength(Random random) {
        return 1 + random.nextInt(LENGTHS[random.nextInt(LENGTHS.length)]);
    }

    private static int toTheEndOfAPage(long start) {
        return DocumentWriter.PAGE_BYTES - (int) ((start + DocumentCursor.WORD_BYTES) % DocumentWriter.PAGE_BYTES);
    }

    /** As of a file that was used before: zeros in the page where the first document ends, documents that begin anywhere in the others. */
    private static ByteBuffer oldBehind(int from) {
        ByteBuffer old = ByteBuffer.allocate(FILE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        while (old.hasRemaining()) {
            old.putInt(Integer.BYTES); // a length, and also what it is the length of
        }
        Arrays.fill(old.array(), from, DocumentWriter.PAGE_BYTES, (byte) 0);
        return old.flip();
    }

    private static List<Document> documents(FileChannel channel, int from) throws IOException {
        DocumentCursor cursor = new DocumentCursor(channel, DocumentCursor.aligned(from), FILE_BYTES, 1024);
        List<Document> found = new ArrayList<>();
        while (cursor.next()) {
            byte[] content = DiskCodecProperties.bytes(cursor.document());
            found.add(new Document(cursor.position(), ByteBuffer.wrap(content)));
        }
        return found;
    }
}
