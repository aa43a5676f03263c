package io.pecanraft.examples.kv.http;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * How much a node keeps on its disk: segments of the log, snapshots, bytes. Looked at every {@value #SECONDS} s at most, without
 * disturbing anybody: files that go meanwhile are not counted. Thread-safe.
 */
final class DiskUse {

    private static final int SECONDS = 5;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final String SEGMENT = "seg-";

    private final Path data;
    private JsonObject last = new JsonObject();
    private boolean looked;
    private long lookedAtNanos;

    DiskUse(Path directory) {
        this.data = directory.resolve("data");
    }

    synchronized JsonObject json(long nowNanos) {
        if (!looked || nowNanos - lookedAtNanos > SECONDS * NANOS_PER_SECOND) {
            looked = true;
            lookedAtNanos = nowNanos;
            last = look();
        }
        return last;
    }

    private JsonObject look() {
        Path log = data.resolve("log");
        Path snapshots = data.resolve("snap");
        JsonObject json = new JsonObject();
        json.addProperty(
                "segments",
                children(log).stream()
                        .filter(path -> path.getFileName().toString().startsWith(SEGMENT))
                        .count());
        json.addProperty("logBytes", bytes(log));
        json.addProperty("snapshots", children(snapshots).size());
        json.addProperty("snapshotBytes", bytes(snapshots));
        return json;
    }

    private static List<Path> children(Path directory) {
        try (Stream<Path> paths = Files.list(directory)) {
            return paths.toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    private static long bytes(Path directory) {
        long sum = 0;
        for (Path child : children(directory)) {
            sum += Files.isDirectory(child) ? bytes(child) : size(child);
        }
        return sum;
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            return 0;
        }
    }
}
