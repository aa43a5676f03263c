package io.pecanraft.examples.kv.chaos;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The wall clocks of servers, each of which reads from a file how far it is off, by {@code libfaketime}. Clocks that count the time since
 * some moment are left alone: by those a server measures its timeouts.
 */
public final class WallClocks {

    private static final String LIBRARY = "faketime/libfaketimeMT.so.1";
    private static final List<Path> PLACES = List.of(Path.of("/usr/lib64"), Path.of("/usr/local/lib"));
    private static final Path PLACES_BY_ARCHITECTURE = Path.of("/usr/lib");
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");

    /** A look at the file for each look at the clock makes a server several times as slow. */
    private static final int CACHE_SECONDS = 1;

    private static final long PROBE_SECONDS = 30L * 24 * 3600;

    private static final Optional<Path> FOUND = library();

    private final Optional<Path> library;
    private final Path directory;

    private WallClocks(Optional<Path> library, Path directory) {
        this.library = library;
        this.directory = directory;
    }

    /** Of servers whose clocks are right, and stay so where this machine does not permit anything else; their files lie in this directory. */
    public static WallClocks in(Path directory) {
        return new WallClocks(whyNot(directory).isEmpty() ? FOUND : Optional.empty(), directory);
    }

    /** What the command line of a process begins with that has this clock. */
    public List<String> command(int i) throws IOException {
        if (library.isEmpty()) {
            return List.of();
        }
        if (!Files.exists(file(i))) {
            setOff(i, 0);
        }
        return List.of(
                "env",
                "LD_PRELOAD=" + library.get(),
                "FAKETIME_TIMESTAMP_FILE=" + file(i),
                "FAKETIME_CACHE_DURATION=" + CACHE_SECONDS,
                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                // By itself the library may take a deadline since that moment for a time of the day: each timed wait
                // then ends at once, and a server whose threads wait in loops takes a whole processor.
                "FAKETIME_FORCE_MONOTONIC_FIX=0");
    }

    /** Removes what the library has left in the system's shared memory of a process that was killed. */
    public static void forget(long pid) {
        try {
            Files.deleteIfExists(SHARED_MEMORY.resolve("faketime_shm_" + pid));
            Files.deleteIfExists(SHARED_MEMORY.resolve("sem.faketime_sem_" + pid));
        } catch (IOException e) {
            // Then a few bytes stay there.
        }
    }

    /** Within a second it is off by so many seconds. */
    public void setOff(int i, long seconds) throws IOException {
        Path next = directory.resolve("clock-" + i + ".next");
        Files.writeString(next, String.format(Locale.ROOT, "%+d\n", seconds));
        // Whoever reads meanwhile sees the one or the other.
        Files.move(next, file(i), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path file(int i) {
        return directory.resolve("clock-" + i);
    }

    /** Why that cannot be done on this machine; empty if it can. */
    static Optional<String> whyNot(Path directory) {
        WallClocks probe = new WallClocks(FOUND, directory);
        if (probe.library.isEmpty()) {
            return Optional.of("libfaketime is not installed");
        }
        try {
            probe.setOff(0, PROBE_SECONDS);
            List<String> command = new ArrayList<>(probe.command(0));
            command.addAll(List.of("date", "+%s"));
            Process date = new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(date.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            Files.delete(probe.file(0));
            long now = System.currentTimeMillis() / 1_000;
            return said.matches("\\d+") && Long.parseLong(said) > now + PROBE_SECONDS / 2
                    ? Optional.empty()
                    : Optional.of("libfaketime moves no clock: " + said);
        } catch (IOException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    private static Optional<Path> library() {
        List<Path> places = new ArrayList<>(PLACES);
        places.add(PLACES_BY_ARCHITECTURE);
        try (DirectoryStream<Path> found = Files.newDirectoryStream(PLACES_BY_ARCHITECTURE, Files::isDirectory)) {
            found.forEach(places::add);
        } catch (IOException e) {
            // Then it is not there.
        }
        return places.stream()
                .map(place -> place.resolve(LIBRARY))
                .filter(Files::isReadable)
                .findFirst();
    }
}
