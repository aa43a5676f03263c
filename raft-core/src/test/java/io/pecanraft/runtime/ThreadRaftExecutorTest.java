package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadRaftExecutorTest {

    private final ThreadRaftExecutor executor = new ThreadRaftExecutor("test-raft");

    @AfterEach
    void shutdown() {
        executor.shutdown();
    }

    @Test
    void tasksRunInOrderOnOneDaemonThread() throws InterruptedException {
        List<Integer> order = Collections.synchronizedList(new ArrayList<>());
        List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(1_000);
        for (int i = 0; i < 1_000; i++) {
            int number = i;
            executor.execute(() -> {
                order.add(number);
                threads.add(Thread.currentThread());
                done.countDown();
            });
        }
        await(done);
        assertThat(order).hasSize(1_000).isSorted();
        assertThat(threads.stream().distinct()).singleElement().satisfies(thread -> {
            assertThat(thread.getName()).isEqualTo("test-raft");
            assertThat(thread.isDaemon()).isTrue();
        });
    }

    @Test
    void aTaskNeverRunsInsideTheCall() throws InterruptedException {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(1);
        executor.execute(() -> {
            executor.execute(() -> {
                order.add("inner");
                done.countDown();
            });
            order.add("outer");
        });
        await(done);
        assertThat(order).containsExactly("outer", "inner");
    }

    @Test
    void timersFireInOrderOfTheirTimeAndNotEarly() throws InterruptedException {
        List<String> order = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch done = new CountDownLatch(2);
        long start = executor.nanoTime();
        long delayNanos = TimeUnit.MILLISECONDS.toNanos(30);
        long[] firedNanos = new long[1];
        executor.schedule(
                () -> {
                    order.add("late");
                    firedNanos[0] = executor.nanoTime();
                    done.countDown();
                },
                delayNanos);
        executor.schedule(
                () -> {
                    order.add("early");
                    done.countDown();
                },
                delayNanos / 2);
        await(done);
        assertThat(order).containsExactly("early", "late");
        assertThat(firedNanos[0] - start).isGreaterThanOrEqualTo(delayNanos);
    }

    @Test
    void shutdownRunsWhatWasGivenAndRefusesTheRest() throws InterruptedException {
        CountDownLatch done = new CountDownLatch(100);
        for (int i = 0; i < 100; i++) {
            executor.execute(done::countDown);
        }
        executor.shutdown();
        await(done);
        assertThatThrownBy(() -> executor.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void noTaskIsLostBetweenThreadsThatGiveAndAThreadThatSleeps() throws InterruptedException {
        int threads = 4;
        int each = 5_000;
        CountDownLatch done = new CountDownLatch(threads * each);
        for (int i = 0; i < threads; i++) {
            new Thread(() -> {
                        for (int n = 0; n < each; n++) {
                            executor.execute(done::countDown);
                            if (n % 100 == 0) {
                                Thread.onSpinWait();
                            }
                        }
                    })
                    .start();
        }
        await(done);
    }

    private static void await(CountDownLatch latch) throws InterruptedException {
        assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
    }
}
