package io.pecanraft.benchmarks;

import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * One thing that was measured.
 *
 * @param what its name
 * @param value how much
 * @param unit of what
 */
record Figure(String what, double value, String unit) {

    static final String CSV_HEADER = "what,figure,unit";

    /** A time since a moment. */
    static Figure millisSince(String what, long nanos) {
        return new Figure(what, TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos), "ms");
    }

    /** One line of values, in the order of {@link #CSV_HEADER}. */
    String toCsv() {
        return what + "," + rounded() + "," + unit;
    }

    /** Small ones with their fractions. */
    private String rounded() {
        boolean isWhole = value == Math.rint(value) || Math.abs(value) >= 100;
        return String.format(Locale.ROOT, isWhole ? "%.0f" : "%.2f", value);
    }

    @Override
    public String toString() {
        return what + ": " + rounded() + " " + unit;
    }
}
