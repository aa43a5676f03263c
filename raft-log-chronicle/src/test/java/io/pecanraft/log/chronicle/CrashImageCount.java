package io.pecanraft.log.chronicle;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** How many images of which kind were recovered rightly, kept in a file between runs so that a long run can be resumed. */
final class CrashImageCount {

    private static final String SEED = "next seed";

    private final Map<String, Long> byKind = new TreeMap<>();
    private long nextSeed;

    CrashImageCount(long firstSeed) {
        this.nextSeed = firstSeed;
    }

    synchronized void tried(String kind) {
        byKind.merge(kind, 1L, Long::sum);
    }

    synchronized long total() {
        return byKind.values().stream().mapToLong(Long::longValue).sum();
    }

    long nextSeed() {
        return nextSeed;
    }

    void seedDone() {
        nextSeed++;
    }

    /** Goes on where an earlier run has stopped, if there was one. */
    void load(Path file) throws IOException {
        if (!Files.exists(file)) {
            return;
        }
        Properties stored = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            stored.load(in);
        }
        nextSeed = Long.parseLong(stored.getProperty(SEED));
        stored.remove(SEED);
        stored.forEach((kind, images) -> byKind.put(kind.toString(), Long.parseLong(images.toString())));
    }

    synchronized void store(Path file) throws IOException {
        Properties stored = new Properties();
        byKind.forEach((kind, images) -> stored.setProperty(kind, images.toString()));
        stored.setProperty(SEED, Long.toString(nextSeed));
        Path aside = file.resolveSibling(file.getFileName() + ".new");
        try (OutputStream out = Files.newOutputStream(aside)) {
            stored.store(out, null);
        }
        Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public synchronized String toString() {
        StringBuilder text = new StringBuilder(total() + " images");
        byKind.forEach((kind, images) -> text.append(String.format("%n%8d %s", images, kind)));
        return text.toString();
    }
}
