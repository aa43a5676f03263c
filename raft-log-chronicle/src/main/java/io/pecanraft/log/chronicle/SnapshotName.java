package io.pecanraft.log.chronicle;

import io.pecanraft.model.EntryId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of a snapshot's directory: {@code <index>-<term>}, or {@code <index>-<term>-<n>} for another one of the same entry.
 *
 * @param lastIncluded the last entry included
 * @param number 0 for the first of this entry
 */
record SnapshotName(EntryId lastIncluded, int number) implements Comparable<SnapshotName> {

    private static final Pattern FORMAT = Pattern.compile("(\\d{20})-(\\d{1,18})(?:-(\\d{1,9}))?");

    private static final Comparator<SnapshotName> OLDEST_FIRST = Comparator.<SnapshotName>comparingLong(
                    name -> name.lastIncluded().index())
            .thenComparingLong(name -> name.lastIncluded().term())
            .thenComparingInt(SnapshotName::number);

    /** The name in these letters, if they are one. */
    static Optional<SnapshotName> parse(String text) {
        Matcher matcher = FORMAT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        try {
            EntryId id = new EntryId(Long.parseLong(matcher.group(2)), Long.parseLong(matcher.group(1)));
            String number = matcher.group(3);
            return Optional.of(new SnapshotName(id, number == null ? 0 : Integer.parseInt(number)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The complete snapshots in a directory, or what is left of them, the newest first. */
    static NavigableMap<SnapshotName, Path> newestFirst(Path directory) throws IOException {
        NavigableMap<SnapshotName, Path> names = new TreeMap<>(Comparator.reverseOrder());
        for (Path path : FileTree.list(directory)) {
            parse(path.getFileName().toString()).ifPresent(name -> names.put(name, path));
        }
        return names;
    }

    /** The next name for the same entry. */
    SnapshotName another() {
        return new SnapshotName(lastIncluded, number + 1);
    }

    @Override
    public int compareTo(SnapshotName other) {
        return OLDEST_FIRST.compare(this, other);
    }

    @Override
    public String toString() {
        String name = DirectoryLayout.digits(lastIncluded.index()) + "-" + lastIncluded.term();
        return number == 0 ? name : name + "-" + number;
    }
}
