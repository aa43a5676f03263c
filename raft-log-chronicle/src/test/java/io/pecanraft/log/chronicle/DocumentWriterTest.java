package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Documents of any length, begun anywhere in the buffer, are found where they were said to be. */
class DocumentWriterTest {

    private static final int BUFFER_BYTES = 64;
    private static final int DOCUMENTS = 60;

    @TempDir
    Path directory;

    @Test
    void aCursorFindsEveryDocumentWhereItWasAppended() throws Exception {
        for (int seed = 1; seed <= 100; seed++) {
            Random random = new Random(seed);
            Path file = directory.resolve("segment-" + seed);
            int from = random.nextInt(40);
            List<byte[]> written = new ArrayList<>();
            List<Long> positions = new ArrayList<>();
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(new byte[64 << 10]));
                DocumentWriter writer = new DocumentWriter(
                        Barrier.OPERATING_SYSTEM, channel, file, from, ByteBuffer.allocateDirect(BUFFER_BYTES));
                for (int i = 0; i < DOCUMENTS; i++) {
                    byte[] document = new byte[1 + random.nextInt(3 * BUFFER_BYTES)];
                    random.nextBytes(document);
                    written.add(document);
                    positions.add(writer.append(ByteBuffer.wrap(document)));
                    assertThat(writer.endPosition())
                            .isEqualTo(positions.get(i) + DocumentCursor.WORD_BYTES + document.length);
                    if (random.nextInt(4) == 0) {
                        writer.writeOut();
                    }
                }
                writer.writeOut();

                DocumentCursor cursor = new DocumentCursor(channel, DocumentCursor.aligned(from), 64 << 10, 1024);
                for (int i = 0; i < DOCUMENTS; i++) {
                    assertThat(cursor.next())
                            .as("seed %s, document %s", seed, i)
                            .isTrue();
                    assertThat(cursor.position()).isEqualTo(positions.get(i));
                    byte[] read = new byte[cursor.document().remaining()];
                    cursor.document().get(read);
                    assertThat(read).isEqualTo(written.get(i));
                }
                assertThat(cursor.next()).isFalse();
            }
        }
    }
}
