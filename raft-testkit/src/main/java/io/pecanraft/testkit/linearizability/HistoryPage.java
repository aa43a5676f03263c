package io.pecanraft.testkit.linearizability;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A failing history as one HTML file that needs nothing else: a lane for each client, the operations as bars, the longest
 * order through them, and where it ends.
 */
public final class HistoryPage<S, I, O> {

    /** How many operations are drawn; of a longer history the last ones, which are those next to the failure. */
    public static final int MAX_OPERATIONS = 600;

    private static final String TEMPLATE = "history.html";
    private static final int MAX_TEXT = 200;

    private final SequentialModel<S, I, O> model;
    private final String name;
    private final Judgement.Violation<S, I, O> violation;

    /**
     * A page of a violation.
     *
     * @param name what the history is called, for the title and for the name of the file
     */
    public HistoryPage(SequentialModel<S, I, O> model, String name, Judgement.Violation<S, I, O> violation) {
        this.model = model;
        this.name = name;
        this.violation = violation;
    }

    /** Writes the page into a directory, which is made if need be, and says where it is. */
    public Path writeTo(Path directory) {
        String file = name.replaceAll("[^A-Za-z0-9]+", "-").toLowerCase(Locale.ROOT) + ".html";
        Path page = directory.resolve(file).toAbsolutePath().normalize();
        try {
            Files.createDirectories(directory);
            return Files.writeString(page, html());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The page. */
    public String html() {
        String key = violation.key().equals("") ? "" : ", key " + violation.key();
        List<Operation<I, O>> drawn = drawn();
        int leftOut = violation.operations().size() - drawn.size();
        return fill(Map.of(
                "title", escape("Not linearizable: " + name + key),
                "subtitle", counts(),
                "culprit", escape(violation.culprit().client() + ": " + model.describe(violation.culprit())),
                "placed", String.valueOf(violation.order().size()),
                "state", escape(shorten(model.describe(violation.lastState()))),
                "operations", operations(drawn),
                "order", order(),
                "blocked", blocked(),
                "leftOut", leftOut == 0 ? "" : "The first " + leftOut + " operations are not drawn."));
    }

    private String counts() {
        long open = violation.operations().stream()
                .filter(operation -> !operation.isAnswered())
                .count();
        long clients = violation.operations().stream()
                .map(Operation::client)
                .distinct()
                .count();
        return violation.operations().size() + " operations of " + clients + " clients, " + open
                + " of them unanswered when the last answer shown here arrived";
    }

    private List<Operation<I, O>> drawn() {
        List<Operation<I, O>> all = violation.operations().stream()
                .sorted(Comparator.comparingLong(Operation::calledAt))
                .toList();
        Set<Operation<I, O>> last = new HashSet<>(all.subList(Math.max(0, all.size() - MAX_OPERATIONS), all.size()));
        last.addAll(violation.blocked());
        last.add(violation.culprit());
        return all.stream().filter(last::contains).toList();
    }

    private String operations(List<Operation<I, O>> drawn) {
        IdentityHashMap<Operation<I, O>, Integer> numbers = new IdentityHashMap<>();
        violation.order().forEach(operation -> numbers.put(operation, numbers.size() + 1));
        // The browser counts in doubles, which are exact up to 2^53 only.
        long origin = drawn.stream().mapToLong(Operation::calledAt).min().orElse(0);
        StringBuilder out = new StringBuilder();
        for (Operation<I, O> operation : drawn) {
            Integer number = numbers.get(operation);
            out.append("<op- data-client=\"").append(escape(operation.client()));
            out.append("\" data-call=\"").append(operation.calledAt() - origin);
            out.append("\" data-ret=\"").append(operation.isAnswered() ? operation.returnedAt() - origin : "");
            out.append("\" data-kind=\"").append(kind(operation, number != null));
            out.append("\" data-number=\"").append(number == null ? "" : number).append("\">");
            out.append(escape(shorten(model.describe(operation)))).append("</op->\n");
        }
        return out.toString();
    }

    private String kind(Operation<I, O> operation, boolean placed) {
        if (operation == violation.culprit()) {
            return "culprit";
        }
        if (placed) {
            return "placed";
        }
        return violation.blocked().contains(operation) ? "blocked" : "unused";
    }

    private String order() {
        StringBuilder out = new StringBuilder();
        row(out, 0, "", "", violation.states().get(0));
        for (int i = 0; i < violation.order().size(); i++) {
            Operation<I, O> operation = violation.order().get(i);
            row(
                    out,
                    i + 1,
                    operation.client(),
                    model.describe(operation),
                    violation.states().get(i + 1));
        }
        return out.toString();
    }

    private void row(StringBuilder out, int number, String client, String operation, S state) {
        out.append("<tr data-n=\"").append(number).append("\"><td>").append(number == 0 ? "" : number);
        out.append("</td><td>").append(escape(client)).append("</td><td><code>");
        out.append(escape(shorten(operation))).append("</code></td><td><code>");
        out.append(escape(shorten(model.describe(state)))).append("</code></td></tr>\n");
    }

    private String blocked() {
        StringBuilder out = new StringBuilder();
        for (Operation<I, O> operation : violation.blocked()) {
            out.append("<tr><td></td><td>").append(escape(operation.client())).append("</td><td><code>");
            out.append(escape(shorten(model.describe(operation)))).append("</code></td></tr>\n");
        }
        return out.toString();
    }

    /** Keeps the end: of an appended string that is what differs. */
    private static String shorten(String text) {
        return text.length() <= MAX_TEXT ? text : "… " + text.substring(text.length() - MAX_TEXT);
    }

    private static String fill(Map<String, String> values) {
        StringBuilder out = new StringBuilder();
        for (String part : template().split("\\{\\{", -1)) {
            int end = part.indexOf("}}");
            String value = end < 0 ? null : values.get(part.substring(0, end));
            out.append(value == null ? part : value + part.substring(end + 2));
        }
        return out.toString();
    }

    private static String template() {
        try (InputStream in = HistoryPage.class.getResourceAsStream(TEMPLATE)) {
            if (in == null) {
                throw new IllegalStateException(TEMPLATE + " is missing next to " + HistoryPage.class);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
