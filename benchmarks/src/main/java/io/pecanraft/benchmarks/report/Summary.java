package io.pecanraft.benchmarks.report;

import java.util.List;
import java.util.Locale;

/**
 * What several rounds found for one cell.
 *
 * @param median of the rounds; of an even number the lower one of the two in the middle
 * @param least of the rounds
 * @param greatest of the rounds
 */
record Summary(double median, double least, double greatest) {

    private static final double SMALL = 100;

    /** Of a figure of at least one round. */
    static Summary of(List<Result> rounds, String column) {
        return of(rounds.stream().map(round -> round.number(column)).toList());
    }

    /** Of at least one value. */
    static Summary of(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return new Summary(sorted.get((sorted.size() - 1) / 2), sorted.get(0), sorted.get(sorted.size() - 1));
    }

    /** The median; with the spread where rounds differ. */
    @Override
    public String toString() {
        return least == greatest
                ? format(median)
                : format(median) + " (" + format(least) + " to " + format(greatest) + ")";
    }

    private static String format(double value) {
        return String.format(Locale.ROOT, value < SMALL ? "%.1f" : "%,.0f", value);
    }
}
