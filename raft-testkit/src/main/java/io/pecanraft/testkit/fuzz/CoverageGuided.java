package io.pecanraft.testkit.fuzz;

import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What Jazzer calls ({@code --target_class}), by names that are Jazzer's: hands its inputs to the {@link HostileInputContract} that
 * {@code --target_args} names, and begins with its samples. Needs nothing of Jazzer to compile.
 */
public final class CoverageGuided {

    private static @Nullable HostileInputContract target;

    private CoverageGuided() {}

    /**
     * Called once.
     *
     * @param arguments the class of the target, and a directory for its samples
     */
    public static void fuzzerInitialize(String[] arguments) throws Exception {
        Constructor<?> constructor = Class.forName(arguments[0]).getDeclaredConstructor();
        constructor.setAccessible(true);
        HostileInputContract made = (HostileInputContract) constructor.newInstance();
        write(made, Path.of(arguments[1]));
        target = made;
    }

    private static void write(HostileInputContract made, Path directory) throws Exception {
        Files.createDirectories(directory);
        int number = 0;
        for (byte[] sample : made.samples()) {
            Files.write(directory.resolve("sample-" + number++), sample);
        }
    }

    /** Called for every input. */
    public static void fuzzerTestOneInput(byte[] input) {
        HostileInputContract current = target;
        if (current == null) {
            throw new IllegalStateException("no target was named; see fuzzerInitialize");
        }
        current.check(input);
    }
}
