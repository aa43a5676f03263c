package io.pecanraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.examples.kv.store.Operation.Condition;
import io.pecanraft.statemachine.SnapshotView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The replicated map as the library sees it. What single operations answer is in {@code CommandsTest}. */
class KvStateMachineTest {

    private final KvStateMachine machine = new KvStateMachine();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void batchCutsShowNeitherInRepliesNorInState(long seed) throws IOException {
        List<ByteBuffer> commands = randomCommands(new Random(seed), 2_000);
        KvStateMachine oneByOne = new KvStateMachine();
        List<ByteBuffer> expected = new ArrayList<>();
        for (int i = 0; i < commands.size(); i++) {
            expected.addAll(Commands.apply(oneByOne, i + 1, List.of(commands.get(i))));
        }

        Random cuts = new Random(seed + 100);
        List<ByteBuffer> replies = new ArrayList<>();
        for (int from = 0; from < commands.size(); ) {
            int to = Math.min(commands.size(), from + 1 + cuts.nextInt(300));
            replies.addAll(Commands.apply(machine, from + 1, commands.subList(from, to)));
            from = to;
        }

        assertThat(replies).isEqualTo(expected);
        assertThat(sorted(machine)).isEqualTo(sorted(oneByOne));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void aRestoredMachineGoesOnLikeTheOneThatWasCaptured(long seed) throws IOException {
        List<ByteBuffer> commands = randomCommands(new Random(seed), 2_000);
        Commands.apply(machine, 1, commands.subList(0, 1_000));
        SnapshotView view = machine.captureSnapshot();
        List<ByteBuffer> replies = Commands.apply(machine, 1_001, commands.subList(1_000, 2_000));

        KvStateMachine restored = new KvStateMachine();
        Commands.apply(restored, 1, randomCommands(new Random(seed + 1), 500)); // to be forgotten
        Commands.restore(restored, Commands.write(view));

        assertThat(Commands.apply(restored, 1_001, commands.subList(1_000, 2_000)))
                .isEqualTo(replies);
        assertThat(sorted(restored)).isEqualTo(sorted(machine));
    }

    @Test
    void anEmptyMapMakesASnapshotToo() throws IOException {
        byte[] snapshot = Commands.write(machine.captureSnapshot());
        Commands.apply(machine, set("k", "v"));
        Commands.restore(machine, snapshot);
        assertThat(Commands.query(machine, new Operation.Count())).containsExactly(new Result.Int(0));
    }

    @Test
    void refusesASnapshotThatIsNotOne() throws IOException {
        Commands.apply(machine, set("k", "v"));
        byte[] good = Commands.write(machine.captureSnapshot());

        assertThatThrownBy(() -> Commands.restore(machine, "garbage, not a snapshot".getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("expected 504b5653");
        assertThatThrownBy(() -> Commands.restore(machine, Arrays.copyOf(good, good.length - 1)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> Commands.restore(machine, Arrays.copyOf(good, good.length + 1)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("goes on after its 1 entries");
    }

    @Test
    void repliesToWhatIsNotACommandInsteadOfStoppingEveryServer() {
        ByteBuffer noise = ByteBuffer.wrap(new byte[] {OperationCodec.VERSION, 99, 1, 2});
        List<Result> results =
                ResultCodec.decode(Commands.apply(machine, 1, List.of(noise)).get(0));
        assertThat(results).hasSize(1).first().isInstanceOf(Result.Refused.class);
    }

    @Test
    void aCommandOfAFutureVersionStopsThisServer() {
        ByteBuffer future = ByteBuffer.wrap(new byte[] {OperationCodec.VERSION + 1, 1});
        assertThatThrownBy(() -> Commands.apply(machine, 1, List.of(future)))
                .isInstanceOf(OperationCodec.UnknownVersionException.class);
    }

    @Test
    void aQueryDoesNotWrite() {
        assertThatThrownBy(() -> Commands.query(machine, set("k", "v"))).isInstanceOf(IllegalArgumentException.class);
        assertThat(Commands.query(machine, new Operation.Count())).containsExactly(new Result.Int(0));
    }

    @Test
    void stopsWithinACommandBeforeItsResultsOutgrowAMessage() {
        Bytes large = Bytes.wrap(new byte[Limits.MAX_VALUE_BYTES / 2]);
        Commands.apply(machine, new Operation.Set(Bytes.of("large"), large, Condition.ALWAYS, false));
        Operation get = new Operation.Get(Bytes.of("large"));

        List<Result> results = Commands.apply(machine, set("a", "1"), get, set("b", "2"), get, set("c", "3"));

        assertThat(results).hasSize(3);
        assertThat(Commands.query(machine, new Operation.Exists(List.of(Bytes.of("b"), Bytes.of("c")))))
                .containsExactly(new Result.Int(1));
    }

    @Test
    void executesTheFirstOperationHoweverLargeItsResult() {
        Bytes large = Bytes.wrap(new byte[Limits.MAX_VALUE_BYTES]);
        Operation set = new Operation.Set(Bytes.of("large"), large, Condition.ALWAYS, true);
        Commands.apply(machine, set);

        assertThat(Commands.apply(machine, set, set)).containsExactly(new Result.Value(large));
    }

    @Test
    void refusesAReadLargerThanItsLimitBeforeItIsMade() {
        Bytes large = Bytes.wrap(new byte[Limits.MAX_VALUE_BYTES]);
        Commands.apply(machine, new Operation.Set(Bytes.of("large"), large, Condition.ALWAYS, false));
        List<Bytes> keys = java.util.Collections.nCopies(100_000, Bytes.of("large"));

        assertThat(Commands.query(machine, new Operation.GetAll(keys)).get(0))
                .isInstanceOfSatisfying(
                        Result.Refused.class,
                        refused -> assertThat(refused.error())
                                .contains("is larger than the limit of " + Limits.MAX_READ_BYTES));
    }

    private static Operation set(String key, String value) {
        return new Operation.Set(Bytes.of(key), Bytes.of(value), Condition.ALWAYS, false);
    }

    private static List<ByteBuffer> randomCommands(Random random, int count) {
        List<ByteBuffer> commands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Operation> operations = new ArrayList<>();
            for (int n = 1 + random.nextInt(3); n > 0; n--) {
                operations.add(randomOperation(random));
            }
            commands.add(OperationCodec.encode(operations));
        }
        return commands;
    }

    private static Operation randomOperation(Random random) {
        Bytes key = Bytes.of("k" + random.nextInt(50));
        Bytes other = Bytes.of("k" + random.nextInt(50));
        Bytes value = Bytes.of(random.nextInt(1_000));
        return switch (random.nextInt(9)) {
            case 0 -> new Operation.Delete(List.of(key, other));
            case 1 -> new Operation.Append(key, value);
            case 2 -> new Operation.Increment(key, random.nextLong());
            case 3 -> new Operation.SetAll(List.of(new Operation.Pair(key, value), new Operation.Pair(other, key)));
            case 4 -> new Operation.GetAll(List.of(key, other));
            case 5 -> new Operation.Count();
            case 6 -> new Operation.Length(key);
            default ->
                new Operation.Set(key, value, List.of(Condition.values()).get(random.nextInt(3)), random.nextBoolean());
        };
    }

    /** The whole content, in an order of its own. */
    private static List<String> sorted(KvStateMachine machine) throws IOException {
        KvStateMachine copy = new KvStateMachine();
        Commands.restore(copy, Commands.write(machine.captureSnapshot()));
        List<String> content = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            content.add(i + "="
                    + Commands.query(copy, new Operation.Get(Bytes.of("k" + i))).stream()
                            .map(result -> result instanceof Result.Value value
                                    ? value.value().utf8()
                                    : "")
                            .findFirst()
                            .orElseThrow());
        }
        content.add(Commands.query(copy, new Operation.Count()).toString());
        return content;
    }
}
