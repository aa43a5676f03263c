package io.pecanraft.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The code in the README and the guides is the code that was compiled. */
class ReadmeTest {

    private static final Path ROOT = Path.of("../..");

    private static final Pattern SNIPPET =
            Pattern.compile("<!-- snippet: ([^\\s#]+)(?:#(\\S+))? -->\n```java\n(.*?)```", Pattern.DOTALL);

    /** The part of a file that is shown where none is named. */
    private static final String MAIN_PART = "quickstart";

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
                    .filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    static Stream<MatchResult> snippets() throws IOException {
        return pages().stream().flatMap(ReadmeTest::snippetsOf);
    }

    private static Stream<MatchResult> snippetsOf(Path page) {
        try {
            return SNIPPET.matcher(Files.readString(page)).results();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void snippetIsTheTaggedPartOfItsSource(MatchResult snippet) throws IOException {
        String source = Files.readString(ROOT.resolve(snippet.group(1)));
        String part = snippet.group(2) == null ? MAIN_PART : snippet.group(2);
        Pattern tagged = Pattern.compile("// tag::" + part + "\n(.*?)[ \t]*// end::" + part + "\n", Pattern.DOTALL);
        assertThat(tagged.matcher(source)
                        .results()
                        .map(found -> found.group(1).stripTrailing().stripIndent()))
                .containsExactly(snippet.group(3).stripTrailing().stripIndent());
    }

    @Test
    void thereIsNoOtherCodeInThePages() throws IOException {
        for (Path page : pages()) {
            String text = Files.readString(page);
            assertThat(text.split("```java", -1).length - 1)
                    .as("blocks of Java in %s that name their source", page)
                    .isEqualTo(SNIPPET.matcher(text).results().count());
        }
    }

    /** Who is told so will count. */
    @Test
    void theQuickStartHasAsManyLinesAsItSays() throws IOException {
        MatchResult program = snippetsOf(ROOT.resolve("README.md")).findFirst().orElseThrow();
        long lines = program.group(3)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("import ") && !line.startsWith("/**"))
                .count();
        assertThat(Files.readString(ROOT.resolve("README.md")))
                .contains(lines + " lines without imports, comments and blank ones");
        assertThat(Files.readString(ROOT.resolve("docs/guide.md")))
                .contains(lines + " lines without imports, comments and blank ones");
        assertThat(lines).isLessThan(40);
    }
}
