package io.pecanraft.benchmarks;

/**
 * One thing to be measured, on a cluster of its own.
 *
 * @param deployment on a cluster of this kind
 * @param valueBytes with values of this length
 * @param outstanding with so many operations under way in the closed loop
 * @param round for the so-many-eth time, from 1
 */
record Cell(Deployment deployment, int valueBytes, int outstanding, int round) {

    static final String CSV_HEADER = Deployment.CSV_HEADER + ",value,outstanding,round";

    /** One line of values, in the order of {@link #CSV_HEADER}; what makes two cells the same. */
    String toCsv() {
        return String.join(
                ",",
                deployment.toCsv(),
                Integer.toString(valueBytes),
                Integer.toString(outstanding),
                Integer.toString(round));
    }

    @Override
    public String toString() {
        return deployment + ", V=" + valueBytes + ", W=" + outstanding + ", round " + round;
    }
}
