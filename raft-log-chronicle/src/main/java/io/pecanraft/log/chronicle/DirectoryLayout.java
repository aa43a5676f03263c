package io.pecanraft.log.chronicle;

import io.pecanraft.model.Incarnation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Where everything lies. File names are derived from numbers only, never from what came over the network.
 *
 * <pre>
 * LOCK                              held for the life of the process
 * data.tmp/                         a storage being initialised; discarded when found at a start
 * data.set-aside-&lt;incarnation&gt;/     a storage that has lost its promises, kept for examination
 * data.cut-&lt;n&gt;/                     what a repair by hand has cut, kept for examination
 * data/identity                     cluster, group, node, incarnation
 * data/hardstate                    term and vote, two slots
 * data/formation                    the formation record
 * data/condemned                    why this storage is never used again; there is none in a storage that is in use
 * data/watermark                    how much of the newest segment was flushed, two slots
 * data/log/seg-&lt;id&gt;/19700101F.cq4   a segment
 * data/log/*.tmp, trash-*           a segment being made, a segment being removed
 * data/log/aside-*                  damaged segments, until the log is repaired
 * data/snap/&lt;index&gt;-&lt;term&gt;/         data and manifest of a snapshot
 * </pre>
 *
 * @param directory what the user named
 */
record DirectoryLayout(Path directory) {

    /** Ends the name of what is not complete. */
    static final String INCOMPLETE = ".tmp";

    /** Begins the name of what is being removed. */
    static final String TRASH = "trash-";

    /** Begins the name of a segment that a repair does not use, which is kept until the repair has ended. */
    static final String ASIDE = "aside-";

    /** The file that Chronicle makes for its cycle 0 of FAST_DAILY: one cycle, one block, one segment. */
    static final String SEGMENT_FILE = "19700101F.cq4";

    /** What Chronicle takes for {@link #SEGMENT_FILE}, by renaming it, when it finds it. */
    static final String PRECREATED_FILE = "19700101F.precreated";

    /** Chronicle's table of locks and of what it has listed, which it makes anew when it finds nothing but zeros. Not read here. */
    static final String TABLE_FILE = "metadata.cq4t";

    /** Begins the name of a snapshot that is not what it was. */
    static final String DAMAGED_SNAPSHOT = "damaged-";

    private static final String SET_ASIDE = "data.set-aside-";
    private static final String CUT = "data.cut-";
    private static final String SEGMENT = "seg-";
    private static final int ID_DIGITS = 20;

    Path lock() {
        return directory.resolve("LOCK");
    }

    Path data() {
        return directory.resolve("data");
    }

    Path incompleteData() {
        return directory.resolve("data" + INCOMPLETE);
    }

    /** Where a storage is put that is no longer used. */
    Path setAside(Incarnation storage) {
        return directory.resolve(SET_ASIDE + storage);
    }

    /** Where a repair by hand keeps what it cuts, the next time. */
    Path nextCut() throws IOException {
        int number = 1;
        while (Files.exists(directory.resolve(CUT + number))) {
            number++;
        }
        return directory.resolve(CUT + number);
    }

    /** What repairs by hand have cut. */
    List<Path> allCuts() throws IOException {
        return cuts(false);
    }

    /** What a repair by hand was about to keep when it died. */
    List<Path> incompleteCuts() throws IOException {
        return cuts(true);
    }

    private List<Path> cuts(boolean incomplete) throws IOException {
        return FileTree.list(directory).stream()
                .filter(path -> path.getFileName().toString().startsWith(CUT))
                .filter(path -> path.getFileName().toString().endsWith(INCOMPLETE) == incomplete)
                .toList();
    }

    /** What was put aside and not removed since. */
    List<Path> allSetAside() throws IOException {
        return FileTree.list(directory).stream()
                .filter(path -> path.getFileName().toString().startsWith(SET_ASIDE))
                .toList();
    }

    static Path identity(Path data) {
        return data.resolve("identity");
    }

    static Path hardState(Path data) {
        return data.resolve("hardstate");
    }

    static Path formation(Path data) {
        return data.resolve("formation");
    }

    static Path condemned(Path data) {
        return data.resolve("condemned");
    }

    static Path watermark(Path data) {
        return data.resolve("watermark");
    }

    static Path log(Path data) {
        return data.resolve("log");
    }

    static Path snapshots(Path data) {
        return data.resolve("snap");
    }

    Path log() {
        return log(data());
    }

    Path segment(long id) {
        return log().resolve(SEGMENT + digits(id));
    }

    Path trash(long id) {
        return log().resolve(TRASH + digits(id));
    }

    /** Where a repair puts a segment, or what is left of it. */
    Path aside(long id, long epoch) {
        return log().resolve(ASIDE + digits(id) + "-" + epoch);
    }

    /** The file of a segment. */
    Path segmentFile(long id) {
        return segment(id).resolve(SEGMENT_FILE);
    }

    /** The directories of the complete segments, or of what is left of them, by id. */
    static NavigableMap<Long, Path> segments(Path log) throws IOException {
        NavigableMap<Long, Path> segments = new TreeMap<>();
        for (Path path : FileTree.list(log)) {
            segmentId(path.getFileName().toString()).ifPresent(id -> segments.put(id, path));
        }
        return segments;
    }

    /** The id of a complete segment with this directory name, or nothing when it is not one. */
    private static OptionalLong segmentId(String directoryName) {
        if (directoryName.length() != SEGMENT.length() + ID_DIGITS || !directoryName.startsWith(SEGMENT)) {
            return OptionalLong.empty();
        }
        String digits = directoryName.substring(SEGMENT.length());
        if (!digits.chars().allMatch(Character::isDigit)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(digits));
        } catch (NumberFormatException e) {
            return OptionalLong.empty(); // more than a long holds, so not ours
        }
    }

    /** A number with leading zeros, so that names sort as numbers do. */
    static String digits(long number) {
        return String.format("%0" + ID_DIGITS + "d", number);
    }
}
