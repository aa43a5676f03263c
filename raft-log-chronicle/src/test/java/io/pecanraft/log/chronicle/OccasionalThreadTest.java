package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class OccasionalThreadTest {

    @Test
    void endsWhenThereIsNothingToDoAndComesBackForWhatIs()
            throws InterruptedException, ExecutionException, TimeoutException {
        ScheduledThreadPoolExecutor executor = OccasionalThread.named("now-and-then", Duration.ofMillis(1));
        try {
            Thread first = executor.submit(Thread::currentThread).get(60, TimeUnit.SECONDS);
            first.join(60_000);
            assertThat(first.isAlive()).isFalse();
            Thread second = executor.submit(Thread::currentThread).get(60, TimeUnit.SECONDS);
            assertThat(second.getName()).isEqualTo("now-and-then");
            assertThat(second.isDaemon()).isTrue();
        } finally {
            executor.shutdown();
        }
    }
}
