package io.pecanraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.examples.kv.store.Operation.Condition;
import io.pecanraft.statemachine.SnapshotView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Keys live as long as the log says, on every server alike, and across snapshots of every format. */
class ExpiryTest {

    private static final Bytes KEY = Bytes.of("k");
    private static final Operation GET = new Operation.Get(KEY);
    private static final Operation COUNT = new Operation.Count();

    private final KvStateMachine machine = new KvStateMachine();

    /** K10: reads judge by the last applied timestamp, a command by its own. */
    @Test
    void aKeyIsGoneWithTheFirstCommandWhoseTimeHasReachedItsDeadline() {
        Commands.applyAt(machine, 1_000, set(500));
        assertThat(Commands.applyAt(machine, 1_499, GET)).containsExactly(value("v"));
        assertThat(Commands.applyAt(machine, 1_500, GET)).containsExactly(new Result.Absent());
    }

    @Test
    void aQueryLooksAtNoClock() {
        Commands.applyAt(machine, 1_000, set(500));
        assertThat(Commands.query(machine, GET, new Operation.TimeToLive(KEY)))
                .containsExactly(value("v"), new Result.Int(500));
        Commands.applyAt(machine, 1_400, new Operation.Tick());
        assertThat(Commands.query(machine, new Operation.TimeToLive(KEY))).containsExactly(new Result.Int(100));
        Commands.applyAt(machine, 1_500, new Operation.Tick());
        assertThat(Commands.query(machine, GET, COUNT)).containsExactly(new Result.Absent(), new Result.Int(0));
    }

    @Test
    void timeThatWouldGoBackStandsStill() {
        Commands.applyAt(machine, 1_000, set(500));
        Commands.applyAt(machine, 1_500, new Operation.Tick());
        assertThat(Commands.applyAt(machine, 1_200, GET)).containsExactly(new Result.Absent());
    }

    @Test
    void aKeyThatIsWrittenAgainAfterItsTimeIsANewOne() {
        Commands.applyAt(machine, 1_000, set(500));
        Operation keep = new Operation.Set(KEY, Bytes.of("w"), Condition.ALWAYS, true, new Expiry.Keep());
        assertThat(Commands.applyAt(machine, 2_000, keep)).containsExactly(new Result.Absent());
        assertThat(Commands.query(machine, new Operation.TimeToLive(KEY))).containsExactly(new Result.Int(-1));
        assertThat(Commands.applyAt(machine, 9_000, GET)).containsExactly(value("w"));
    }

    @Test
    void manyKeysWithOneDeadlineAreGoneAtOnceAndFreedLittleByLittle() {
        int many = Limits.TICK_SWEEP + 5_000;
        List<ByteBuffer> sets = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            sets.add(OperationCodec.encode(List.of(new Operation.Set(
                    Bytes.of("k" + i), Bytes.of(i), Condition.ALWAYS, false, new Expiry.After(1_000)))));
        }
        Commands.apply(machine, 1, index -> 0, sets);
        assertThat(machine.status()).isEqualTo(new StoreStatus(2, 0, 1_000, many, many, Map.of()));

