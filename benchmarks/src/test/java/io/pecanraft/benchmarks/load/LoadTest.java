package io.pecanraft.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.benchmarks.system.Operation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LoadTest {

    private static final double ONE_A_MICROSECOND = 1e6;

    private final List<Integer> sent = new ArrayList<>();
    private final List<Operation> operations = new ArrayList<>();
    private final Load load = new Load(1, Operation.READ);
    private final Connection connection = new Connection() {
        @Override
        public void send(Operation operation, int slot, long key) {
            sent.add(slot);
            operations.add(operation);
        }

        @Override
        public void flush() {
            // sent already
        }
    };

    @Test
    void aClosedLoopKeepsAsManyUnderWayAsItWasTold() {
        load.setPace(Pace.closed(3));
        load.onTurn(connection);
        load.onTurn(connection);
        assertThat(sent).hasSize(3);
        load.onReply(sent.get(1), true);
        load.onTurn(connection);
        assertThat(sent).hasSize(4);
        assertThat(operations).containsOnly(Operation.READ);
    }

    @Test
    void latencyOfAnOpenLoopCountsFromWhenAnOperationWasDueHoweverLateItIsSent() {
        Pace pace = Pace.open(ONE_A_MICROSECOND, 5_000);
        long late = 1_000_000;
        assertThat(pace.nanosUntilDue(late, 0)).isNegative();
        assertThat(pace.take(late)).isEqualTo(5_000);
        assertThat(pace.take(late)).isEqualTo(6_000);
        assertThat(pace.nanosUntilDue(6_500, 0)).isEqualTo(500);
    }

    @Test
    void anOpenLoopSendsNoMoreThanItHasSlotsWhenNothingIsAnswered() {
        load.setPace(Pace.open(ONE_A_MICROSECOND, System.nanoTime() - 1_000_000_000));
        load.onTurn(connection);
        load.onTurn(connection);
        assertThat(sent).hasSize(Load.MAX_IN_FLIGHT).doesNotHaveDuplicates();
    }

    @Test
    void whatFailedIsCountedButHasNoLatency() {
        Recording recording = new Recording();
        load.setPace(Pace.closed(2));
        load.record(recording);
        load.onTurn(connection);
        load.onReply(sent.get(0), true);
        load.onReply(sent.get(1), false);
        load.record(null);
        load.onTurn(connection);
        assertThat(recording.latencyNanos().getTotalCount()).isOne();
        assertThat(recording.failures()).isOne();
        assertThat(recording.elapsedNanos()).isNotNegative();
    }
}
