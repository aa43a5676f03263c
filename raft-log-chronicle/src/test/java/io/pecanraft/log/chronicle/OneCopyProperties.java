package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * A codec of which there is one copy: nothing makes up for a byte, so bytes that are missing, too many or others are refused,
 * whichever they are.
 */
abstract class OneCopyProperties<T> extends DiskCodecProperties<T> {

    @Property(tries = 20)
    void noTruncationIsRead(@ForAll long seed) throws IOException {
        byte[] bytes = encode(draw(new RandomContent(seed)));
        for (int length = 0; length < bytes.length; length++) {
            assertThat(decode(cut(bytes, length)))
                    .as("cut to %d of %d bytes", length, bytes.length)
                    .isEmpty();
        }
    }

    @Property(tries = 20)
    void noFlippedBitIsRead(@ForAll long seed) throws IOException {
        byte[] bytes = encode(draw(new RandomContent(seed)));
        for (int bit = 0; bit < bytes.length * Byte.SIZE; bit++) {
            assertThat(decode(flipped(bytes, bit)))
                    .as("bit %d of byte %d of %d", bit % Byte.SIZE, bit / Byte.SIZE, bytes.length)
                    .isEmpty();
        }
    }

    @Property(tries = 100)
    void nothingIsReadWithBytesBehindIt(@ForAll long seed) throws IOException {
        RandomContent random = new RandomContent(seed);
        byte[] bytes = encode(draw(random));

        assertThat(decode(cut(bytes, bytes.length + 1 + random.below(20)))).isEmpty();
    }
}
