package io.pecanraft.log.chronicle;

import io.pecanraft.log.chronicle.StorageReport.AtStart;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;

/**
 * Keeps what a repair by hand is about to cut: {@code data.cut-<n>/}, laid out as {@code data}, whole or not there at all. Nobody reads or
 * removes it but the operator.
 *
 * <p>Of a torn tail those are copies of the newest segment, since its file goes on to be used and is shortened, and of those behind the end of the log. When entries are discarded the
 * old segments are only ever renamed and removed, so hard links keep them all and take no room before that.
 */
final class CutParts {

    private final DirectoryLayout layout;
    private final Barrier barrier = Barrier.OPERATING_SYSTEM;

    CutParts(DirectoryLayout layout) {
        this.layout = layout;
    }

    Path keep(StorageReport report) throws IOException {
        Path target = layout.nextCut();
        Path incomplete = target.resolveSibling(target.getFileName() + DirectoryLayout.INCOMPLETE);
        FileTree.delete(incomplete);
        try {
            Files.createDirectory(incomplete);
            fill(incomplete, report);
            barrier.forceDirectory(incomplete);
            FileTree.moveDurably(incomplete, target, barrier);
        } catch (IOException | RuntimeException | Error e) {
            FileTree.deleteAfter(e, incomplete); // on a full disk it would keep the server from its start
            throw e;
        }
        return target;
    }

    private void fill(Path incomplete, StorageReport report) throws IOException {
        for (Path file : FileTree.list(layout.data())) {
            if (Files.isRegularFile(file)) {
                copy(file, incomplete.resolve(file.getFileName()));
            }
        }
        Path log = Files.createDirectory(DirectoryLayout.log(incomplete));
        NavigableMap<Long, Path> segments = DirectoryLayout.segments(layout.log());
        if (report.atStart() == AtStart.CUTS_TORN_TAIL) {
            for (StorageFinding finding : report.findings()) {
                if (finding.kind() == StorageFinding.Kind.TORN_TAIL) {
                    keepSegment(FileTree.parent(finding.file()), log, true);
                }
            }
        } else {
            for (Map.Entry<Long, Path> segment : segments.entrySet()) {
                keepSegment(segment.getValue(), log, false);
            }
            keepSnapshots(incomplete);
        }
        barrier.forceDirectory(log);
    }

    private void keepSegment(Path segment, Path log, boolean asCopy) throws IOException {
        Path kept = Files.createDirectory(log.resolve(segment.getFileName()));
        Path file = segment.resolve(DirectoryLayout.SEGMENT_FILE);
        if (Files.exists(file)) {
            keep(file, kept.resolve(DirectoryLayout.SEGMENT_FILE), asCopy);
        }
        barrier.forceDirectory(kept);
    }

    private void keepSnapshots(Path incomplete) throws IOException {
        Path snapshots = Files.createDirectory(DirectoryLayout.snapshots(incomplete));
        for (Path snapshot : FileTree.list(DirectoryLayout.snapshots(layout.data()))) {
            Path kept = Files.createDirectory(snapshots.resolve(snapshot.getFileName()));
            for (Path file : FileTree.list(snapshot)) {
                keep(file, kept.resolve(file.getFileName()), false);
            }
            barrier.forceDirectory(kept);
        }
        barrier.forceDirectory(snapshots);
    }

    private void keep(Path file, Path kept, boolean asCopy) throws IOException {
        if (asCopy) {
            copy(file, kept);
        } else {
            Files.createLink(kept, file);
        }
    }

    private void copy(Path file, Path kept) throws IOException {
        Files.copy(file, kept);
        FileTree.forceFile(kept, barrier);
    }
}
