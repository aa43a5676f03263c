package io.pecanraft.testkit.sim;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time: events in the order of their time, one after the other, and nothing in between.
 *
 * <p>Events of the same nanosecond run in an order drawn from the seed, so that no accident of insertion becomes something
 * to rely on. Whoever needs an order of its own (an executor, a connection) keeps one event in the heap at a time.
 */
public final class SimScheduler {

    /** The {@code node} of an event that belongs to no node. */
    public static final int NO_NODE = -1;

    private final PriorityQueue<Event> heap = new PriorityQueue<>();
    private final SimRandom ties;
    private long nowNanos;
    private long sequence;
    private long executed;
    private int lastNode = NO_NODE;

    /** A scheduler at time 0. */
    public SimScheduler(SimRandom ties) {
        this.ties = ties;
    }

    /** Virtual nanoseconds since the start of the simulation. */
    public long nowNanos() {
        return nowNanos;
    }

    /** How many events have run. */
    public long executed() {
        return executed;
    }

    /** The node of the event that ran last, or {@link #NO_NODE}. */
    public int lastNode() {
        return lastNode;
    }

    /** Runs a task at a time, at the earliest now. */
    public void at(long nanos, int node, Runnable task) {
        heap.add(new Event(Math.max(nanos, nowNanos), ties.nextInt(1 << 16), sequence++, node, task));
    }

    /** Runs a task after a delay. */
    public void after(long delayNanos, int node, Runnable task) {
        at(nowNanos + delayNanos, node, task);
    }

    /**
     * Runs the next event, if there is one not later than the limit; otherwise moves the time to the limit.
     *
     * @return whether an event ran
     */
    public boolean runNext(long limitNanos) {
        @Nullable Event next = heap.peek();
        if (next == null || next.nanos > limitNanos) {
            nowNanos = Math.max(nowNanos, limitNanos);
            return false;
        }
        heap.remove();
        nowNanos = next.nanos;
        lastNode = next.node;
        executed++;
        next.task.run();
        return true;
    }

    private record Event(long nanos, int tie, long sequence, int node, Runnable task) implements Comparable<Event> {

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(nanos, other.nanos);
            if (byTime != 0) {
                return byTime;
            }
            int byTie = Integer.compare(tie, other.tie);
            return byTie != 0 ? byTie : Long.compare(sequence, other.sequence);
        }
    }
}
