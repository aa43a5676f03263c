package io.pecanraft.testkit.swarm;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A JDK of another release than the one that runs this: where {@code -Dsim.otherJdk} says, otherwise one that is installed beside it, as by
 * package managers, SDKMAN and CI images; of several the one whose release is farthest from this one's.
 */
record OtherJdk(Path home, int feature) {

    private static final String PROPERTY = "sim.otherJdk";
    private static final int OLDEST_SUPPORTED = 17;
    private static final String VERSION = "JAVA_VERSION=\"";

    /**
     * The one to compare with, if there is any.
     *
     * @throws IllegalArgumentException when the property names a directory that is no JDK
     */
    static Optional<OtherJdk> find() {
        String named = System.getProperty(PROPERTY, "");
        if (!named.isEmpty()) {
            return Optional.of(at(Path.of(named))
                    .orElseThrow(() -> new IllegalArgumentException("-D" + PROPERTY + "=" + named
                            + " is no JDK: it needs an executable bin/java, and a file \"release\" with " + VERSION
                            + "...\"")));
        }
        try (Stream<Path> beside = Files.list(whereTheyAre())) {
            return beside.sorted()
                    .flatMap(directory -> at(directory).stream())
                    .filter(jdk -> jdk.feature >= OLDEST_SUPPORTED
                            && jdk.feature != Runtime.version().feature())
                    .max(Comparator.comparingInt(
                            jdk -> Math.abs(jdk.feature - Runtime.version().feature())));
        } catch (IOException e) {
            return Optional.empty(); // a place that cannot be listed has none for us
        }
    }

    /** Why there is none, and what would change that. */
    static String none() {
        return "no JDK of another release than " + Runtime.version().feature() + " is installed in " + whereTheyAre()
                + "; name one with -D" + PROPERTY + "=/path/to/jdk";
    }

    private static Path whereTheyAre() {
        Path own = Path.of(System.getProperty("java.home")).toAbsolutePath();
        Path parent = own.getParent();
        return parent == null ? own : parent;
    }

    private static Optional<OtherJdk> at(Path home) {
        Path release = home.resolve("release");
        if (!Files.isExecutable(home.resolve("bin/java")) || !Files.isReadable(release)) {
            return Optional.empty();
        }
        try {
            List<String> lines = Files.readAllLines(release);
            return lines.stream()
                    .filter(line -> line.startsWith(VERSION))
                    .map(line -> line.substring(VERSION.length(), line.lastIndexOf('"')))
                    .flatMap(version -> feature(version).stream())
                    .map(feature -> new OtherJdk(home, feature))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Empty for releases that count otherwise, such as 1.8.0_392. */
    private static Optional<Integer> feature(String version) {
        try {
            return Optional.of(Runtime.Version.parse(version).feature());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return "JDK " + feature + " (" + home + ")";
    }
}
