package io.pecanraft.benchmarks.report;

/** What a curve can be drawn over: a column of numbers that results differ in. */
enum Dimension {
    /** Operations under way. */
    OUTSTANDING("outstanding", "operations under way"),
    /** Servers. */
    NODES("nodes", "servers in the cluster"),
    /** Raft groups. */
    GROUPS("groups", "Raft groups in each server");

    private final String column;
    private final String title;

    Dimension(String column, String title) {
        this.column = column;
        this.title = title;
    }

    /** In a file of results. */
    String column() {
        return column;
    }

    /** Under the axis. */
    String title() {
        return title;
    }
}
