package io.pecanraft.log.chronicle;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What a directory holds, so that two moments can be compared: every name, every length, a hash of every byte, every change time. */
final class DirectoryContent {

    private DirectoryContent() {}

    static Map<Path, String> of(Path directory) throws IOException {
        Map<Path, String> content = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            all.forEach(path -> content.put(directory.relativize(path), describe(path)));
        }
        return content;
    }

    /** Copies a directory to where none is. */
    static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(FileTree.parent(to));
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Files.copy(path, to.resolve(from.relativize(path).toString()));
            }
        }
    }

    private static String describe(Path path) {
        try {
            String changed = " changed " + Files.getLastModifiedTime(path);
            if (Files.isDirectory(path)) {
                return "directory" + changed;
            }
            byte[] bytes = Files.readAllBytes(path);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return bytes.length + " bytes " + HexFormat.of().formatHex(hash) + changed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
