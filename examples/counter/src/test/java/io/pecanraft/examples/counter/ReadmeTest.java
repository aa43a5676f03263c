package io.pecanraft.examples.counter;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The code in the README and the guides is the code that was compiled. */
class ReadmeTest {

    private static final Path ROOT = Path.of("../..");

    private static final Pattern SNIPPET =
            Pattern.compile("<!-- snippet: (\\S+) -->\n```java\n(.*?)```", Pattern.DOTALL);

    private static final Pattern TAGGED =
            Pattern.compile("// tag::quickstart\n(.*?)[ \t]*// end::quickstart", Pattern.DOTALL);

    static Stream<MatchResult> snippets() {
        return Stream.of("README.md", "docs/sessions.md", "docs/groups.md", "docs/lock.md")
                .flatMap(ReadmeTest::snippetsOf);
    }

    private static Stream<MatchResult> snippetsOf(String page) {
        try {
            return SNIPPET.matcher(Files.readString(ROOT.resolve(page))).results();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void snippetIsTheTaggedPartOfItsSource(MatchResult snippet) throws IOException {
        String source = Files.readString(ROOT.resolve(snippet.group(1)));
        assertThat(TAGGED.matcher(source).results().map(tagged -> tagged.group(1)))
                .containsExactly(snippet.group(2));
    }
}
