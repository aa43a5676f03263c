package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AlarmTest {

    private final VirtualTime time = new VirtualTime();
    private int woken;
    private final Alarm alarm = new Alarm(time, () -> woken++);

    @Test
    void aDeadlineThatMovesBackNeedsNoNewTask() {
        set(100);
        for (int later = 110; later < 1_000; later += 10) {
            set(later);
        }
        assertThat(alarm.scheduled()).isEqualTo(1);
        assertThat(time.scheduled).isEqualTo(1);
    }

    @Test
    void anEarlierDeadlineWakesInTime() {
        set(100);
        set(20);
        time.advanceMillis(20);
        assertThat(woken).isEqualTo(1);
        set(100);
        time.advanceMillis(80);
        assertThat(woken).isEqualTo(2);
        assertThat(time.scheduled).isEqualTo(2);
        assertThat(alarm.scheduled()).isZero();
    }

    @Test
    void nearAndFarDeadlinesInTurnsDoNotPileUpTasks() {
        for (int i = 0; i < 100; i++) {
            set(10_000);
            set(10);
            time.advanceMillis(10);
        }
        assertThat(woken).isEqualTo(100);
        assertThat(alarm.scheduled()).isEqualTo(1);
    }

    @Test
    void noDeadlineNeedsNoTask() {
        alarm.set(DeadlineWatch.NONE, time.nanoTime());
        assertThat(alarm.scheduled()).isZero();
    }

    @Test
    void aDeadlineInThePastWakesAtOnce() {
        set(-5);
        time.advanceMillis(0);
        assertThat(woken).isEqualTo(1);
    }

    private void set(long inMillis) {
        alarm.set(time.nanoTime() + inMillis * 1_000_000, time.nanoTime());
    }
}
