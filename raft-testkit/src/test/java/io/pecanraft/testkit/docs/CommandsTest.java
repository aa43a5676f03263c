package io.pecanraft.testkit.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Commands in the pages can be typed: the program, its subcommand and its flags exist, and so do the modules, tests and properties that
 * Maven is given. That they do what is said is for other tests and scripts: for each line to type there is one, or a reason why not.
 */
class CommandsTest {

    /** Where the flags of a program are declared. */
    private static final Map<String, String> PROGRAMS = Map.ofEntries(
            Map.entry("kv", "examples/kv/src/main"),
            Map.entry("examples/kv/kv", "examples/kv/src/main"),
            Map.entry("examples/kv/chaos", "examples/kv/src/test"),
            Map.entry("examples/kv/pictures", "examples/kv/pictures"),
            Map.entry("raft-testkit/sim", "raft-testkit/src/test"),
            Map.entry("raft-testkit/fuzz", "raft-testkit/fuzz"),
            Map.entry("benchmarks/run", "benchmarks/src/main"),
            Map.entry("benchmarks/recovery", "benchmarks/src/main"),
            Map.entry("benchmarks/footprint", "benchmarks/src/main"),
            Map.entry("benchmarks/jmh", "benchmarks/jmh"),
            Map.entry("benchmarks/report", "benchmarks/src/main"));

    /** Maven's own and its plugins'. */
    private static final Set<String> OF_MAVEN = Set.of(
            "test",
            "it.test",
            "skipTests",
            "maven.test.skip",
            "altDeploymentRepository",
            "gpg.keyname",
            "mdep.outputFile",
            "surefire.failIfNoSpecifiedTests",
            "failsafe.failIfNoSpecifiedTests");

    private static final Path RUNNERS = Path.of("src/test/resources/documented-commands.txt");

    /** With what a line begins that is typed, and not printed. */
    private static final Pattern COMMAND = Pattern.compile(
            "(kv|(examples|raft-testkit|benchmarks|\\.ci)/\\S+|mvn|java|jar|jcmd|jfr|find|openssl|printf|for(?= \\w+ in )|redis-cli|podman|kubectl) ");

    private static final Pattern INLINE = Pattern.compile("`([^`]+)`");
    /** Programs, subcommands, goals, flags and files, but neither values nor placeholders, nor the client that a test replaces by its own. */
    private static final Pattern TELLING = Pattern.compile(
            "(?<!\\S)(?!redis-cli)(--?[A-Za-z][\\w.-]+|[a-z][\\w:./-]{2,}|[A-Z]+\\.[a-z]+|RAFT|ADD)(?!\\S)");

    private static final Pattern FLAG = Pattern.compile("(?<=\\s)--[a-z][a-z-]*");
    private static final Pattern SUBCOMMAND = Pattern.compile("[a-z]+");
    private static final Pattern PROPERTY = Pattern.compile("-D([\\w.]+)(?:='?([^'\\s]*)'?)?");
    private static final Pattern MODULES = Pattern.compile("-pl (\\S+)");

    private final List<String> wrong = new ArrayList<>();
    private final Map<String, String> declarations = new HashMap<>();
    private List<Path> sources = List.of();
    private String everything = "";

    @BeforeEach
    void readSources() throws IOException {
        sources = sourcesUnder(Documents.ROOT);
        everything = textOf(sources);
    }

