package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.system.BenchmarkedSystem;
import io.pecanraft.benchmarks.system.Guarantee;

/**
 * One thing to be measured, on a cluster of its own.
 *
 * @param system of this system
 * @param guarantee with this durability
 * @param valueBytes with values of this length
 * @param outstanding with so many operations under way in the closed loop
 * @param round for the so-many-eth time, from 1
 */
record Cell(BenchmarkedSystem system, Guarantee guarantee, int valueBytes, int outstanding, int round) {

    static final String CSV_HEADER = "system,version,durability,value,outstanding,round";

    /** One line of values, in the order of {@link #CSV_HEADER}; what makes two cells the same. */
    String toCsv() {
        return String.join(
                ",",
                system.name(),
                system.version(),
                guarantee.toString(),
                Integer.toString(valueBytes),
                Integer.toString(outstanding),
                Integer.toString(round));
    }

    @Override
    public String toString() {
        return system.name() + " " + system.version() + ", " + guarantee + ", V=" + valueBytes + ", W=" + outstanding
                + ", round " + round;
    }
}
