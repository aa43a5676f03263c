package io.pecanraft.log.chronicle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/** A data directory kept as one file of the test resources. */
record ZippedDirectory(String resource) {

    private Path file() {
        return Path.of("src/test/resources", resource);
    }

    void unpackTo(Path directory) throws IOException {
        try (InputStream in = Files.newInputStream(file());
                ZipInputStream zip = new ZipInputStream(in)) {
            for (ZipEntry next = zip.getNextEntry(); next != null; next = zip.getNextEntry()) {
                Path file = directory.resolve(next.getName());
                Files.createDirectories(file.getParent());
                Files.write(file, zip.readAllBytes());
            }
        }
    }

    void pack(Path directory) throws IOException {
        Files.createDirectories(file().getParent());
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file()));
                Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                zip.putNextEntry(new ZipEntry(directory.relativize(file).toString()));
                zip.write(Files.readAllBytes(file));
            }
        }
    }
}
