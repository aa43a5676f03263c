package io.pecanraft.benchmarks.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class KeyValuesTest {

    private static final byte[] VALUE = {1, 2, 3};

    @Test
    void keysDoNotCollideInAHashMap() {
        long hashes = IntStream.range(0, Put.KEYS)
                .map(i -> Arrays.hashCode(
                        ByteBuffer.allocate(Put.KEY_BYTES).putLong(Put.key(i)).array()))
                .distinct()
                .count();
        assertThat(hashes).isGreaterThan(Put.KEYS * 99 / 100);
    }

    @Test
    void aKeyHasTheValueThatWasPutLastOrNone() {
        KeyValues map = new KeyValues();
        map.apply(Put.encode(Put.key(1), new byte[5]));
        map.apply(Put.encode(Put.key(1), VALUE));
        assertThat(map.get(key(1))).isEqualTo(ByteBuffer.wrap(VALUE));
        assertThat(map.get(key(2)).remaining()).isZero();
    }

    private static ByteBuffer key(int number) {
        return ByteBuffer.allocate(Put.KEY_BYTES).putLong(Put.key(number)).flip();
    }

    @Test
    void aSnapshotHoldsWhatWasPutBeforeItAndNothingElse() throws IOException {
        KeyValues map = new KeyValues();
        map.apply(Put.encode(Put.key(1), VALUE));
        map.apply(Put.encode(Put.key(1), VALUE));
        KeyValues frozen = map.copy();
        map.apply(Put.encode(Put.key(2), VALUE));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        frozen.writeTo(bytes);
        KeyValues restored = new KeyValues();
        restored.readFrom(new ByteArrayInputStream(bytes.toByteArray()));
        assertThat(restored.size()).isOne();
        assertThat(map.size()).isEqualTo(2);
        assertThat(restored.applied()).isEqualTo(2);
        assertThat(map.applied()).isEqualTo(3);
    }
}
