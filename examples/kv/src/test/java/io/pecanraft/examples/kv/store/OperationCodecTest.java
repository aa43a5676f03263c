package io.pecanraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.examples.kv.store.Operation.Condition;
import io.pecanraft.examples.kv.store.Operation.DeadlineCondition;
import io.pecanraft.examples.kv.store.Operation.Pair;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
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
                new Operation.Count(),
                new Operation.Set(KEY, VALUE, Condition.IF_ABSENT, true, new Expiry.After(1_500)),
                new Operation.Set(KEY, VALUE, Condition.ALWAYS, false, new Expiry.Keep()),
                new Operation.TakeOut(KEY),
                new Operation.GetAndExpire(KEY, new Expiry.Never()),
                new Operation.GetAndExpire(KEY, new Expiry.After(Limits.MAX_TTL_MILLIS)),
                new Operation.Expire(KEY, -1, DeadlineCondition.IF_LATER),
                new Operation.Persist(KEY),
                new Operation.Clear(),
                new Operation.Tick(),
                new Operation.Announce(KEY, VALUE, Bytes.EMPTY),
                new Operation.TimeToLive(KEY),
                new Operation.Keys(Bytes.of("a*")),
                new Operation.Scan(-5, Bytes.of("*"), 10),
                new Operation.Transaction(List.of(new Operation.Get(KEY), new Operation.Persist(KEY))));
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

    /** What lies in the logs of earlier releases, and what they are sent while they are upgraded. */
    @Test
    void whatVersion1HadIsWrittenAsItWasThen() {
        ByteBuffer command = OperationCodec.encode(List.of(
                new Operation.Set(Bytes.of("k"), Bytes.of("v"), Condition.IF_ABSENT, true),
                new Operation.SetAll(List.of(new Pair(Bytes.of("a"), Bytes.of("1")))),
                new Operation.Delete(List.of(Bytes.of("a"), Bytes.of("b"))),
                new Operation.Append(Bytes.of("k"), Bytes.of("w")),
                new Operation.Increment(Bytes.of("n"), -2),
                new Operation.Get(Bytes.of("k")),
                new Operation.GetAll(List.of(Bytes.of("k"))),
                new Operation.Exists(List.of(Bytes.of("k"))),
                new Operation.Length(Bytes.of("k")),
                new Operation.Count()));
        ByteBuffer then = ByteBuffer.wrap(HexFormat.of()
                .parseHex("01" + "0105016b0176" + "020101610131" + "030201610162" + "04016b0177"
                        + "05016efffffffffffffffe" + "06016b" + "0701016b" + "0801016b" + "09016b" + "0a"));
        assertThat(command).isEqualTo(then);
        assertThat(OperationCodec.encode(OperationCodec.decode(then.duplicate())))
                .isEqualTo(then);
    }

    @Test
    void whatVersion2HasStaysReadable() {
        ByteBuffer command = ByteBuffer.wrap(HexFormat.of()
                .parseHex("02" + "0b01016b01760200000000000005dc" + "0b00016b017601" + "0c016b" + "0d016b00"
                        + "0e04016b0000000000000064" + "0f016b" + "10" + "11" + "120206016b11" + "13016b" + "14012a"
                        + "15fffffffb0000000a012a" + "16026e3103613a3100"));
        Bytes key = Bytes.of("k");
        assertThat(OperationCodec.decode(command.duplicate()))
                .containsExactly(
                        new Operation.Set(key, Bytes.of("v"), Condition.IF_ABSENT, false, new Expiry.After(1_500)),
                        new Operation.Set(key, Bytes.of("v"), Condition.ALWAYS, false, new Expiry.Keep()),
                        new Operation.TakeOut(key),
                        new Operation.GetAndExpire(key, new Expiry.Never()),
                        new Operation.Expire(key, 100, DeadlineCondition.IF_EARLIER),
                        new Operation.Persist(key),
                        new Operation.Clear(),
                        new Operation.Tick(),
                        new Operation.Transaction(List.of(new Operation.Get(key), new Operation.Tick())),
                        new Operation.TimeToLive(key),
                        new Operation.Keys(Bytes.of("*")),
                        new Operation.Scan(-5, Bytes.of("*"), 10),
                        new Operation.Announce(Bytes.of("n1"), Bytes.of("a:1"), Bytes.EMPTY));
        assertThat(OperationCodec.encode(OperationCodec.decode(command.duplicate())))
                .isEqualTo(command);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void anOlderServerIsNotSentWhatItDoesNotKnow(Operation operation) {
        ByteBuffer command = OperationCodec.encode(List.of(new Operation.Count(), operation));
        assertThat(command.get(0)).isEqualTo((byte) OperationCodec.version(operation));
        if (command.get(0) > 1) {
            assertThatThrownBy(() -> OperationCodec.decode(command.duplicate().put(0, (byte) 1)))
                    .as("and it would not take it for something else")
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aTransactionInATransactionIsNoCommand() {
        byte[] nested = {2, 18, 1, 18, 1, 17};
        assertThatThrownBy(() -> OperationCodec.decode(ByteBuffer.wrap(nested)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a transaction in a transaction");
    }

    @Test
    void stopsAtAVersionOfTheFutureRatherThanDiverge() {
        assertThatThrownBy(() -> OperationCodec.decode(ByteBuffer.wrap(new byte[] {3, 1})))
                .isInstanceOf(OperationCodec.UnknownVersionException.class)
                .hasMessageContaining("version 3")
                .hasMessageContaining("newer server");
    }
}
