package io.pecanraft.testkit.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The pages of the project. */
final class Documents {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Documents() {}

    /** All pages in Markdown but those that others have put into a build's directory. */
    static List<Path> pages() throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(path -> path.toString().endsWith(".md"))
                    .filter(path -> !ROOT.relativize(path).toString().contains("target/"))
                    .sorted()
                    .toList();
        }
    }
}
