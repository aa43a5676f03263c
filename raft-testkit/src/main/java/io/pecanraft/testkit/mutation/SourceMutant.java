package io.pecanraft.testkit.mutation;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A bug to be put into the sources of a library, as a text file says:
 *
 * <pre>
 * # the rule that it breaks
 * id: M01*
 * expect: any setting that the caller understands
 *
 * file: io/example/Voter.java
 * --- old
 * exactly this text, which occurs once
 * --- new
 * what is to stand there instead
 * ---
 * </pre>
 *
 * @param name of the file, without its ending
 * @param id its number in a list of known bugs, without the star; empty for none
 * @param starred whether a release must not go out while it survives
 * @param why the rule that it breaks, in words
 * @param settings what other lines say, by the word before the colon
 * @param sources the changed source files: path below the root of the sources to text
 */
public record SourceMutant(
        String name,
        String id,
        boolean starred,
        String why,
        Map<String, String> settings,
        Map<String, String> sources) {

    private static final String ENDING = ".txt";

    /** Copies the maps. */
    public SourceMutant {
        settings = Map.copyOf(settings);
        sources = Map.copyOf(sources);
    }

    /**
     * Reads all mutants of a directory, in the order of their names.
     *
     * @param sources the root of the sources that they change
     * @throws AssertionError when one is stale: its old text does not occur, or more than once
     * @throws IllegalArgumentException when a line is not understood
     */
    public static List<SourceMutant> all(Path directory, Path sources) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().map(file -> read(file, sources)).toList();
        }
    }

    private static SourceMutant read(Path file, Path sources) {
        try {
            String name = file.getFileName().toString();
            return new Parser(name.substring(0, name.length() - ENDING.length()), Files.readAllLines(file), sources)
                    .parse();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a setting says, or this if there is none. */
    public String setting(String word, String otherwise) {
        return settings.getOrDefault(word, otherwise);
    }

    @Override
    public String toString() {
        return name.replace('-', ' ');
    }

    private static final class Parser {

        private final String name;
        private final List<String> lines;
        private final Path root;
        private final StringBuilder why = new StringBuilder();
        private final Map<String, String> settings = new LinkedHashMap<>();
        private final Map<String, String> sources = new LinkedHashMap<>();
        private int at;

        Parser(String name, List<String> lines, Path root) {
            this.name = name;
            this.lines = lines;
            this.root = root;
        }

        SourceMutant parse() throws IOException {
            String file = "";
            while (at < lines.size()) {
                String line = lines.get(at++);
                int colon = line.indexOf(':');
                if (line.startsWith("#")) {
                    why.append(why.isEmpty() ? "" : " ")
                            .append(line.substring(1).strip());
                } else if (line.startsWith("file:")) {
                    file = line.substring(colon + 1).strip();
                } else if (line.equals("--- old")) {
                    replace(file, block("--- new"), block("---"));
                } else if (colon > 0) {
                    settings.put(
                            line.substring(0, colon), line.substring(colon + 1).strip());
                } else if (!line.isBlank()) {
                    throw new IllegalArgumentException(name + ":" + at + ": not understood: " + line);
                }
            }
            String id = settings.getOrDefault("id", "");
            return new SourceMutant(name, id.replace("*", ""), id.endsWith("*"), why.toString(), settings, sources);
        }

        private String block(String end) {
            List<String> block = new ArrayList<>();
            while (!lines.get(at).equals(end)) {
                block.add(lines.get(at++));
            }
            at++;
            return String.join("\n", block);
        }

        private void replace(String file, String oldText, String newText) throws IOException {
            String source = sources.containsKey(file) ? sources.get(file) : Files.readString(root.resolve(file));
            int first = source.indexOf(oldText);
            if (first < 0 || source.indexOf(oldText, first + 1) >= 0) {
                throw new AssertionError("mutant " + name + " is stale: its old text occurs "
                        + (first < 0 ? "nowhere" : "more than once") + " in " + file + "; renew it:\n" + oldText);
            }
            sources.put(file, source.replace(oldText, newText));
        }
    }
}
