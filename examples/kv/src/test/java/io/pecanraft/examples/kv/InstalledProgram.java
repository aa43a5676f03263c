package io.pecanraft.examples.kv;

import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Programs that some tests drive, and that a machine need not have. Without one its tests are skipped, and say so; with {@code
 * -Dit.programs} they fail.
 */
final class InstalledProgram {

    private static final String REQUIRED = "it.programs";

    private InstalledProgram() {}

    /** The first of these names that is a program on the path. */
    static Optional<Path> find(String... names) {
        return Arrays.stream(names)
                .flatMap(name -> Stream.of(
                                System.getenv().getOrDefault("PATH", "").split(":", -1))
                        .map(in -> Path.of(in, name)))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** The program that a test drives; without it the test ends here. */
    static Path require(Optional<Path> program, String what) {
        if (program.isPresent()) {
            return program.get();
        }
        String missing = what + " is not installed";
        if (System.getProperty(REQUIRED) != null) {
            throw new AssertionError(missing + ", and -D" + REQUIRED + " is set");
        }
        System.out.println("[skipped] " + missing + ": what needs it was not tried");
        return abort(missing);
    }
}
