package io.pecanraft.testkit.swarm.register;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.NotLeaderException;
import io.pecanraft.testkit.linearizability.HistoryRecorder;
import java.util.List;
import java.util.Optional;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

class RegisterHistoryTest {

    private static final LongFunction<Optional<Register>> NOTHING = call -> Optional.empty();

    private final long[] now = new long[1];
    private final RegisterHistory history = new RegisterHistory(() -> ++now[0]);
    private final RegisterCommand put = new RegisterCommand(RegisterCommand.Kind.PUT, 1, 5, 0);
    private final RegisterCommand add = new RegisterCommand(RegisterCommand.Kind.INCREMENT, 1, 2, 0);

    private HistoryRecorder.Call<RegisterHistory.Request, Register> write(RegisterCommand command) {
        return history.call("n1", new RegisterHistory.Request(command.key(), command, 9));
    }

    private void read(long version, long value) {
        history.call("n2", new RegisterHistory.Request(1, null, 0)).returned(new Register(version, value));
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
        RegisterHistory brief = new RegisterHistory(() -> ++now[0], 1);
        List<HistoryRecorder.Call<RegisterHistory.Request, Register>> atOnce = List.of(
                brief.call("n1", new RegisterHistory.Request(1, add, 1)),
                brief.call("n2", new RegisterHistory.Request(1, add, 2)),
                brief.call("n3", new RegisterHistory.Request(1, add, 3)));
        atOnce.get(2).returned(new Register(1, 2));
        atOnce.get(0).returned(new Register(2, 4));
        atOnce.get(1).returned(new Register(3, 6));
        assertThat(brief.complaint("too much", NOTHING).orElseThrow().rule()).isEqualTo("undecided");
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
        RegisterHistory.failed(write(add), new NotLeaderException("not me", Optional.empty(), 1));
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
        assertThat(history.complaint("committed", call -> Optional.of(new Register(2, 7))))
                .isEmpty();
        assertThat(history.complaint("committed elsewhere", call -> Optional.of(new Register(3, 7))))
                .isPresent();
    }
}
