package io.pecanraft.testkit.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every file of {@code src/test/resources/scenarios} leaves the trace that it says. {@code -Dscenarios.rewrite=true} writes the
 * traces that were left into the files; {@code -Dscenario=E03} takes those whose names contain it.
 */
class ScenarioTest {

    private static final Path DIRECTORY = Path.of("src", "test", "resources", "scenarios");

    @TestFactory
    Stream<DynamicTest> scenarios() throws IOException {
        String wanted = System.getProperty("scenario", "");
        List<Path> files;
        try (Stream<Path> all = Files.list(DIRECTORY)) {
            files = all.filter(file -> file.getFileName().toString().contains(wanted))
                    .sorted()
                    .toList();
        }
        assertThat(files).isNotEmpty();
        return files.stream()
                .map(file -> DynamicTest.dynamicTest(file.getFileName().toString(), () -> check(file)));
    }

    private static void check(Path file) {
        Scenario scenario = Scenario.read(file);
        String happened = scenario.run();
        if (Boolean.getBoolean("scenarios.rewrite")) {
            scenario.rewrite(happened);
        } else {
            assertThat(happened)
                    .as("%s; to accept this trace: -Dscenarios.rewrite=true", scenario.title())
                    .isEqualTo(scenario.text());
        }
    }
}
