package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.ParameterException;

/**
 * What the pages tell people to type, {@code kv ...}, or {@code java -jar kv.jar ...} in a container, is understood by the program: as a whole
 * line, or as the beginning of one.
 */
class DocumentedCommandsTest {

    private static final Path ROOT = Path.of("../..");
    private static final String JAR = "(?:\\S+ )*java (?:-\\S+ )*-jar \\S*kv\\.jar";
    private static final Pattern INLINE = Pattern.compile("`((?:examples/kv/)?kv [^`]+)`");
    private static final Pattern LINE = Pattern.compile("(?:\\$ )?(?:(?:examples/kv/)?kv|" + JAR + ") [a-z-].*");

    /** With parts to be chosen, or left out, by whoever types it. */
    private static final Pattern SYNOPSIS = Pattern.compile(".*(\\.\\.\\.|\\[|<|\\$|…).*");

    @Test
    void everyCommandIsUnderstood() throws IOException {
        List<String> wrong = new ArrayList<>();
        int understood = 0;
        for (Path page : pages()) {
            for (String command : commands(page)) {
                String[] words = words(command);
                try {
                    KvMain.commandLine().parseArgs(words);
                    understood++;
                } catch (MissingParameterException beginning) {
                    understood++;
                } catch (ParameterException e) {
                    wrong.add(ROOT.relativize(page) + ": " + command + ": " + e.getMessage());
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(understood).isGreaterThan(30);
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.walk(ROOT.resolve("docs"))) {
            return Stream.concat(Stream.of(ROOT.resolve("README.md")), docs)
                    .filter(page -> page.toString().endsWith(".md"))
                    .sorted()
                    .toList();
        }
    }

    private static List<String> commands(Path page) throws IOException {
        List<String> commands = new ArrayList<>();
        for (String line :
                Files.readString(page).replaceAll("\\\\\\n\\s*", " ").lines().toList()) {
            INLINE.matcher(line).results().forEach(code -> commands.add(code.group(1)));
            if (line.startsWith("    ") && LINE.matcher(line.strip()).matches()) {
                commands.add(line.strip());
            }
        }
        commands.removeIf(command -> SYNOPSIS.matcher(command).matches());
        return commands;
    }

    /** Without the program, and without what the shell takes for itself. */
    private static String[] words(String command) {
        String typed = command.replaceAll("\\s+(#|\\||>|&).*", "").replaceAll("^(\\$ )?(" + JAR + "|\\S+)\\s+", "");
        return typed.split("\\s+", -1);
    }
}
