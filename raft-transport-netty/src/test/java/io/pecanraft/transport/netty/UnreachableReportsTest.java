package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UnreachableReportsTest {

    private final EmbeddedChannel clock = new EmbeddedChannel();
    private final AtomicInteger reported = new AtomicInteger();
    private final UnreachableReports reports = new UnreachableReports(clock.eventLoop(), reported::incrementAndGet);

    @BeforeEach
    void stopTheClock() {
        clock.freezeTime();
    }

    @Test
    void theFirstDropIsReportedSoonButNotOnTheSendersThread() {
        reports.dropped();
        assertThat(reported).hasValue(0);

        clock.runPendingTasks();
        assertThat(reported).hasValue(1);
    }

    @Test
    void manyDropsAreReportedOncePerInterval() {
        for (int i = 0; i < 1_000; i++) {
            reports.dropped();
            clock.runPendingTasks();
        }
        assertThat(reported).hasValue(1);
        advance(250);
        assertThat(reported).hasValue(2);
        advance(10_000);
        assertThat(reported).hasValue(2);
    }

    /** Or a sender would wait for ever for the answer to the last message that was dropped. */
    @Test
    void theLastDropIsAlwaysFollowedByAReport() {
        reports.dropped();
        clock.runPendingTasks();
        advance(100);
        reports.dropped();
        clock.runPendingTasks();
        assertThat(reported).hasValue(1);

        advance(150);
        assertThat(reported).hasValue(2);
    }

    @Test
    void aBreakIsReportedAtOnceAndCoversTheDropsBeforeIt() {
        reports.dropped();
        clock.runPendingTasks();
        reports.dropped();
        clock.runPendingTasks();
        reports.broken();
        assertThat(reported).hasValue(2);

        advance(10_000);
        assertThat(reported).hasValue(2);
    }

    private void advance(long millis) {
        clock.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        clock.runScheduledPendingTasks();
    }
}
