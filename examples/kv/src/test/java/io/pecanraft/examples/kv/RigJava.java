package io.pecanraft.examples.kv;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A Java that servers of the rig run on.
 *
 * @param home where it is installed
 * @param release such as 17
 * @param assertions whether with {@code -ea}
 */
record RigJava(Path home, int release, boolean assertions) {

    private static final int LEAST_RELEASE = 17;

    /** This one, and those of other releases that are installed beside it, each with and without assertions. */
    static List<RigJava> installed() {
        Path own = Path.of(System.getProperty("java.home"));
        List<RigJava> javas = new ArrayList<>(both(own));
        try (Stream<Path> siblings = Files.list(own.toRealPath().resolveSibling("."))) {
            for (Path home : siblings.sorted().toList()) {
                int release = release(home);
                if (release >= LEAST_RELEASE && javas.stream().noneMatch(java -> java.release() == release)) {
                    javas.addAll(both(home));
                }
            }
        } catch (IOException e) {
            // Then there is the one that runs this.
        }
        return javas;
    }

    /** The one that is installed there, with and without assertions. */
    static List<RigJava> both(Path home) {
        int release = release(home);
        if (release < LEAST_RELEASE) {
            throw new IllegalArgumentException(home + " is no JDK " + LEAST_RELEASE + " or later");
        }
        return List.of(new RigJava(home, release, false), new RigJava(home, release, true));
    }

    /** By its file {@code release}; 0 when there is none. */
    private static int release(Path home) {
        try {
            return Files.readAllLines(home.resolve("release")).stream()
                    .filter(line -> line.startsWith("JAVA_VERSION="))
                    .mapToInt(line -> Integer.parseInt(line.replaceAll("\\D*(\\d+).*", "$1")))
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    String name() {
        return "JDK " + release + (assertions ? " -ea" : "");
    }

    /** What the arguments of the program follow. Small heaps and fast starts: many of them share one machine. */
    List<String> command(SharedClasses classes, Path jar) {
        List<String> command = new ArrayList<>(classes.java("-Xmx256m"));
        if (assertions) {
            command.add("-ea");
        }
        command.addAll(List.of("-jar", jar.toString()));
        return command;
    }
}
