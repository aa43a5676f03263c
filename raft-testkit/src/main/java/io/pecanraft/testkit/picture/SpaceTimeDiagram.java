package io.pecanraft.testkit.picture;

import io.pecanraft.model.RaftMessage;
import io.pecanraft.testkit.sim.Trace;
import io.pecanraft.testkit.sim.TraceLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * Draws a {@linkplain io.pecanraft.testkit.sim.Trace#record recorded} trace: a page of HTML with everything in it, to be opened
 * from a file and without a network. The same page draws the JSON logs of real nodes, dropped onto it.
 */
public final class SpaceTimeDiagram {

    private static final String TEMPLATE = "space-time.html";
    private static final String DATA = "/*DATA*/";

    private SpaceTimeDiagram() {}

    /**
     * The page.
     *
     * @param title what run this is
     * @param ending how it ended, in a few lines; empty when all was well
     * @param nodes how many servers
     * @param lines what happened
     */
    public static String html(String title, String ending, int nodes, List<TraceLine> lines) {
        StringBuilder data = new StringBuilder("{\"title\":");
        quote(data, title);
        data.append(",\"ending\":");
        quote(data, ending);
        data.append(",\"nodes\":").append(nodes).append(",\"lines\":[");
        String separator = "\n";
        for (TraceLine line : lines) {
            data.append(separator);
            append(data, line);
            separator = ",\n";
        }
        data.append("]}");
        return template().replace(DATA, data);
    }

    /** As an array: milliseconds, kind, node, peer, value, name of the message or empty, text. */
    private static void append(StringBuilder out, TraceLine line) {
        out.append('[').append(line.nanos() / 1e6);
        out.append(",\"").append(line.kind().name()).append("\",");
        out.append(line.node()).append(',').append(line.peer()).append(',').append(line.value());
        Object detail = line.detail();
        out.append(",\"");
        out.append(detail instanceof RaftMessage message ? message.getClass().getSimpleName() : "");
        out.append("\",");
        // What arrives was sent before, and is described there.
        boolean again = line.kind() == Trace.Kind.DELIVER;
        quote(out, detail == null || again ? "" : detail.toString());
        out.append(']');
    }

    private static void quote(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ' || c == '<' || c > '~') {
                // "<" too: the data stands inside a script element.
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private static String template() {
        try (InputStream in = Objects.requireNonNull(SpaceTimeDiagram.class.getResourceAsStream(TEMPLATE))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
