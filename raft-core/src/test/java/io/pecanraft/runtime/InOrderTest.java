package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InOrderTest {

    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final List<String> ran = new ArrayList<>();

    private void runAll() {
        while (!waiting.isEmpty()) {
            waiting.remove().run();
        }
    }

    @Test
    void tasksThatCauseTasksKeepTheOrder() {
        InOrder inOrder = new InOrder(waiting::add);
        inOrder.execute(() -> {
            ran.add("1");
            inOrder.execute(() -> ran.add("3"));
        });
        inOrder.execute(() -> ran.add("2"));
        assertThat(ran).isEmpty();
        runAll();
        assertThat(ran).containsExactly("1", "2", "3");
        inOrder.execute(() -> ran.add("4"));
        runAll();
        assertThat(ran).endsWith("4");
    }

    @Test
    void whoeverHasMuchToDoLetsOthersIn() {
        InOrder busy = new InOrder(waiting::add);
        InOrder other = new InOrder(waiting::add);
        for (int i = 0; i < 1_000; i++) {
            busy.execute(() -> ran.add("busy"));
        }
        other.execute(() -> ran.add("other"));
        runAll();
        assertThat(ran).hasSize(1_001);
        assertThat(ran.indexOf("other")).isLessThan(100);
    }

    @Test
    void aPoolThatIsShutDownFinishesWhatItWasGivenAndRefusesTheRest() throws InterruptedException {
        ExecutorService pool = Executors.newSingleThreadExecutor();
        InOrder inOrder = new InOrder(pool);
        AtomicInteger done = new AtomicInteger();
        CountDownLatch go = new CountDownLatch(1);
        inOrder.execute(() -> {
            try {
                go.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        IntStream.range(0, 500).forEach(i -> inOrder.execute(done::incrementAndGet));
        pool.shutdown();
        go.countDown();
        assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        assertThat(done).hasValue(500);
        assertThatThrownBy(() -> inOrder.execute(done::incrementAndGet)).isInstanceOf(RejectedExecutionException.class);
        assertThat(done).hasValue(500);
    }

    @Test
    void manyThreadsNeverRunTwoTasksAtOnceOrOutOfOrder() throws InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(4);
        InOrder inOrder = new InOrder(pool);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        int[][] seen = new int[4][1];
        AtomicInteger disorder = new AtomicInteger();
        CountDownLatch all = new CountDownLatch(4 * 5_000);
        List<Thread> givers = new ArrayList<>();
        for (int giver = 0; giver < 4; giver++) {
            int[] last = seen[giver];
            Thread thread = new Thread(() -> {
                for (int i = 1; i <= 5_000; i++) {
                    int number = i;
                    inOrder.execute(() -> {
                        if (running.incrementAndGet() != 1) {
                            overlaps.incrementAndGet();
                        }
                        if (++last[0] != number) {
                            disorder.incrementAndGet();
                        }
                        running.decrementAndGet();
                        all.countDown();
                    });
                }
            });
            givers.add(thread);
            thread.start();
        }
        for (Thread giver : givers) {
            giver.join();
        }
        assertThat(all.await(60, TimeUnit.SECONDS)).isTrue();
        pool.shutdown();
        assertThat(overlaps).hasValue(0);
        assertThat(disorder).hasValue(0);
    }
}
