package io.pecanraft.testkit.swarm.schedule;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What an {@link Item} says besides its time and kind: names with values, in the order they were given, as in {@code
 * node=n2 down=312.5ms}. A value has no spaces. Immutable.
 */
public final class Arguments {

    private static final Arguments NONE = new Arguments(new LinkedHashMap<>());

    private final LinkedHashMap<String, String> values;

    private Arguments(LinkedHashMap<String, String> values) {
        this.values = values;
    }

    /** No arguments. */
    public static Arguments none() {
        return NONE;
    }

    /** The server that an item is about, under the usual name. */
    public static Arguments node(int node) {
        return none().withNode("node", node);
    }

    // ---- writing

    /** These and a word. */
    public Arguments with(String name, String word) {
        if (word.isEmpty() || word.indexOf(' ') >= 0 || word.indexOf('\n') >= 0) {
            throw new IllegalArgumentException(name + " is one word, got \"" + word + "\"");
        }
        LinkedHashMap<String, String> more = new LinkedHashMap<>(values);
        more.put(name, word);
        return new Arguments(more);
    }

    /** These and a number. */
    public Arguments with(String name, long number) {
        return with(name, Long.toString(number));
    }

    /** These and a duration. */
    public Arguments with(String name, Duration duration) {
        return with(name, Millis.format(duration));
    }

    /** These and a probability or another fraction. */
    public Arguments with(String name, double fraction) {
        return with(name, Double.toString(fraction));
    }

    /** These and a server. */
    public Arguments withNode(String name, int node) {
        return with(name, name(node));
    }

    /** These and some links, which may be none. */
    public Arguments withLinks(String name, List<Link> links) {
        return with(
                name,
                links.isEmpty() ? "none" : links.stream().map(Link::toString).collect(Collectors.joining(",")));
    }

    // ---- reading

    /** A word. */
    public String word(String name) {
        String value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException("an argument \"" + name + "\" is missing in \"" + this + "\"");
        }
        return value;
    }

    /** A word, if it is there. */
    public String word(String name, String otherwise) {
        return values.getOrDefault(name, otherwise);
    }

    /** A number. */
    public long count(String name) {
        return Long.parseLong(word(name));
    }

    /** A duration. */
    public Duration duration(String name) {
        return Millis.parse(word(name));
    }

    /** A fraction. */
    public double fraction(String name) {
        return Double.parseDouble(word(name));
    }

    /** A server, by its number from 0. */
    public int nodeAt(String name) {
        return number(word(name));
    }

    /** The server under the usual name. */
    public int node() {
        return nodeAt("node");
    }

    /** Some links. */
    public List<Link> links(String name) {
        String text = word(name);
        return text.equals("none")
                ? List.of()
                : Arrays.stream(text.split(",", -1)).map(Link::parse).toList();
    }

    /** All values by their names. */
    public Map<String, String> values() {
        return Collections.unmodifiableMap(values);
    }

    static String name(int node) {
        return "n" + (node + 1);
    }

    static int number(String node) {
        return Integer.parseInt(node.substring(1)) - 1;
    }

    // ---- text

    /** The arguments in a line, after its first word. */
    public static Arguments parse(String line) {
        List<String> words = Arrays.asList(line.strip().split(" +", -1));
        return parse(words.subList(1, words.size()));
    }

    static Arguments parse(List<String> words) {
        Arguments arguments = none();
        for (String word : words) {
            int sign = word.indexOf('=');
            if (sign < 1) {
                throw new IllegalArgumentException("name=value was expected, got \"" + word + "\"");
            }
            arguments = arguments.with(word.substring(0, sign), word.substring(sign + 1));
        }
        return arguments;
    }

    @Override
    public String toString() {
        List<String> words = new ArrayList<>();
        values.forEach((name, value) -> words.add(name + "=" + value));
        return String.join(" ", words);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Arguments that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }
}
