package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/**
 * What every codec of the disk owes: a value comes back as it was, from bytes that depend on it alone. What it owes when bytes
 * are missing or others depends on how many copies there are: {@link OneCopyProperties}, {@link TwoSlotProperties}.
 *
 * @param <T> what is written; its equality is the codec's
 */
abstract class DiskCodecProperties<T> {

    private Path directory = Path.of(".");

    /** Any legal value. */
    abstract T draw(RandomContent random);

    /** Its bytes, as they are in the file. */
    abstract byte[] encode(T value) throws IOException;

    /** The value in these bytes; empty when they are refused as the codec's contract says. Any other exception is a failure. */
    abstract Optional<T> decode(byte[] bytes) throws IOException;

    @BeforeProperty
    void makeDirectory() throws IOException {
        directory = Files.createTempDirectory("codec");
    }

    @AfterProperty
    void removeDirectory() throws IOException {
        FileTree.delete(directory);
    }

    @Property(tries = 300)
    void everyValueComesBackAsItWasFromTheSameBytes(@ForAll long seed) throws IOException {
        T value = draw(new RandomContent(seed));
        byte[] bytes = encode(value);

        assertThat(decode(bytes)).contains(value);
        assertThat(encode(value)).isEqualTo(bytes);
    }

    /** What is left in a buffer. */
    static byte[] bytes(ByteBuffer content) {
        byte[] bytes = new byte[content.remaining()];
        content.duplicate().get(bytes);
        return bytes;
    }

    /** The file for codecs that read and write one. */
    Path file() {
        return directory.resolve("file");
    }

    /** The file, not there yet. */
    Path newFile() throws IOException {
        Files.deleteIfExists(file());
        return file();
    }

    /** The file, with these bytes. Overwritten in place: some file systems flush one that was emptied first, which takes long. */
    Path fileOf(byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(file(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            ByteBuffer content = ByteBuffer.wrap(bytes);
            while (content.hasRemaining()) {
                channel.write(content);
            }
            channel.truncate(bytes.length);
        }
        return file();
    }

    /** With one bit that is another. */
    static byte[] flipped(byte[] bytes, int bit) {
        byte[] changed = bytes.clone();
        changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        return changed;
    }

    static byte[] cut(byte[] bytes, int length) {
        return Arrays.copyOf(bytes, length);
    }
}
