package io.pecanraft.log.chronicle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** File operations that are whole or not at all, and the cleaning up of what was not. */
final class FileTree {

    private static final int REWRITTEN_BYTES = 64 << 10;

    private FileTree() {}

    /** Creates or replaces a small file: written aside, flushed, renamed, and the name flushed. */
    static void replaceFile(Path file, byte[] content, Barrier barrier) throws IOException {
        Path aside = file.resolveSibling(file.getFileName() + DirectoryLayout.INCOMPLETE);
        Files.deleteIfExists(aside);
        writeFile(aside, content, barrier);
        moveDurably(aside, file, barrier);
    }

    /** Creates a file and flushes its content, not its name. */
    static void writeFile(Path file, byte[] content, Barrier barrier) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            barrier.force(channel, file);
        }
    }

    /** Renames within one directory and flushes the directory. */
    static void moveDurably(Path from, Path to, Barrier barrier) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        barrier.forceDirectory(parent(to));
    }

    /** Flushes an existing file, for which the right to read it is enough on Linux. */
    static void forceFile(Path file, Barrier barrier) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            barrier.force(channel, file);
        }
    }

    /**
     * Flushes what is in an existing file by writing it once more: another process may have been told of a flush that failed, after which the
     * kernel takes its pages for clean, and a flush alone proves nothing (Rebello et al., ATC'20).
     */
    static void rewrite(Path file, Barrier barrier) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            ByteBuffer piece = ByteBuffer.allocateDirect(REWRITTEN_BYTES);
            long at = 0;
            while (channel.read(piece.clear(), at) > 0) {
                piece.flip();
                while (piece.hasRemaining()) {
                    at += channel.write(piece, at);
                }
            }
            barrier.force(channel, file);
        }
    }

    /** The names in a directory, sorted. */
    static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    /** Removes a file or a whole directory; nothing happens when there is none. */
    static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** The same, of what a failure has left; that failure is the one to be told. */
    static void deleteAfter(Throwable failure, Path root) {
        try {
            delete(root);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** The directory that holds this path. */
    static Path parent(Path path) {
        Path parent = path.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(path + " has no parent directory");
        }
        return parent;
    }
}
