package io.pecanraft.testkit.swarm.schedule;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * One line of a schedule: something that happens at a time. Plain data, so that a schedule can be written to a file, cut
 * down and run again.
 *
 * @param at when, since the start of the simulation
 * @param kind the {@linkplain Family#word word} of its family
 * @param arguments everything else
 */
public record Item(Duration at, String kind, Arguments arguments) {

    private static final Duration SHORT = Duration.ofMillis(1);

    /**
     * Reads a line that {@link #toString} wrote.
     *
     * @throws IllegalArgumentException when it is none
     */
    public static Item parse(String line) {
        List<String> words = Arrays.asList(line.strip().split(" +", -1));
        if (words.size() < 2) {
            throw new IllegalArgumentException("time, kind and arguments were expected, got \"" + line + "\"");
        }
        return new Item(Millis.parse(words.get(0)), words.get(1), Arguments.parse(words.subList(2, words.size())));
    }

    /** Whether it is about this server, among others perhaps. */
    public boolean names(int node) {
        Pattern name = Pattern.compile("\\b" + Arguments.name(node) + "\\b");
        return arguments.values().values().stream()
                .anyMatch(value -> name.matcher(value).find());
    }

    /** The same, but what lasts a while lasts a tenth of it; empty when nothing lasts longer than a millisecond. */
    public Optional<Item> shorter() {
        Arguments shorter = arguments;
        for (Map.Entry<String, String> argument : arguments.values().entrySet()) {
            if (Millis.isOne(argument.getValue())) {
                Duration duration = Millis.parse(argument.getValue());
                if (duration.compareTo(SHORT) > 0) {
                    shorter = shorter.with(argument.getKey(), Duration.ofMillis(duration.toMillis() / 10));
                }
            }
        }
        return shorter.equals(arguments) ? Optional.empty() : Optional.of(new Item(at, kind, shorter));
    }

    @Override
    public String toString() {
        return (Millis.format(at) + " " + kind + " " + arguments).strip();
    }
}
