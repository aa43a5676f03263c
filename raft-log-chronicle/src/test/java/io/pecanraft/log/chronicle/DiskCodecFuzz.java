package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.spi.StorageException;
import io.pecanraft.testkit.fuzz.HostileInputContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;

/**
 * What a codec of the disk makes of bytes whose checksum is right though they are not what it wrote: of a later version, of a fault of
 * its own, or of somebody who knows how. That no other bytes are read is for {@link DiskCodecProperties}, whose codecs these are.
 *
 * @param <T> what is written
 */
abstract class DiskCodecFuzz<T> extends HostileInputContract {

    private static final int SAMPLES = 8;

    private final DiskCodecProperties<T> codec;

    DiskCodecFuzz(DiskCodecProperties<T> codec) throws IOException {
        this.codec = codec;
        codec.makeDirectory();
    }

    @AfterEach
    void removeDirectory() throws IOException {
        codec.removeDirectory();
    }

    /** What is changed of a file: not what only fills it up. */
    abstract byte[] essence(byte[] file);

    /** The file of which this is the essence, with right checksums. */
    abstract byte[] sealed(byte[] essence);

    @Override
    protected List<byte[]> samples() throws IOException {
        List<byte[]> samples = new ArrayList<>();
        for (int seed = 0; seed < SAMPLES; seed++) {
            samples.add(essence(codec.encode(codec.draw(new RandomContent(seed)))));
        }
        return samples;
    }

    @Override
    protected void decode(byte[] input) throws IOException {
        Optional<T> value;
        try {
            value = codec.decode(sealed(input));
        } catch (StorageException refused) {
            assertThat(refused).hasMessageMatching("(?s).+");
            return;
        }
        if (value.isPresent()) {
            assertThat(codec.decode(codec.encode(value.get()))).isEqualTo(value);
        }
    }

    /** A file that ends with its only checksum. */
    static byte[] sealedAtTheEnd(byte[] file) {
        int checked = file.length - Integer.BYTES;
        if (checked >= 0) {
            littleEndian(file).putInt(checked, crc(file, 0, checked));
        }
        return file;
    }

    /** The first of two slots, and nothing in the second. */
    static byte[] sealedSlot(byte[] slot) {
        byte[] file = new byte[2 * TwoSlotFile.SLOT_BYTES];
        System.arraycopy(slot, 0, file, 0, Math.min(slot.length, TwoSlotFile.SLOT_BYTES));
        int checked = TwoSlotProperties.BESIDES_PAYLOAD_BYTES
                - Integer.BYTES
                + littleEndian(file).getInt(TwoSlotProperties.LENGTH_POSITION);
        if (checked >= 0 && checked <= TwoSlotFile.SLOT_BYTES - Integer.BYTES) {
            littleEndian(file).putInt(checked, crc(file, 0, checked));
        }
        return file;
    }

    /** What of the first slot is no padding. */
    static byte[] firstSlot(byte[] file) {
        int payloadBytes = littleEndian(file).getInt(TwoSlotProperties.LENGTH_POSITION);
        return DiskCodecProperties.cut(file, TwoSlotProperties.BESIDES_PAYLOAD_BYTES + payloadBytes);
    }

    /** A record with right length and checksum. */
    static byte[] sealedRecord(byte[] record) {
        if (record.length >= LogRecord.HEADER_BYTES) {
            ByteBuffer buffer = littleEndian(record).putInt(4, record.length);
            buffer.putInt(48, LogRecord.crc(buffer));
        }
        return record;
    }

    private static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
