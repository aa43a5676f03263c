package io.pecanraft.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.RaftRole;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/logs.md} says of every line that the library and the key-value server log what it means, and of no other. */
class LogTableTest {

    /** A call of the fluent API of SLF4J: all of the library's lines are written so. */
    private static final Pattern CALL = Pattern.compile("(?<!\\b[A-Z]\\w{0,40})\\.log\\(\\s*(?=[^\\s)])");

    private static final Pattern LITERALS =
            Pattern.compile("^\"((?:[^\"\\\\]|\\\\.)*)\"(?:\\s*\\+\\s*\"((?:[^\"\\\\]|\\\\.)*)\")?");
    private static final Pattern KEY = Pattern.compile("\\.addKeyValue\\(\\s*\"(\\w+)\"");
    private static final Pattern LEVEL =
            Pattern.compile("(?:log|LOG)\\s*\\.(?:at)?(info|warn|error|debug|Info|Warn|Error|Debug)\\(\\)");
    private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\| ([A-Z, ]+) \\| (.*?) \\| (.*) \\|");
    private static final Pattern NAME = Pattern.compile("`(\\w+)`");

    /** Messages that are passed on, by the name of what is passed: which they are, and so which lines the table must have. */
    private static final Map<String, Set<String>> PASSED_ON = Map.of(
            "became",
            Arrays.stream(RaftRole.values())
                    .map(role ->
                            "became " + role.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                    .collect(Collectors.toSet()),
            "what",
            Set.of(
                    "began to send a snapshot",
                    "sent a snapshot",
                    "receiver of messages threw; it must not",
                    "receiver of failures threw; it must not"),
            "complete",
            Set.of());

    /** A line as the code writes it; of what a method before it has added nothing is known. */
    private record Line(Path file, Set<String> levels, Set<String> keys) {}

    /** A line as the table has it. */
    private record Row(Set<String> levels, Set<String> fields, String todo) {}

    @Test
    void everyLineIsInTheTableWithItsLevelAndItsFields() throws IOException {
        Map<String, Row> table = table();
        Map<String, Line> lines = lines();
        assertThat(table.keySet()).containsExactlyElementsOf(lines.keySet());

        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, Line> entry : lines.entrySet()) {
            Row row = table.get(entry.getKey());
            Line line = entry.getValue();
            if (!row.levels().containsAll(line.levels())) {
                wrong.add(entry.getKey() + ": is " + line.levels() + ", not " + row.levels());
            }
            if (!row.fields().containsAll(line.keys())) {
                wrong.add(entry.getKey() + ": has the fields " + line.keys() + ", not " + row.fields());
            }
            String source = Files.readString(line.file());
            row.fields().stream()
                    .filter(field -> !source.contains("\"" + field + "\""))
                    .forEach(field -> wrong.add(entry.getKey() + ": no field " + field));
        }
        assertThat(wrong).isEmpty();
        assertThat(lines).hasSizeGreaterThan(70);
    }

    /** Text that is put together cannot be searched for, and would not be found here. */
    @Test
    void noLineIsWrittenPastTheFluentApi() throws IOException {
        for (Path file : sources()) {
            assertThat(Files.readString(file))
                    .as(file.toString())
                    .doesNotContainPattern("LOG\\.(info|warn|error)\\(\\s*\"");
        }
    }

    /** One that varies cannot be searched for or counted; what varies is a key-value. */
    @Test
    void everyMessageIsAlwaysTheSameTextInOneLine() throws IOException {
        assertThat(lines().keySet()).allSatisfy(message -> assertThat(message).doesNotContain("{}", "\\n", "%s"));
    }

    @Test
    void everyLineAboveDebugSaysWhatToDo() throws IOException {
        assertThat(table()).allSatisfy((message, row) -> assertThat(row.todo()).isNotBlank());
    }

    private static Map<String, Row> table() throws IOException {
        Map<String, Row> rows = new TreeMap<>();
        for (String line : Files.readAllLines(Documents.ROOT.resolve("docs/logs.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                String todo = row.group(4).substring(row.group(4).lastIndexOf(" | ") + 3);
                Row before = rows.put(
                        row.group(1), new Row(Set.of(row.group(2).split(", ")), names(NAME, row.group(3)), todo));
                assertThat(before).as(row.group(1) + " is there twice").isNull();
            }
        }
        return rows;
    }

    private static Map<String, Line> lines() throws IOException {
        Map<String, Line> lines = new TreeMap<>();
        for (Path file : sources()) {
            String source = Files.readString(file);
            Matcher call = CALL.matcher(source);
            while (call.find()) {
                String statement = statementBefore(source, call.start());
                Line line = new Line(file, levels(statement), names(KEY, statement));
                messages(file, source, call.end()).forEach(message -> lines.merge(message, line, LogTableTest::both));
            }
        }
        return lines;
    }

    private static Line both(Line one, Line other) {
        Set<String> levels = new TreeSet<>(one.levels());
        levels.addAll(other.levels());
        Set<String> keys = new TreeSet<>(one.keys());
        keys.retainAll(other.keys());
        return new Line(other.file(), levels, keys);
    }

    private static String statementBefore(String source, int end) {
        int from = Math.max(
                source.lastIndexOf(';', end), Math.max(source.lastIndexOf('{', end), source.lastIndexOf('}', end)));
        return source.substring(from + 1, end);
    }

    /** The messages of a call. */
    private static Set<String> messages(Path file, String source, int at) {
        String arguments = source.substring(at);
        Matcher literal = LITERALS.matcher(arguments);
        if (literal.find()) {
            String message = literal.group(1) + (literal.group(2) == null ? "" : literal.group(2));
            return Set.of(message);
        }
        String passed = arguments.substring(0, arguments.indexOf(';')).replaceFirst("[()].*", "");
        assertThat(PASSED_ON).as("a message in %s that is not a literal", file).containsKey(passed);
        return PASSED_ON.get(passed).stream()
                .filter(message -> passed.equals("became") || source.contains('"' + message + '"'))
                .collect(Collectors.toSet());
    }

    private static Set<String> levels(String statement) {
        return LEVEL.matcher(statement)
                .results()
                .map(found -> found.group(1).toUpperCase(Locale.ROOT))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> names(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> all = Files.walk(Documents.ROOT)) {
            return all.filter(path -> path.toString().endsWith(".java"))
                    .filter(path -> path.toString().contains("/src/main/"))
                    .filter(path -> !path.toString().contains("/benchmarks/"))
                    .filter(path -> !path.toString().contains("/raft-testkit/"))
                    .toList();
        }
    }
}
