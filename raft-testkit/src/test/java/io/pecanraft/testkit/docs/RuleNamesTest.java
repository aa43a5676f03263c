package io.pecanraft.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whatever rule a simulation names when it fails stands in the page that says what is checked. */
class RuleNamesTest {

    private static final Pattern RULE = Pattern.compile(
            "(?:\\bfail\\(|\\bfailure\\(|SimulationFailure\\(|new Complaint\\(|RULE = )\\s*\"([a-z][a-z-]+)\"[,;]");

    private static final Path SOURCES = Documents.ROOT.resolve("raft-testkit/src/main/java");

    @Test
    void everyRuleIsInTheTableOfInvariants() throws IOException {
        String page = Files.readString(Documents.ROOT.resolve("docs/testing.md"));
        Set<String> rules = new TreeSet<>();
        Set<String> missing = new TreeSet<>();
        try (Stream<Path> sources = Files.walk(SOURCES)) {
            for (Path source :
                    sources.filter(path -> path.toString().endsWith(".java")).toList()) {
                RULE.matcher(Files.readString(source)).results().forEach(found -> rules.add(found.group(1)));
            }
        }
        rules.stream().filter(rule -> !page.contains("`" + rule + "`")).forEach(missing::add);
        assertThat(rules).contains("election-safety", "bounded-memory", "linearizability", "liveness");
        assertThat(missing).isEmpty();
    }
}
