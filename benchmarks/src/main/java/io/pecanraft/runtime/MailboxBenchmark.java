package io.pecanraft.runtime;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Group;
import org.openjdk.jmh.annotations.GroupThreads;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Inputs on their way to the raft thread, in and out, by one thread and between two. In the package of what it measures. */
@State(Scope.Group)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MailboxBenchmark {

    private static final int CAPACITY = 131_072;
    private static final Input INPUT = new Input.Persisted(1, 1, 1);

    private final Mailbox mailbox = new Mailbox(CAPACITY, Long.MAX_VALUE, () -> {});

    /** One in, one out, by the same thread. */
    @Benchmark
    @Group("alone")
    @GroupThreads(1)
    public @Nullable Object throughIt() {
        mailbox.offerMessage(INPUT);
        Input taken = mailbox.poll();
        mailbox.turnDone();
        return taken;
    }

    /** A thread that puts in; what does not fit is dropped. */
    @Benchmark
    @Group("handedOver")
    @GroupThreads(1)
    public boolean in() {
        return mailbox.offerMessage(INPUT);
    }

    /** The thread that takes out. */
    @Benchmark
    @Group("handedOver")
    @GroupThreads(1)
    public @Nullable Object out() {
        return mailbox.poll();
    }
}
