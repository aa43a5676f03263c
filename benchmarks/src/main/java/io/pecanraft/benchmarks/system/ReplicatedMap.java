package io.pecanraft.benchmarks.system;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletionStage;

/** One server of a replicated map, whatever system replicates it. Thread-safe. */
public interface ReplicatedMap {

    /**
     * Replicates a command. Never blocks.
     *
     * @param put a {@link Put}; its bytes are the caller's again when this returns
     * @return completes when the command is as durable as asked for on a majority and applied here; or
     *     exceptionally, for instance because another server leads
     */
    CompletionStage<?> put(ByteBuffer put);

    /**
     * Gets a value. Never blocks.
     *
     * @param key its bytes are the caller's again when this returns
     * @param how one of the operations that {@link BenchmarkedSystem#operations()} names, and not a write
     * @return the value, empty where there is none; or exceptionally, for instance because another server leads
     */
    default CompletionStage<ByteBuffer> get(ByteBuffer key, Operation how) {
        throw new UnsupportedOperationException("no operation " + how + " here");
    }

    /** How many puts the state of this server has come from; see {@link KeyValues#applied()}. */
    default long applied() {
        throw new UnsupportedOperationException("does not count what it applies");
    }

    /** Takes a snapshot, where {@link BenchmarkedSystem#hasSnapshotsOnDemand()}. */
    default CompletionStage<?> takeSnapshot() {
        throw new UnsupportedOperationException("no snapshots on demand here");
    }
}
