package io.pecanraft.testkit.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A scenario in a text file: comments, commands, and under each command, indented, the trace that it is expected to leave.
 *
 * <p>{@link #run} says how the file would read if every trace were what really happened. A test compares that with the file; to
 * rewrite the file is to accept it, so read the difference before you commit it.
 */
public final class Scenario {

    private static final String INDENT = "    ";

    private final Path file;
    private final List<String> lines;

    private Scenario(Path file, List<String> lines) {
        this.file = file;
        this.lines = List.copyOf(lines);
    }

    /** Reads a file. */
    public static Scenario read(Path file) {
        try {
            return new Scenario(file, Files.readAllLines(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The first comment of the file: what the story is. */
    public String title() {
        return lines.stream()
                .filter(line -> line.startsWith("#"))
                .findFirst()
                .map(line -> line.substring(1).strip())
                .orElse(file.getFileName().toString());
    }

    /** The file as it is. */
    public String text() {
        return String.join("\n", lines) + "\n";
    }

    /**
     * Runs all commands and returns the file with the traces that they left.
     *
     * @throws ScenarioException naming the line of a command that cannot be understood or carried out
     * @throws io.pecanraft.testkit.SimulationFailure when an invariant breaks, also then with the line
     */
    public String run() {
        Script script = new Script();
        List<String> out = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith(" ") && !line.isBlank()) {
                continue; // the trace of an earlier run
            }
            out.add(line);
            String command = line.strip();
            if (command.isEmpty() || command.startsWith("#")) {
                continue;
            }
            try {
                script.carryOut(command).forEach(trace -> out.add(INDENT + trace));
            } catch (IllegalArgumentException e) {
                throw new ScenarioException(
                        file.getFileName() + ":" + (i + 1) + ": " + command + ": " + e.getMessage(), e);
            }
        }
        return String.join("\n", out) + "\n";
    }

    /** Accepts what {@link #run} returned. */
    public void rewrite(String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
