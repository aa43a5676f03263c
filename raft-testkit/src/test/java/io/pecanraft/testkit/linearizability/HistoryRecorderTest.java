package io.pecanraft.testkit.linearizability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class HistoryRecorderTest {

    private final long[] now = new long[1];
    private final HistoryRecorder<String, String> recorder = HistoryRecorder.withClock(() -> ++now[0]);

    @Test
    void callsAndAnswersAreWrittenDownWithTheirTimes() {
        recorder.call("a", "get").returned("1");
        assertThat(recorder.operations()).singleElement().satisfies(operation -> {
            assertThat(operation.calledAt()).isEqualTo(1);
            assertThat(operation.returnedAt()).isEqualTo(2);
            assertThat(operation.output()).contains("1");
        });
    }

    @Test
    void whatHasNoAnswerIsOfUnknownOutcome() {
        recorder.call("a", "set");
        assertThat(recorder.operations()).singleElement().matches(operation -> !operation.isAnswered());
    }

    @Test
    void whatWasCertainlyNotDoneIsLeftOut() {
        recorder.call("a", "set").notDone();
        assertThat(recorder.operations()).isEmpty();
    }

    @Test
    void aCallEndsOnce() {
        HistoryRecorder.Call<String, String> call = recorder.call("a", "set");
        call.returned("ok");
        assertThatThrownBy(call::notDone).isInstanceOf(IllegalStateException.class);
    }

    /** An atomic variable is linearizable; if the recorder's times were wrong it would not look so. */
    @Test
    void manyThreadsOnOneAtomicVariableAreLinearizable() throws InterruptedException {
        HistoryRecorder<CompareAndSetRegister.Request, CompareAndSetRegister.Answer> history =
                HistoryRecorder.monotonic();
        AtomicReference<Optional<Long>> register = new AtomicReference<>(Optional.empty());
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String name = "thread " + i;
            long first = i * 10_000L;
            threads.add(new Thread(() -> {
                for (long n = first; n < first + 1_000; n++) {
                    if (n % 2 == 0) {
                        var write = history.call(name, new CompareAndSetRegister.Write(n));
                        register.set(Optional.of(n));
                        write.returned(new CompareAndSetRegister.Done());
                    } else {
                        var read = history.call(name, new CompareAndSetRegister.Read());
                        read.returned(new CompareAndSetRegister.Value(register.get()));
                    }
                }
            }));
        }
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(history.operations()).hasSize(4_000);
        assertThat(LinearizabilityChecker.of(new CompareAndSetRegister()).check(history.operations()))
                .isInstanceOf(Judgement.Linearizable.class);
    }
}
