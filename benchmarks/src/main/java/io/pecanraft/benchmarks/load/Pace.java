package io.pecanraft.benchmarks.load;

import java.util.concurrent.TimeUnit;

/** When operations are to be sent. Used on the thread of the connection. */
interface Pace {

    /** For {@link #nanosUntilDue} when only an answer makes the next operation due. */
    long AFTER_A_REPLY = Long.MAX_VALUE;

    /** How long until the next operation is due; 0 or less when it is. */
    long nanosUntilDue(long now, int inFlight);

    /** The time from which the latency of the operation that is due is counted; called once for each. */
    long take(long now);

    /** So many operations are always under way. Latency is counted from the sending. */
    static Pace closed(int outstanding) {
        return new Pace() {
            @Override
            public long nanosUntilDue(long now, int inFlight) {
                return inFlight < outstanding ? 0 : AFTER_A_REPLY;
            }

            @Override
            public long take(long now) {
                return now;
            }
        };
    }

    /**
     * So many operations a second, evenly, whether the earlier ones are answered or not. Latency is counted from the moment at
     * which an operation was due, however late it is sent: no coordinated omission.
     */
    static Pace open(double perSecond, long start) {
        double nanosBetween = TimeUnit.SECONDS.toNanos(1) / perSecond;
        return new Pace() {
            private long taken;

            @Override
            public long nanosUntilDue(long now, int inFlight) {
                return start + (long) (taken * nanosBetween) - now;
            }

            @Override
            public long take(long now) {
                return start + (long) (taken++ * nanosBetween);
            }
        };
    }
}
