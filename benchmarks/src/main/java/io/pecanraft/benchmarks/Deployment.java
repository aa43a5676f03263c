package io.pecanraft.benchmarks;

import io.pecanraft.benchmarks.system.BenchmarkedSystem;
import io.pecanraft.benchmarks.system.Guarantee;
import io.pecanraft.benchmarks.system.Operation;
import io.pecanraft.benchmarks.system.Snapshots;

/**
 * What kind of cluster is measured: all that its servers have to be told.
 *
 * @param system the library
 * @param guarantee what an acknowledged write survives
 * @param nodes how many servers
 * @param groups how many Raft groups each of them has
 * @param snapshots when they are taken, and of how much
 * @param operation what clients ask for
 */
record Deployment(
        BenchmarkedSystem system,
        Guarantee guarantee,
        int nodes,
        int groups,
        Snapshots snapshots,
        Operation operation) {

    static final String CSV_HEADER = "system,version,durability,nodes,groups,operation";

    /** Of the usual size. */
    static final int USUAL_NODES = 3;

    /** The usual cluster of a system. */
    static Deployment usual(BenchmarkedSystem system, Guarantee guarantee) {
        return new Deployment(system, guarantee, USUAL_NODES, 1, Snapshots.USUAL, Operation.WRITE);
    }

    /** The same with other snapshots. */
    Deployment with(Snapshots others) {
        return new Deployment(system, guarantee, nodes, groups, others, operation);
    }

    /** One line of values, in the order of {@link #CSV_HEADER}. */
    String toCsv() {
        return String.join(
                ",",
                system.name(),
                system.version(),
                guarantee.toString(),
                Integer.toString(nodes),
                Integer.toString(groups),
                operation.toString());
    }

    @Override
    public String toString() {
        return system.name() + " " + system.version() + ", " + guarantee
                + (nodes == USUAL_NODES ? "" : ", " + nodes + " nodes")
                + (groups == 1 ? "" : ", " + groups + " groups")
                + (operation == Operation.WRITE ? "" : ", " + operation);
    }
}
