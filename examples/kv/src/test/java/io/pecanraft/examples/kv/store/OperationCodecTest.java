package io.pecanraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.examples.kv.store.Operation.Condition;
import io.pecanraft.examples.kv.store.Operation.Pair;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The form of commands in the log: what is written is read back, and what is not a command is recognised. */
class OperationCodecTest {

    static final Bytes KEY = Bytes.of("key");
    static final Bytes VALUE = Bytes.of("value \r\n\0 with anything");

    static Stream<Operation> operations() {
        return Stream.of(
                new Operation.Set(KEY, VALUE, Condition.ALWAYS, false),
                new Operation.Set(KEY, VALUE, Condition.IF_ABSENT, true),
                new Operation.Set(Bytes.EMPTY, Bytes.EMPTY, Condition.IF_PRESENT, false),
                new Operation.SetAll(List.of(new Pair(KEY, VALUE), new Pair(VALUE, KEY))),
                new Operation.Delete(List.of(KEY, VALUE, KEY)),
                new Operation.Append(KEY, VALUE),
                new Operation.Increment(KEY, Long.MIN_VALUE),
                new Operation.Get(KEY),
                new Operation.GetAll(List.of(KEY, VALUE)),
                new Operation.Exists(List.of(KEY)),
                new Operation.Length(KEY),
                new Operation.Count());
    }

    @ParameterizedTest
    @MethodSource("operations")
    void readsBackWhatItWrote(Operation operation) {
        ByteBuffer command = OperationCodec.encode(List.of(operation, operation));

        assertThat(command.remaining()).isEqualTo(1 + 2 * OperationCodec.size(operation));
        assertThat(OperationCodec.decode(command)).containsExactly(operation, operation);
    }

    @Test
    void coversEveryKindOfOperation() {
        Stream<Class<?>> kinds = Stream.of(Operation.Write.class, Operation.Read.class)
                .flatMap(type -> Arrays.stream(type.getPermittedSubclasses()));

        assertThat(kinds).allSatisfy(kind -> assertThat(operations()).hasAtLeastOneElementOfType(kind));
    }

    @ParameterizedTest
    @MethodSource("operations")
    void refusesACommandThatIsCutAnywhere(Operation operation) {
        ByteBuffer whole = OperationCodec.encode(List.of(operation));
        for (int length = 2; length < whole.remaining(); length++) {
            ByteBuffer cut = whole.duplicate().limit(length);
            assertThatThrownBy(() -> OperationCodec.decode(cut)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesNoiseWithoutAllocatingWhatItAnnounces() {
        Random random = new Random(42);
        for (int round = 0; round < 20_000; round++) {
            byte[] noise = new byte[1 + random.nextInt(40)];
            random.nextBytes(noise);
            noise[0] = OperationCodec.VERSION;
            try {
                OperationCodec.decode(ByteBuffer.wrap(noise));
            } catch (IllegalArgumentException expected) {
                assertThat(expected).hasMessageNotContaining("null");
            }
        }
    }

    @Test
    void stopsAtAVersionOfTheFutureRatherThanDiverge() {
        assertThatThrownBy(() -> OperationCodec.decode(ByteBuffer.wrap(new byte[] {2, 1})))
                .isInstanceOf(OperationCodec.UnknownVersionException.class)
                .hasMessageContaining("version 2")
                .hasMessageContaining("newer server");
    }
}
