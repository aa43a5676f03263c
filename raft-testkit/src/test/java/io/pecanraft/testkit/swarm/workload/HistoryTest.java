package io.pecanraft.testkit.swarm.workload;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.NotLeaderException;
import io.pecanraft.testkit.linearizability.HistoryRecorder;
import io.pecanraft.testkit.swarm.register.Register;
import io.pecanraft.testkit.swarm.register.Registers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

class HistoryTest {

    private static final LongFunction<Optional<CommittedStates.Effect<Register>>> NOTHING = call -> Optional.empty();

    private final long[] now = new long[1];
    private final Registers registers = new Registers();
    private final History<Register, Registers.Input, Register> history = new History<>(registers, () -> ++now[0]);
    private final Registers.Input put = registers.command(new Draft(0, 1, 5, 0));
    private final Registers.Input add = registers.command(new Draft(2, 1, 2, 0));

    private HistoryRecorder.Call<?, Register> write(Registers.Input command) {
        return history.command("n1", command, 9);
    }

    private void read(long version, long value) {
        history.query("n2", registers.query(1)).returned(new Register(version, value));
    }

    @Test
    void whatOneServerWouldHaveSaidIsLinearizable() {
        write(put).returned(new Register(1, 5));
        write(add).returned(new Register(2, 7));
        read(2, 7);
        assertThat(history.complaint("legal", NOTHING)).isEmpty();
    }

    @Test
    void whatCouldNotBeDecidedIsNotPassed() {
        assertThat(threeAtOnce().complaint("too much", NOTHING).orElseThrow().rule())
                .isEqualTo("undecided");
    }

    /** Seeds 129956, 130518 and 132976: so many calls under way at once that no search came to an end. */
    @Test
    void theOrderOfTheLogDecidesWithoutASearch() {
        Map<Long, Long> indexes = Map.of(3L, 11L, 1L, 12L, 2L, 15L);
        assertThat(threeAtOnce().complaint("by the log", call -> Optional.of(effect(indexes.get(call)))))
                .isEmpty();
    }

    @Test
    void aWrongOrderOfTheLogIsNotBelieved() {
        Map<Long, Long> indexes = Map.of(1L, 11L, 2L, 12L, 3L, 15L);
        assertThat(threeAtOnce()
                        .complaint("by another log", call -> Optional.of(effect(indexes.get(call))))
                        .orElseThrow()
                        .rule())
                .isEqualTo("undecided");
    }

    /** What answered calls are told is not taken from the log. */
    private static CommittedStates.Effect<Register> effect(long index) {
        return new CommittedStates.Effect<>(index, new Register(0, 0));
    }

    /** Three that were done in the order third, first, second, and a search that gives up at once. */
    private History<Register, Registers.Input, Register> threeAtOnce() {
        History<Register, Registers.Input, Register> brief = new History<>(registers, () -> ++now[0], 1);
        List<HistoryRecorder.Call<?, Register>> atOnce =
                List.of(brief.command("n1", add, 1), brief.command("n2", add, 2), brief.command("n3", add, 3));
        atOnce.get(2).returned(new Register(1, 2));
        atOnce.get(0).returned(new Register(2, 4));
        atOnce.get(1).returned(new Register(3, 6));
        return brief;
    }

    @Test
    void aStaleReadIsNot() {
        write(put).returned(new Register(1, 5));
        write(add).returned(new Register(2, 7));
        read(1, 5);
        assertThat(history.complaint("stale read", NOTHING).orElseThrow().text())
                .contains("n2: read -> 5 (1)", "target/histories/stale-read.html");
    }

    @Test
    void whatWasCertainlyNotDoneHasNotHappened() {
        write(put).returned(new Register(1, 5));
        History.failed(write(add), new NotLeaderException("not me", Optional.empty(), 1));
        read(2, 7);
        assertThat(history.complaint("done after all", NOTHING)).isPresent();
    }

    @Test
    void whatIsNotInTheCommittedLogHasNotHappened() {
        write(put).returned(new Register(1, 5));
        write(add);
        read(1, 5);
        assertThat(history.complaint("not committed", NOTHING)).isEmpty();
        read(2, 7);
        assertThat(history.complaint("not committed", NOTHING)).isPresent();
    }

    @Test
    void whatIsInTheCommittedLogHappenedAsItSays() {
        write(put).returned(new Register(1, 5));
        write(add);
        read(2, 7);
        assertThat(history.complaint(
                        "committed", call -> Optional.of(new CommittedStates.Effect<>(2, new Register(2, 7)))))
                .isEmpty();
        assertThat(history.complaint(
                        "committed elsewhere",
                        call -> Optional.of(new CommittedStates.Effect<>(2, new Register(3, 7)))))
                .isPresent();
    }
}