    @Test
    void everyCommandCanBeTyped() throws IOException {
        int commands = 0;
        for (Path page : Documents.pages()) {
            for (String command : commands(page)) {
                String program = command.split("\\s+", 2)[0];
                if (PROGRAMS.containsKey(program)) {
                    commands++;
                    checkProgram(page, program, command);
                } else if (program.equals("mvn")) {
                    commands++;
                    checkMaven(page, command);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(commands).isGreaterThan(40);
    }

    /** Lines of their own are there to be typed. */
    @Test
    void everyCommandIsRunBySomebody() throws IOException {
        Map<String, String> runners = new HashMap<>();
        for (String line : Files.readAllLines(RUNNERS)) {
            if (!line.startsWith("#")) {
                String[] columns = line.split("\\|", 2);
                runners.put(columns[0].strip(), columns[1].strip());
            }
        }
        Set<String> unused = new TreeSet<>(runners.keySet());
        for (Path page : Documents.pages()) {
            for (String command : linesToType(page)) {
                String runner = runners.keySet().stream()
                        .filter(command::startsWith)
                        .max(Comparator.comparingInt(String::length))
                        .orElse("");
                unused.remove(runner);
                expect(page, command, !runner.isEmpty(), "nobody runs it by " + RUNNERS.getFileName());
            }
        }
        for (Map.Entry<String, String> runner : runners.entrySet()) {
            String[] by = runner.getValue().split(" ", 2);
            boolean runs = switch (by[0]) {
                case "test" -> sayTheSame(textOfTest(by[1]), runner.getKey());
                case "script" -> sayTheSame(textOfScript(by[1]), runner.getKey());
                case "block" -> takesFrom(by[1].split(" of ", 2));
                default -> by.length > 1;
            };
            expect(RUNNERS, runner.getKey(), runs, "it is not run by " + runner.getValue());
        }
        assertThat(wrong).isEmpty();
        assertThat(unused).as("beginnings of no command").isEmpty();
    }

    /** Whether all words of a command that say what is done stand in a text. */
    private static boolean sayTheSame(String text, String command) {
        return TELLING.matcher(command).results().allMatch(word -> text.contains(word.group(1)));
    }

    /** Whether a script takes what it runs out of a page. */
    private static boolean takesFrom(String[] scriptAndPage) throws IOException {
        return textOfScript(scriptAndPage[0]).contains(scriptAndPage[1]);
    }

    private static String textOfScript(String script) throws IOException {
        Path file = Documents.ROOT.resolve(script);
        return Files.isExecutable(file) ? Files.readString(file) : "";
    }

    private String textOfTest(String simpleName) throws IOException {
        for (Path file : sources) {
            if (file.endsWith(simpleName + ".java")) {
                return Files.readString(file);
            }
        }
        return "";
    }

    private static List<String> linesToType(Path page) throws IOException {
        String text = Files.readString(page).replaceAll("\\\\\\n\\s*", " ");
        return text.lines()
                .filter(line -> line.startsWith("    "))
                .map(String::strip)
                .filter(line -> COMMAND.matcher(line).lookingAt())
                .toList();
    }

    private void checkProgram(Path page, String program, String command) throws IOException {
        Path declared = Documents.ROOT.resolve(PROGRAMS.get(program));
        String text = declarations.containsKey(program) ? declarations.get(program) : textUnder(declared);
        declarations.put(program, text);
        String[] words = command.split("\\s+", 3);
        if (words.length > 1 && SUBCOMMAND.matcher(words[1]).matches()) {
            expect(page, command, text.contains("name = \"" + words[1] + '"'), "no subcommand " + words[1]);
        }
        Matcher flag = FLAG.matcher(command);
        while (flag.find()) {
            boolean ofAll = flag.group().equals("--help") || flag.group().equals("--version");
            boolean inScript = Files.isRegularFile(declared) && text.contains(flag.group());
            expect(
                    page,
                    command,
                    ofAll || inScript || text.contains('"' + flag.group() + '"'),
                    "no flag " + flag.group());
        }
    }

    private void checkMaven(Path page, String command) {
        Matcher modules = MODULES.matcher(command);
        if (modules.find()) {
            for (String module : modules.group(1).split(",", -1)) {
                expect(
                        page,
                        command,
                        Files.exists(Documents.ROOT.resolve(module).resolve("pom.xml")),
                        "no module " + module);
            }
        }
        Matcher property = PROPERTY.matcher(command);
        while (property.find()) {
            String name = property.group(1);
            expect(
                    page,
                    command,
                    OF_MAVEN.contains(name)
                            || Stream.of("\"%s\"", "<%s>", "${%s}", "${%s:-", ">%s<")
                                    .anyMatch(form -> everything.contains(form.formatted(name))),
                    "no property " + name);
            if (name.endsWith("test") && property.group(2) != null) {
                Arrays.stream(property.group(2).split(",", -1))
                        .forEach(test -> expect(page, command, isTest(test), "no test " + test));
            }
        }
    }

    private boolean isTest(String pattern) {
        String simple = pattern.substring(pattern.lastIndexOf('.') + 1);
        return simple.equals("none") || simple.contains("*") || everything.contains("class " + simple + " ");
    }

    private void expect(Path page, String command, boolean holds, String otherwise) {
        if (!holds) {
            wrong.add(Documents.ROOT.relativize(page) + ": " + otherwise + ", in: " + command);
        }
    }

    /** Lines of code, continued ones put together, and code within lines. */
    private static List<String> commands(Path page) throws IOException {
        List<String> commands = new ArrayList<>();
        String text = Files.readString(page).replaceAll("\\\\\\n\\s*", " ");
        text.lines().map(String::strip).forEach(line -> {
            commands.add(line);
            INLINE.matcher(line).results().forEach(code -> commands.add(code.group(1)));
        });
        return commands;
    }

    private static String textUnder(Path root) throws IOException {
        return textOf(sourcesUnder(root));
    }

    private static String textOf(List<Path> files) throws IOException {
        StringBuilder text = new StringBuilder();
        for (Path file : files) {
            text.append(Files.readString(file)).append('\n');
        }
        return text.toString();
    }

    private static List<Path> sourcesUnder(Path root) throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            return all.filter(Files::isRegularFile)
                    .filter(path -> !path.toString().contains("/target/"))
                    .filter(path -> path.equals(root) || path.toString().matches(".*\\.(java|xml)"))
                    .toList();
        }
    }
}
