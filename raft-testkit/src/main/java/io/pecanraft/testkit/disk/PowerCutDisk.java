package io.pecanraft.testkit.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Knows what of a directory has been flushed, and makes copies of it as a crash would leave it. The directory itself is an
 * ordinary one and plays the part of the page cache; nothing is really flushed, so this is fast. Whoever writes there, such as a state
 * machine on disk, calls {@link #flush} and {@link #flushDirectory} where it would flush otherwise.
 *
 * <p>After a power cut a page of a file is what was flushed or any later content, each page for itself; a directory has the names
 * that were flushed, or those of the moment. After the death of the process alone everything is there, but what was not flushed
 * is still not flushed. Links are not known: {@link #moment} fails where there is one.
 *
 * <p>Thread-safe, also while other threads create, rename and remove files. Holds each file that was ever flushed in memory as it was then, and open, until
 * {@link #close}.
 */
public final class PowerCutDisk implements AutoCloseable {

    static final int PAGE_BYTES = 4096;

    private static final int MAX_LOOKS = 2_000;

    /** How a copy comes about. */
    public enum Crash {
        /** Everything that was written is there. */
        PROCESS_DIES,
        /** What was flushed is there, and of the rest any part. */
        POWER_FAILS
    }

    /** Told before and after every flush; may copy. No other flush begins meanwhile. */
    public interface Observer {

        /**
         * Somebody is about to flush, or has flushed.
         *
         * @param flushing the file or directory
         * @throws IOException thrown to whoever flushes
         */
        void atBarrier(PowerCutDisk disk, Path flushing) throws IOException;
    }

    private final Path root;
    private final Predicate<String> unread;
    /** By inode: the content at the last flush. */
    private final Map<Object, byte[]> flushedFiles = new HashMap<>();
    /** By inode: the names at the last flush, with the inodes behind them. */
    private final Map<Object, Map<String, Object>> flushedDirectories = new HashMap<>();
    /** Keeps inodes from being used again. */
    private final List<FileChannel> handles = new ArrayList<>();

    private @Nullable Observer observer;

    /**
     * A disk without anything but this directory, which is created when it is missing.
     *
     * @param unread which names a recovery discards or leaves alone, with all behind them: of those {@link DiskMoment} draws no subsets
     */
    public PowerCutDisk(Path root, Predicate<String> unread) throws IOException {
        this.root = root;
        this.unread = unread;
        Files.createDirectories(root);
        noteDirectory(root);
    }

    /** A disk that holds what is in a directory, all of it flushed. */
    public static PowerCutDisk allFlushed(Path root, Predicate<String> unread) throws IOException {
        PowerCutDisk disk = new PowerCutDisk(root, unread);
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.toList()) {
                if (Files.isDirectory(path)) {
                    disk.noteDirectory(path);
                } else {
                    disk.note(path);
                }
            }
        }
        return disk;
    }

    /** Where it is played. */
    public Path root() {
        return root;
    }

    /** What is on the disk now, flushed and not. Other threads may be creating, renaming and removing files meanwhile. */
    public synchronized DiskMoment moment() throws IOException {
        IOException last = null;
        for (int look = 0; look < MAX_LOOKS; look++) {
            try {
                DiskMoment moment = lookAround();
                if (moment.isConsistent()) {
                    // Perhaps reachable only by names that were removed since.
                    flushedFiles.forEach(moment::addFileIfMissing);
                    flushedDirectories.forEach(moment::addDirectoryIfMissing);
                    moment.complete();
                    return moment;
                }
            } catch (NoSuchFileException e) {
                last = e; // Something was renamed or removed between two looks: look again.
            }
        }
        throw new IOException(
                root + " was different at each of " + MAX_LOOKS
                        + " looks: something changes all the time, or has two names",
                last);
    }

    private DiskMoment lookAround() throws IOException {
        DiskMoment moment = new DiskMoment(inode(root), unread);
        List<Path> pending = new ArrayList<>(List.of(root));
        while (!pending.isEmpty()) {
            Path directory = pending.remove(pending.size() - 1);
            Object inode = inode(directory);
            Map<String, Object> present = new TreeMap<>();
            for (Path child : read(directory, inode, PowerCutDisk::children)) {
                BasicFileAttributes attributes =
                        Files.readAttributes(child, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                if (attributes.isSymbolicLink()) {
                    throw new IOException(child + " is a symbolic link, which is not played");
                }
                Object file = attributes.fileKey();
                present.put(child.getFileName().toString(), file);
                if (attributes.isDirectory()) {
                    pending.add(child);
                } else {
                    byte[] now = read(child, file, Files::readAllBytes);
                    moment.addFile(file, flushedFiles.getOrDefault(file, new byte[0]), now);
                }
            }
            moment.addDirectory(inode, flushedDirectories.getOrDefault(inode, Map.of()), present);
        }
        return moment;
    }

    private interface Reading<T> {
        T of(Path path) throws IOException;
    }

    /** Reads what had this inode before and has it after, and is therefore what was read. */
    private static <T> T read(Path path, Object inode, Reading<T> reading) throws IOException {
        T content;
        try {
            content = reading.of(path);
        } catch (IOException e) {
            if (inode(path).equals(inode)) {
                throw e;
            }
            throw new NoSuchFileException(path + " is another one now");
        }
        if (!inode(path).equals(inode)) {
            throw new NoSuchFileException(path + " is another one now");
        }
        return content;
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.toList();
        }
    }

    /** From now on this one is told, or nobody. */
    public synchronized void observe(@Nullable Observer newObserver) {
        observer = newObserver;
    }

    /** What a file holds now survives a loss of power. */
    public synchronized void flush(Path file) throws IOException {
        report(file);
        note(file);
        report(file);
    }

    /** So do the names in a directory; not what they lead to. One that lies elsewhere is none of this disk's. */
    public synchronized void flushDirectory(Path directory) throws IOException {
        if (!directory.startsWith(root)) {
            return;
        }
        report(directory);
        noteDirectory(directory);
        report(directory);
    }

    /**
     * A copy of the directory as a crash at this moment would leave it, with what of it is flushed.
     *
     * @param target where no directory is yet
     * @param random draws what a loss of power keeps
     */
    public synchronized PowerCutDisk crash(Crash crash, Path target, Random random) throws IOException {
        DiskMoment moment = moment();
        PowerCutDisk copy = new PowerCutDisk(target, unread);
        copyDirectory(moment, moment.root(), copy, target, crash, random);
        return copy;
    }

    @Override
    public void close() throws IOException {
        for (FileChannel handle : handles) {
            handle.close();
        }
    }

    private void report(Path flushing) throws IOException {
        if (observer != null) {
            observer.atBarrier(this, flushing);
        }
    }

    private void note(Path file) throws IOException {
        Object inode = inode(file);
        if (!flushedFiles.containsKey(inode)) {
            keep(file);
        }
        flushedFiles.put(inode, Files.readAllBytes(file));
    }

    private void noteDirectory(Path directory) throws IOException {
        Object inode = inode(directory);
        if (!flushedDirectories.containsKey(inode)) {
            keep(directory);
        }
        flushedDirectories.put(inode, names(directory));
    }

    /** The names in a directory that is flushed. What they lead to may be empty on the disk, but now it can be found there. */
    private Map<String, Object> names(Path directory) throws IOException {
        Map<String, Object> names = new TreeMap<>();
        try {
            for (Path child : children(directory)) {
                try {
                    names.put(child.getFileName().toString(), known(child));
                } catch (NoSuchFileException e) {
                    // removed by another thread meanwhile
                }
            }
        } catch (NoSuchFileException e) {
            // removed by another thread meanwhile, with all that was in it
        }
        return names;
    }

    private Object known(Path path) throws IOException {
        Object inode = inode(path);
        if (!flushedFiles.containsKey(inode) && !flushedDirectories.containsKey(inode)) {
            boolean isDirectory =
                    Files.readAttributes(path, BasicFileAttributes.class).isDirectory();
            keep(path);
            if (isDirectory) {
                flushedDirectories.put(inode, Map.of());
            } else {
                flushedFiles.put(inode, new byte[0]);
            }
        }
        return inode;
    }

    private void keep(Path path) throws IOException {
        handles.add(FileChannel.open(path, StandardOpenOption.READ));
    }

    private static void copyDirectory(
            DiskMoment moment, Object directory, PowerCutDisk copy, Path target, Crash crash, Random random)
            throws IOException {
        Map<String, Object> flushed = moment.flushedNames(directory);
        Map<String, Object> chosen =
                crash == Crash.PROCESS_DIES || random.nextBoolean() ? moment.namesNow(directory) : flushed;
        Map<Object, Object> copies = new HashMap<>();
        for (Map.Entry<String, Object> entry : chosen.entrySet()) {
            Path child = target.resolve(entry.getKey());
            if (moment.isDirectory(entry.getValue())) {
                Files.createDirectory(child);
                copyDirectory(moment, entry.getValue(), copy, child, crash, random);
            } else {
                copyFile(moment.flushed(entry.getValue()), moment.now(entry.getValue()), copy, child, crash, random);
            }
            copies.put(entry.getValue(), inode(child));
        }
        copy.noteDirectory(target);
        if (crash == Crash.PROCESS_DIES) {
            Map<String, Object> flushedInCopy = new TreeMap<>();
            flushed.forEach((name, inode) ->
                    flushedInCopy.put(name, copies.computeIfAbsent(inode, gone -> copy.nameless(moment, gone))));
            copy.flushedDirectories.put(inode(target), flushedInCopy);
        }
    }

    private static void copyFile(byte[] flushed, byte[] now, PowerCutDisk copy, Path target, Crash crash, Random random)
            throws IOException {
        Files.write(target, crash == Crash.PROCESS_DIES ? now : torn(flushed, now, random));
        copy.note(target);
        if (crash == Crash.PROCESS_DIES) {
            copy.flushedFiles.put(inode(target), flushed);
        }
    }

    /** What a flushed name leads to on the disk, though the name was removed or replaced since. Returns its inode here. */
    private Object nameless(DiskMoment moment, Object inode) {
        Object here = new Object();
        if (moment.isDirectory(inode)) {
            Map<String, Object> names = new TreeMap<>();
            moment.flushedNames(inode).forEach((name, child) -> names.put(name, nameless(moment, child)));
            flushedDirectories.put(here, names);
        } else {
            flushedFiles.put(here, moment.flushed(inode));
        }
        return here;
    }

    /** Some pages old, some new. */
    private static byte[] torn(byte[] flushed, byte[] now, Random random) {
        int length = random.nextBoolean() ? flushed.length : now.length;
        byte[] result = Arrays.copyOf(flushed, length);
        int keepNewPercent = new int[] {0, 10, 50, 90, 100}[random.nextInt(5)];
        for (int page = 0; page < Math.min(length, now.length); page += PAGE_BYTES) {
            if (random.nextInt(100) < keepNewPercent) {
                System.arraycopy(now, page, result, page, Math.min(PAGE_BYTES, Math.min(length, now.length) - page));
            }
        }
        return result;
    }

    private static Object inode(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }
}
