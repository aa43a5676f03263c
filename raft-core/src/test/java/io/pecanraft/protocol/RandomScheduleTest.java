package io.pecanraft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Figure 3, under schedules nobody thought of. {@code -Dschedule.seed=N -Dschedule.servers=K} runs one of them again. */
class RandomScheduleTest {

    private static final int STEPS = 6_000;

    @Test
    void threeServersStaySafeAndBecomeWholeAgain() {
        run(3, 130);
    }

    @Test
    void fiveServersStaySafeAndBecomeWholeAgain() {
        run(5, 70);
    }

    @Test
    void twoServersStaySafeAndBecomeWholeAgain() {
        run(2, 20);
    }

    /** A schedule in which nothing happens proves nothing. */
    @Test
    void muchHappensOnTheWay() {
        RandomSchedule.Tally tally = RandomSchedule.Tally.NOTHING;
        for (long seed = 0; seed < 40; seed++) {
            tally = tally.plus(RandomSchedule.tally(seed, 3, STEPS));
        }
        assertThat(tally.committed()).isGreaterThan(1_000);
        assertThat(tally.elections()).isGreaterThan(40);
        assertThat(tally.installed()).isGreaterThan(5);
        assertThat(tally.truncations()).isGreaterThan(5);
        assertThat(tally.reads()).isGreaterThan(40);
        assertThat(tally.crashes()).isGreaterThan(40);
    }

    private static void run(int servers, int seeds) {
        long only = Long.getLong("schedule.seed", -1);
        if (only >= 0) {
            RandomSchedule.run(only, Integer.getInteger("schedule.servers", servers), STEPS);
            return;
        }
        for (long seed = 0; seed < seeds; seed++) {
            RandomSchedule.run(seed, servers, STEPS);
        }
    }
}