        assertThat(Commands.applyAt(machine, 1_000, COUNT, new Operation.Keys(Bytes.of("*"))))
                .containsExactly(new Result.Int(0), new Result.Values(List.of()));
        assertThat(machine.status().expiring()).isEqualTo(many - Limits.SWEEP);
        assertThat(machine.status().keys())
                .as("not all are counted, since that is done after every batch")
                .isEqualTo(many - Limits.SWEEP - Limits.TICK_SWEEP);
        Commands.applyAt(machine, 1_001, new Operation.Tick());
        assertThat(machine.status().expiring()).isEqualTo(many - 2 * Limits.SWEEP - Limits.TICK_SWEEP);
        Commands.applyAt(machine, 1_002, new Operation.Tick());
        assertThat(machine.status().expiring()).isZero();
        assertThat(machine.status().soonestDeadline()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aSnapshotCarriesDeadlinesAndTheTimeByWhichTheyAreJudged() throws IOException {
        Commands.applyAt(machine, 1_000, set(500));
        SnapshotView view = machine.captureSnapshot();
        Commands.applyAt(machine, 2_000, new Operation.Clear());

        KvStateMachine restored = new KvStateMachine();
        Commands.restore(restored, Commands.write(view));
        assertThat(Commands.query(restored, GET, new Operation.TimeToLive(KEY)))
                .containsExactly(value("v"), new Result.Int(500));
        assertThat(Commands.applyAt(restored, 1_500, GET)).containsExactly(new Result.Absent());
    }

    @Test
    void aSnapshotIsOfTheOldFormatUntilTheLogIsSwitched() throws IOException {
        Commands.applyAt(machine, 7, new Operation.Set(KEY, Bytes.of("v"), Condition.ALWAYS, false));
        assertThat(machine.status().format()).isEqualTo(1);
        assertThat(hex()).isEqualTo("504b5653" + "01" + "0000000000000001" + "016b0176");

        Commands.applyAt(machine, 9, new Operation.Tick());
        assertThat(machine.status().format()).isEqualTo(2);
        assertThat(hex())
                .isEqualTo("504b5653" + "02" + "0000000000000009" + "0000000000000001" + "016b0176" + "0000000000000000"
                        + "00000000");

        Commands.applyAt(machine, 16, set(16), announce("n1", "h:1"));
        assertThat(hex())
                .isEqualTo("504b5653" + "02" + "0000000000000010" + "0000000000000001" + "016b0176" + "0000000000000001"
                        + "016b" + "0000000000000020" + "00000001" + "026e31" + "03683a31" + "00");
    }

    @Test
    void serversSayWhereTheyAreThroughTheLogAndASnapshotKnowsIt() throws IOException {
        Commands.applyAt(machine, 1, announce("n1", "h:1"), announce("n2", "h:2"));
        Commands.applyAt(machine, 2, announce("n2", ""), new Operation.Clear());
        assertThat(machine.status().servers()).isEqualTo(Map.of("n1", new StoreStatus.Announced("h:1", "")));
        KvStateMachine restored = new KvStateMachine();
        Commands.restore(restored, Commands.write(machine.captureSnapshot()));
        assertThat(restored.status()).isEqualTo(machine.status());
    }

    @Test
    void noMoreServersThanTheLimitSayWhereTheyAre() {
        for (int i = 0; i < Limits.MAX_SERVERS; i++) {
            assertThat(Commands.applyAt(machine, 1, announce("n" + i, "h:1"))).containsExactly(new Result.Done());
        }
        assertThat(Commands.applyAt(machine, 1, announce("more", "h:1")).get(0)).isInstanceOf(Result.Refused.class);
        assertThat(Commands.applyAt(machine, 1, announce("n7", "h:2"))).containsExactly(new Result.Done());
        assertThat(Commands.applyAt(machine, 1, announce("n7", "h".repeat(600))).get(0))
                .isInstanceOf(Result.Refused.class);
    }

    @Test
    void aQueryAndACommandThatIsNotOneSwitchNothing() {
        Commands.query(machine, new Operation.TimeToLive(KEY));
        Commands.apply(machine, 1, List.of(ByteBuffer.wrap(new byte[] {2, 99})));
        assertThat(machine.status().format()).isEqualTo(1);
    }

    @Test
    void theSwitchSurvivesASnapshot() throws IOException {
        Commands.applyAt(machine, 9, new Operation.Tick());
        KvStateMachine restored = new KvStateMachine();
        Commands.restore(restored, Commands.write(machine.captureSnapshot()));
        assertThat(restored.status().format()).isEqualTo(2);
    }

    @Test
    void anOldSnapshotIsRead() throws IOException {
        Commands.applyAt(machine, 5_000, set(10));
        Commands.restore(machine, HexFormat.of().parseHex("504b5653010000000000000001016b0176"));
        assertThat(machine.status()).isEqualTo(new StoreStatus(1, 0, Long.MAX_VALUE, 1, 0, Map.of()));
        assertThat(Commands.applyAt(machine, 9_000, GET)).containsExactly(value("v"));
    }

    @Test
    void aDeadlineOfNoKeyIsNoSnapshot() {
        String stray = "504b5653" + "02" + "0000000000000010" + "0000000000000000" + "0000000000000001" + "016b"
                + "0000000000000020";
        assertThatThrownBy(() -> Commands.restore(machine, HexFormat.of().parseHex(stray)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("deadline for a key");
        assertThatThrownBy(() -> Commands.restore(machine, HexFormat.of().parseHex("504b565303")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 3, expected 504b5653 and a version up to 2");
    }

    private String hex() throws IOException {
        return HexFormat.of().formatHex(Commands.write(machine.captureSnapshot()));
    }

    private static Operation announce(String server, String clients) {
        return new Operation.Announce(Bytes.of(server), Bytes.of(clients), Bytes.EMPTY);
    }

    private static Operation set(long millis) {
        return new Operation.Set(KEY, Bytes.of("v"), Condition.ALWAYS, false, new Expiry.After(millis));
    }

    private static Result value(String text) {
        return new Result.Value(Bytes.of(text));
    }
}
