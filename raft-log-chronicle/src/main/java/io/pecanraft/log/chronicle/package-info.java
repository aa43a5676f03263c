/**
 * Durable storage: log, term and vote, formation record, snapshots. The public API is {@link
 * io.pecanraft.log.chronicle.ChronicleStorage} and its {@link io.pecanraft.log.chronicle.ChronicleStorageConfig
 * configuration}, and for operators {@link io.pecanraft.log.chronicle.StorageInspection} and {@link io.pecanraft.log.chronicle.StorageRepair}; everything else fulfils {@link
 * io.pecanraft.spi.RaftLog} and {@link io.pecanraft.spi.SnapshotStore}.
 *
 * <p>Chronicle Queue holds the bytes and is trusted with nothing else, because it reports neither a failed flush nor damage:
 * it stops silently, starts afresh, or returns another record. So a <em>segment</em> is one Chronicle queue that never rolls, in
 * a directory of its own, made by this process and appended to by nobody else; {@code SegmentQueue} begins it and {@code DocumentWriter} appends. Flushing
 * ({@code Barrier}), checksums ({@code LogRecord}), reading ({@code DocumentCursor}) and recovery are plain file I/O of our
 * own.
 *
 * <pre>
 *   write(LogWrite) ──► queue ──► LogWriter ── HardStateFile, FormationFile   flushed first
 *                                    │
 *                                    ▼
 *                                LogAppender ── LogState     what the records amount to
 *                                    │    └──── WatermarkFile how much is flushed
 *                                    ▼
 *                               SegmentWriter ◄── SegmentPreparer lays out the next file and opens it as a SegmentQueue
 *                                    │                └── SpareSegments  removed ones, to be written again
 *                                    │
 *                                    ▼
 *                               DocumentWriter    many records with one write
 *
 *   read(from, to)  ──► LogReader ── LogView ── Segment ── DocumentCursor
 *   recover()       ──► LogRecovery ── SegmentChain, LooseEnd, SegmentScan, Replay ──► LogAppender on a new segment
 *
 *   inspection      ──► StorageCheck ── LogCheck ── SegmentChain, LooseEnd, SegmentScan, Replay, LogSalvage   changes nothing
 * </pre>
 *
 * <p>Read first: {@code LogWriter} for what "durable" means, {@code LogRecovery} for what a start does, {@code LogRecord} for the
 * bytes. One thread writes; readers see immutable {@code LogView}s. Imports {@code io.pecanraft.model} and {@code
 * io.pecanraft.spi}, Chronicle Queue and SLF4J.
 */
@NullMarked
package io.pecanraft.log.chronicle;

import org.jspecify.annotations.NullMarked;
