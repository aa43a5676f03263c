package io.pecanraft.spi;

import io.pecanraft.model.LogEntry;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A durable log with the little state that Raft must not forget besides it (Figure 2, persistent state).
 *
 * <p>Order of calls: {@link #recover} once, {@link #start} once, then the others. {@code write} and {@code compact} are
 * called by one thread at a time and never block; {@code read} by any thread.
 *
 * <p>The contract that safety rests on:
 *
 * <ul>
 *   <li>Writes take effect in the order given, each as {@link LogWrite} describes; {@link Listener#onDurable} with a ticket
 *       means that this write <em>and all before it</em> survive what {@link io.pecanraft.model.Durability} names.
 *   <li>After a crash the log is a prefix of the writes that holds at least everything reported durable. A removed suffix
 *       never comes back once the write that removed it is durable.
 *   <li>The first failure is the last word: {@link Listener#onFailure} once, no {@code onDurable} after it, every later
 *       write ignored. A failed flush is never retried.
 *   <li>Damage to what was reported durable is detected, and never papered over: it is reported as {@link StorageException}, or
 *       what is damaged is discarded, after a {@linkplain io.pecanraft.model.RepairMarker marker} of the loss is durable.
 * </ul>
 */
public interface RaftLog {

    /**
     * Reads back what survived. Blocks; called once. Everything it returns is durable in the full sense when it returns,
     * since promises will be built on it.
     *
     * @throws StorageException when the log cannot be trusted
     */
    RecoveredLog recover();

    /** Begins to accept writes. Called once, after {@link #recover}. */
    void start(Listener listener);

    /** Queues a write and returns. Bounded by the caller, which limits what it has in flight. */
    void write(LogWrite write);

    /**
     * Reads entries that were reported durable.
     *
     * @param fromIndex the first index wanted
     * @param toIndexExclusive one beyond the last index wanted, greater than {@code fromIndex}
     * @param maxBytes stop before the payloads exceed this, but return at least one entry
     * @return consecutive entries from {@code fromIndex} on, each checked against its checksum; fails with {@link
     *     StorageException} when they are damaged or compacted away. May complete on any thread
     */
    CompletableFuture<List<LogEntry>> read(long fromIndex, long toIndexExclusive, int maxBytes);

    /**
     * Permits the log to forget entries up to and including this index, which a durable snapshot covers. Takes effect when
     * and as far as it suits the storage.
     */
    void compact(long throughIndex);

    /**
     * Gives this storage up for good, because it has lost promises without knowing which: the last call, after which nothing more is
     * written. Makes durable that it is never opened again under its incarnation, and then fails with the given reason. The next start
     * finds another storage in its place, new and empty, which has been in a term, so that it founds no cluster.
     *
     * @param why with reason ROLLED_BACK; told to {@link Listener#onFailure} once the above is durable
     */
    void condemn(StorageException why);

    /** Where the log reports. Called on any thread, one call at a time; must not block. */
    interface Listener {

        /**
         * This write and all before it are durable.
         *
         * @param ticket the ticket of the write
         * @param forceNanos what the flush took
         * @param writes how many writes shared it
         */
        void onDurable(long ticket, long forceNanos, int writes);

        /** The log has failed for good. */
        void onFailure(StorageException failure);

        /**
         * There is room for what is under way and little more. Nothing has failed, and writes go on; when room runs out before
         * {@link #onSpaceBack}, they wait. Whoever takes new commands should stop.
         *
         * @param why with reason DISK_FULL and a message that says how much is left and what to do
         */
        default void onSpaceLow(StorageException why) {}

        /** There is room again. */
        default void onSpaceBack() {}

        /**
         * Something that was durable and is not in use at the moment has been found damaged, by a check in the background. Nothing has
         * failed. Told once for each file.
         *
         * @param what names the file, the place, and what to do
         */
        default void onDamage(StorageException what) {}
    }
}
