package io.pecanraft.runtime;

import java.util.List;

/** Reads that are put to the state machine together. */
final class QueryBatch {

    private final List<Read> reads;
    private volatile boolean answered;

    QueryBatch(List<Read> reads) {
        this.reads = reads;
    }

    List<Read> reads() {
        return reads;
    }

    /** The state machine is done with it. */
    void answered() {
        answered = true;
    }

    boolean isAnswered() {
        return answered;
    }
}
