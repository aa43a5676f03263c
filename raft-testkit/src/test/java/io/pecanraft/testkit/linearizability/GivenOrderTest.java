package io.pecanraft.testkit.linearizability;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Answer;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Done;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Read;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Request;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Value;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** An order that is given proves what it explains, and nothing else. */
class GivenOrderTest {

    private static final CompareAndSetRegister MODEL = new CompareAndSetRegister();

    private final Map<Operation<Request, Answer>, Long> positions = new HashMap<>();
    private final List<Operation<Request, Answer>> history = new ArrayList<>();

    private void add(long position, Operation<Request, Answer> operation) {
        history.add(operation);
        positions.put(operation, position);
    }

    private boolean explains() {
        return new GivenOrder<Optional<Long>, Request, Answer>(
                        MODEL, history, operation -> positions.getOrDefault(operation, 0L))
                .explains();
    }

    private static Operation<Request, Answer> write(long value, long calledAt, long returnedAt) {
        return Operation.answered("w", new Write(value), calledAt, new Done(), returnedAt);
    }

    private static Operation<Request, Answer> read(long value, long calledAt, long returnedAt) {
        return Operation.answered("r", new Read(), calledAt, new Value(Optional.of(value)), returnedAt);
    }

    @Test
    void readsFindTheirPlaceBetweenTheChanges() {
        add(2, write(2, 0, 10));
        add(1, write(1, 1, 9));
        add(0, read(2, 2, 20));
        add(0, read(1, 0, 11));
        assertThat(explains()).isTrue();
    }

    @Test
    void noTwoAreTurnedAroundOfWhichOneHadEnded() {
        add(1, write(1, 5, 6));
        add(2, write(2, 0, 4));
        assertThat(explains()).isFalse();
    }

    @Test
    void aStaleReadHasNoPlace() {
        add(1, write(1, 0, 1));
        add(2, write(2, 2, 3));
        add(0, read(1, 4, 5));
        assertThat(explains()).isFalse();
    }

    @Test
    void anAnsweredChangeThatIsNotInTheOrderIsNotExplained() {
        add(0, write(1, 0, 1));
        assertThat(explains()).isFalse();
    }

    @Test
    void whatWasNotAnsweredCountsWhereItIsInTheOrderOnly() {
        add(1, Operation.unanswered("w", new Write(7), 0));
        add(0, Operation.unanswered("w", new Write(8), 0));
        add(0, read(7, 3, 4));
        assertThat(explains()).isTrue();
    }
}
