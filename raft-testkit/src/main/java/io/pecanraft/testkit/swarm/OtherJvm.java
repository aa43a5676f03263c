package io.pecanraft.testkit.swarm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A JVM beside this one that runs the same seeds. It is of a JDK of another release, where one is installed beside this one or named by
 * {@code -Dsim.otherJdk=/path/to/jdk}, since clocks, hash codes and collections may differ between releases; otherwise of this one.
 *
 * <pre>{@code
 * try (OtherJvm other = OtherJvm.start(MyTest.class, "1", "100")) {
 *     List<Outcome> outcomes = run(1, 100);
 *     other.demandSame(TraceHashes.of(outcomes));
 * }
 * }</pre>
 */
public final class OtherJvm implements AutoCloseable {

    private final Process process;
    private final String where;

    private OtherJvm(Process process, String where) {
        this.process = process;
        this.where = where;
    }

    /**
     * Starts it with the classes of this one.
     *
     * @param main has a main method that {@linkplain TraceHashes#print prints} hashes
     */
    public static OtherJvm start(Class<?> main, String... arguments) throws IOException {
        Optional<OtherJdk> jdk = OtherJdk.find();
        Path javaHome = jdk.map(OtherJdk::home).orElse(Path.of(System.getProperty("java.home")));
        String classes = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        List<String> command =
                new ArrayList<>(List.of(javaHome.resolve("bin/java").toString(), "-cp", classes, main.getName()));
        command.addAll(List.of(arguments));
        return new OtherJvm(
                new ProcessBuilder(command).redirectErrorStream(true).start(),
                jdk.map(OtherJdk::toString).orElseGet(() -> "another JVM of this JDK: " + OtherJdk.none()));
    }

    /**
     * Waits for its end, and demands that it has seen the same, which it says on standard output.
     *
     * @throws AssertionError if it has seen something else, or has failed
     */
    public void demandSame(Map<Long, Long> here) throws IOException, InterruptedException {
        Map<Long, Long> there = TraceHashes.read(process);
        if (!there.equals(here)) {
            throw new AssertionError(
                    "the same seeds gave other runs on " + where + ": here " + here + ", there " + there);
        }
        System.out.printf("%d seeds have the same trace hashes on %s%n", here.size(), where);
    }

    /** Ends it, if it has not ended. */
    @Override
    public void close() {
        process.destroy();
    }
}
