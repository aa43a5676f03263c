package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** Plans that once broke a rule, made small by the shrinker, and stories worth keeping. They run for ever. */
class RegressionsTest {

    private static final Path DIRECTORY = Path.of("src/test/resources/regressions");

    @TestFactory
    Stream<DynamicTest> isCleanEverSince() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.list(DIRECTORY)) {
            files = found.sorted().toList();
        }
        assertThat(files).isNotEmpty();
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> {
                    Plan plan = PlanText.read(Files.readString(file));
                    Simulation.run(plan, "raft-testkit/sim replay --plan " + file + " --html run.html");
                }));
    }
}
