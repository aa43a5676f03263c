package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.Incarnation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * A value in the two slots of a {@link TwoSlotFile}. Each is a codec of its own: where it is the only one, no damage to it is
 * read. Where both are there, damage to one is noticed and changes nothing. Behind the checksum of a slot comes padding, which
 * means nothing, but has to be there.
 */
abstract class TwoSlotProperties<T> extends DiskCodecProperties<T> {

    static final Incarnation STORAGE = new Incarnation(11, 12);

    private static final int SLOT_BYTES = TwoSlotFile.SLOT_BYTES;
    private static final int FILE_BYTES = 2 * SLOT_BYTES;
    static final int LENGTH_POSITION = 32;
    static final int BESIDES_PAYLOAD_BYTES = 40; // header and checksum
    private static final List<Integer> SLOTS = List.of(0, 1);

    /**
     * What was read.
     *
     * @param damagedSlot where the other slot begins, if that is damaged
     */
    record Found<T>(T value, OptionalLong damagedSlot) {}

    /** What is in a file with these bytes; empty when it is refused as the codec's contract says. */
    abstract Optional<Found<T>> read(byte[] bytes) throws IOException;

    @Override
    final Optional<T> decode(byte[] bytes) throws IOException {
        return read(bytes).map(Found::value);
    }

    @Property(tries = 100)
    void oneSlotIsEnoughAndTheLossOfTheOtherIsNoticed(@ForAll long seed) throws IOException {
        T value = draw(new RandomContent(seed));
        byte[] bytes = encode(value);

        assertThat(read(bytes)).contains(whole(value));
        for (int slot : SLOTS) {
            assertThat(read(onlySlot(slot, bytes))).contains(damaged(1 - slot, value));
        }
    }

    @Property(tries = 2)
    void aTruncationIsRefusedOrNoticed(@ForAll long seed) throws IOException {
        T value = draw(new RandomContent(seed));
        byte[] bytes = encode(value);
        byte[] onlySecond = onlySlot(1, bytes);
        for (int length = 0; length < FILE_BYTES; length++) {
            Optional<Found<T>> expected = length < SLOT_BYTES ? Optional.empty() : Optional.of(damaged(1, value));
            assertThat(read(cut(bytes, length))).as("cut to %d bytes", length).isEqualTo(expected);
            assertThat(read(cut(onlySecond, length)))
                    .as("only the second slot, cut to %d bytes", length)
                    .isEmpty();
        }
    }

    @Property(tries = 10)
    void noFlippedBitOfTheOnlySlotIsRead(@ForAll long seed) throws IOException {
        byte[] bytes = encode(draw(new RandomContent(seed)));
        for (int slot : SLOTS) {
            byte[] only = onlySlot(slot, bytes);
            for (int bit : bitsThatMeanSomething(slot, bytes)) {
                assertThat(read(flipped(only, bit)))
                        .as("only slot %d, bit %d of byte %d", slot, bit % Byte.SIZE, bit / Byte.SIZE)
                        .isEmpty();
            }
        }
    }

    @Property(tries = 10)
    void aFlippedBitOfOneSlotOfTwoIsNoticedAndChangesNothing(@ForAll long seed) throws IOException {
        T value = draw(new RandomContent(seed));
        byte[] bytes = encode(value);
        for (int slot : SLOTS) {
            for (int bit : bitsThatMeanSomething(slot, bytes)) {
                assertThat(read(flipped(bytes, bit)))
                        .as("bit %d of byte %d", bit % Byte.SIZE, bit / Byte.SIZE)
                        .contains(damaged(slot, value));
            }
        }
    }

    /** The first and the last bit of the padding always, others by chance. */
    @Property(tries = 50)
    void aFlippedBitOfThePaddingMeansNothing(@ForAll long seed) throws IOException {
        RandomContent random = new RandomContent(seed);
        T value = draw(random);
        byte[] bytes = encode(value);
        for (int slot : SLOTS) {
            int first = slot * SLOT_BYTES * Byte.SIZE + bitsThatMeanSomething(slot, bytes).length;
            int end = (slot + 1) * SLOT_BYTES * Byte.SIZE;
            for (int bit : new int[] {first, end - 1, first + random.below(end - first)}) {
                assertThat(read(flipped(bytes, bit)))
                        .as("bit %d of byte %d", bit % Byte.SIZE, bit / Byte.SIZE)
                        .contains(whole(value));
            }
        }
    }

    private Found<T> whole(T value) {
        return new Found<>(value, OptionalLong.empty());
    }

    private Found<T> damaged(int slot, T value) {
        return new Found<>(value, OptionalLong.of((long) slot * SLOT_BYTES));
    }

    /** The other one is zeros. */
    private static byte[] onlySlot(int slot, byte[] bytes) {
        byte[] only = bytes.clone();
        int other = (1 - slot) * SLOT_BYTES;
        Arrays.fill(only, other, other + SLOT_BYTES, (byte) 0);
        return only;
    }

    /** Those of the slot up to the end of its checksum, as bits of the file. */
    static int[] bitsThatMeanSomething(int slot, byte[] bytes) {
        int start = slot * SLOT_BYTES;
        int payloadBytes = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getInt(start + LENGTH_POSITION);
        int[] bits = new int[(BESIDES_PAYLOAD_BYTES + payloadBytes) * Byte.SIZE];
        Arrays.setAll(bits, bit -> start * Byte.SIZE + bit);
        return bits;
    }
}
