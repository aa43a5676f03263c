package io.pecanraft.testkit.scenario;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The texts of all tests of the project, to hold documents against. */
final class TestSources {

    static final Path ROOT = Path.of("..");

    private TestSources() {}

    /** Test classes by their simple names, scenarios as {@code scenarios/<file>}; with their texts, names included. */
    static Map<String, String> byName() throws IOException {
        Map<String, String> tests = new HashMap<>();
        List<Path> sources;
        try (Stream<Path> all = Files.walk(ROOT)) {
            sources = all.filter(path -> path.toString().contains("src/test/"))
                    .filter(path -> path.toString().endsWith(".java")
                            || path.getParent().endsWith("scenarios"))
                    .toList();
        }
        for (Path source : sources) {
            String file = source.getFileName().toString();
            String name = file.endsWith(".java") ? file.substring(0, file.length() - 5) : "scenarios/" + file;
            tests.put(name, file + "\n" + Files.readString(source));
        }
        return tests;
    }
}
