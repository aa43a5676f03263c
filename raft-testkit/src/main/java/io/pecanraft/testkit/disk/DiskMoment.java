package io.pecanraft.testkit.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a disk held at one moment: of every file and directory what was flushed, and what was written since. Each thing that was
 * written since is a change, and a loss of power keeps any subset of them; {@link #write} makes the
 * directory that a subset leads to.
 *
 * <p>A change is a page of 4 KiB, the length of a file, or one operation on a directory; a rename is one operation.
 *
 * <p>For one thread.
 */
public final class DiskMoment {

    private static final class FileState {
        private final byte[] flushed;
        private final byte[] now;

        FileState(byte[] flushed, byte[] now) {
            this.flushed = flushed;
            this.now = now;
        }
    }

    private record DirectoryState(Map<String, Object> flushed, Map<String, Object> now) {}

    /** Something that was written and not flushed. */
    private sealed interface Change {

        /** Page number {@code page} of a file. */
        record Page(Object file, int page) implements Change {}

        /** The length of a file. */
        record Length(Object file) implements Change {}

        /** These names of a directory now mean these files, or nothing. */
        record Names(Object directory, Map<String, Object> now) implements Change {}
    }

    /** In what pieces a page may reach the disk. */
    public enum Tear {
        /** All of it or nothing. */
        WHOLE(PowerCutDisk.PAGE_BYTES),
        /** Each 512 bytes for themselves, as many disks promise. */
        SECTORS(512),
        /** Each 8 bytes for themselves, as memory on a disk may. */
        WORDS(8);

        private final int bytes;

        Tear(int bytes) {
            this.bytes = bytes;
        }
    }

    /** Stands for no file under a name. */
    private static final Object GONE = "gone";

    private final Object root;
    private final Predicate<String> unread;
    private final Map<Object, FileState> files = new LinkedHashMap<>();
    private final Map<Object, DirectoryState> directories = new LinkedHashMap<>();
    private final List<Change> changes = new ArrayList<>();
    /** Changes to what no recovery ever reads: always kept, so that the others can be enumerated. */
    private final List<Change> irrelevant = new ArrayList<>();

    private final Set<Object> visited = new HashSet<>();

    DiskMoment(Object root, Predicate<String> unread) {
        this.root = root;
        this.unread = unread;
    }

    void addFile(Object inode, byte[] flushed, byte[] now) {
        files.put(inode, new FileState(flushed, now));
    }

    void addDirectory(Object inode, Map<String, Object> flushed, Map<String, Object> now) {
        directories.put(inode, new DirectoryState(flushed, now));
    }

    void addFileIfMissing(Object inode, byte[] flushed) {
        if (!directories.containsKey(inode)) {
            files.putIfAbsent(inode, new FileState(flushed, flushed));
        }
    }

    void addDirectoryIfMissing(Object inode, Map<String, Object> flushed) {
        if (!files.containsKey(inode)) {
            directories.putIfAbsent(inode, new DirectoryState(flushed, flushed));
        }
    }

    /**
     * Whether every name leads to something that was added, and no two to the same: there are no hard links here, so what has two
     * names was renamed during the look, or was removed and its inode given to another file or directory.
     */
    boolean isConsistent() {
        Set<Object> named = new HashSet<>();
        return directories.values().stream()
                .flatMap(directory -> directory.now().values().stream())
                .allMatch(inode -> named.add(inode) && (files.containsKey(inode) || directories.containsKey(inode)));
    }

    Object root() {
        return root;
    }

    boolean isDirectory(Object inode) {
        return directories.containsKey(inode);
    }

    private DirectoryState directory(Object inode) {
        return of(directories, inode);
    }

    private FileState file(Object inode) {
        return of(files, inode);
    }

    private static <T> T of(Map<Object, T> all, Object inode) {
        return Objects.requireNonNull(all.get(inode));
    }

    Map<String, Object> flushedNames(Object directory) {
        return directory(directory).flushed();
    }

    Map<String, Object> namesNow(Object directory) {
        return directory(directory).now();
    }

    byte[] flushed(Object file) {
        return file(file).flushed;
    }

    byte[] now(Object file) {
        return file(file).now;
    }

    /** Finds the changes, once everything is added. */
    void complete() {
        findChanges(root, false);
        visited.clear();
    }

    /** How many things were written and not flushed, each of which a loss of power may or may not keep. */
    public int changes() {
        return changes.size();
    }

    private void findChanges(Object directory, boolean unseen) {
        if (!visited.add(directory)) {
            return;
        }
        DirectoryState state = directory(directory);
        TreeSet<String> names = new TreeSet<>(state.flushed().keySet());
        names.addAll(state.now().keySet());
        names.removeAll(findRenames(directory, state));
        for (String name : names) {
            Object before = state.flushed().getOrDefault(name, GONE);
            Object now = state.now().getOrDefault(name, GONE);
            if (!before.equals(now)) {
                (unseen || unread.test(name) ? irrelevant : changes)
                        .add(new Change.Names(directory, Map.of(name, now)));
            }
        }
        // What has a name that recovery looks at comes first: it may have another one, too.
        for (boolean childUnseen : new boolean[] {false, true}) {
            for (Map<String, Object> side : List.of(state.flushed(), state.now())) {
                side.forEach((name, inode) -> {
                    if ((unseen || unread.test(name)) == childUnseen) {
                        if (directories.containsKey(inode)) {
                            findChanges(inode, childUnseen);
                        } else if (files.containsKey(inode)) {
                            findPages(inode, childUnseen);
                        }
                    }
                });
            }
        }
    }

    /** A rename takes the old name away and brings the new one, in one operation. Returns the names that it explains. */
    private Set<String> findRenames(Object directory, DirectoryState state) {
        Map<Object, String> namesBefore = new HashMap<>();
        state.flushed().forEach((name, inode) -> namesBefore.put(inode, name));
        Set<String> explained = new HashSet<>();
        state.now().forEach((name, inode) -> {
            String before = namesBefore.get(inode);
            if (before != null && !inode.equals(state.now().get(before))) {
                Map<String, Object> operation = new TreeMap<>();
                operation.put(name, inode);
                operation.put(before, state.now().getOrDefault(before, GONE));
                explained.addAll(operation.keySet());
                changes.add(new Change.Names(directory, operation));
            }
        });
        return explained;
    }

    private void findPages(Object file, boolean unseen) {
        if (!visited.add(file)) {
            return;
        }
        FileState state = file(file);
        List<Change> into = unseen ? irrelevant : changes;
        if (state.flushed.length != state.now.length) {
            into.add(new Change.Length(file));
        }
        for (int at = 0; at < state.now.length; at += PowerCutDisk.PAGE_BYTES) {
            int end = at + PowerCutDisk.PAGE_BYTES;
            if (!Arrays.equals(slice(state.flushed, at, end), slice(state.now, at, end))) {
                into.add(new Change.Page(file, at / PowerCutDisk.PAGE_BYTES));
            }
        }
    }

    /** A part of a file, with zeros where it has ended. */
    private static byte[] slice(byte[] content, int from, int to) {
        return from >= content.length ? new byte[to - from] : Arrays.copyOfRange(content, from, to);
    }

    /**
     * Makes the directory that a loss of power leaves when it keeps these changes.
     *
     * @param target created here
     * @param kept the numbers of the changes that are kept, from 0 to {@link #changes} - 1
     * @param tear in what pieces the kept pages got there; of a torn one any pieces
     * @param random draws the pieces
     */
    public void write(Path target, BitSet kept, Tear tear, Random random) throws IOException {
        Map<Object, Map<String, Object>> names = new LinkedHashMap<>();
        directories.forEach((inode, state) -> names.put(inode, new TreeMap<>(state.flushed())));
        Map<Object, List<Integer>> pages = new LinkedHashMap<>();
        Set<Object> resized = new HashSet<>();
        for (int i = 0; i < changes.size() + irrelevant.size(); i++) {
            if (i >= changes.size() || kept.get(i)) {
                Change change = i < changes.size() ? changes.get(i) : irrelevant.get(i - changes.size());
                if (change instanceof Change.Page page) {
                    pages.computeIfAbsent(page.file(), key -> new ArrayList<>()).add(page.page());
                } else if (change instanceof Change.Length length) {
                    resized.add(length.file());
                } else if (change instanceof Change.Names operation) {
                    Map<String, Object> there = of(names, operation.directory());
                    operation.now().forEach((name, inode) -> {
                        if (inode == GONE) {
                            there.remove(name);
                        } else {
                            there.put(name, inode);
                        }
                    });
                }
            }
        }
        Files.createDirectory(target);
        Contents contents = (inode, file) -> {
            FileState state = file(inode);
            int length = (resized.contains(inode) ? state.now : state.flushed).length;
            byte[] content = Arrays.copyOf(state.flushed, length);
            for (int page : pages.getOrDefault(inode, List.of())) {
                copyPage(state.now, content, page * PowerCutDisk.PAGE_BYTES, tear, random);
            }
            Files.write(file, content);
        };
        writeDirectory(target, root, names, contents);
    }

    private interface Contents {
        void write(Object inode, Path file) throws IOException;
    }

    private void writeDirectory(Path target, Object inode, Map<Object, Map<String, Object>> names, Contents contents)
            throws IOException {
        for (Map.Entry<String, Object> entry : of(names, inode).entrySet()) {
            Path child = target.resolve(entry.getKey());
            if (directories.containsKey(entry.getValue())) {
                Files.createDirectory(child);
                writeDirectory(child, entry.getValue(), names, contents);
            } else {
                contents.write(entry.getValue(), child);
            }
        }
    }

    private static void copyPage(byte[] from, byte[] to, int at, Tear tear, Random random) {
        int end = Math.min(at + PowerCutDisk.PAGE_BYTES, Math.min(from.length, to.length));
        for (int piece = at; piece < end; piece += tear.bytes) {
            if (tear == Tear.WHOLE || random.nextBoolean()) {
                System.arraycopy(from, piece, to, piece, Math.min(tear.bytes, end - piece));
            }
        }
    }
}
