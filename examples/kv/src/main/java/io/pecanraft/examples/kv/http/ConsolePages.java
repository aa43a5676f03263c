package io.pecanraft.examples.kv.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The files of the console. They are part of the program, and ask for nothing from elsewhere; the browser is told to hold them to it. */
public final class ConsolePages {

    /**
     * A file.
     *
     * @param type of its content
     * @param content the text
     */
    public record Page(String type, String content) {}

    /** Sent with every answer: no scripts or styles but ours, no frames around us, no guesses about types. */
    public static final Map<String, String> HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
                    + " base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            "X-Content-Type-Options",
            "nosniff",
            "Referrer-Policy",
            "no-referrer",
            "Cross-Origin-Resource-Policy",
            "same-origin");

    private final Map<String, Page> pages = new HashMap<>();

    private ConsolePages() {
        pages.put("/console/console.css", read("console.css", "text/css; charset=utf-8"));
        pages.put("/console/charts.js", read("charts.js", "text/javascript; charset=utf-8"));
        pages.put("/console/icon.svg", read("icon.svg", "image/svg+xml"));
    }

    /** The console of a node. */
    static ConsolePages ofNode() {
        return new ConsolePages()
                .with("/", "index.html", "text/html; charset=utf-8")
                .with("/console/console.js", "console.js", "text/javascript; charset=utf-8");
    }

    /** The page of {@code kv cluster --chaos}. */
    public static ConsolePages ofChaos() {
        return new ConsolePages()
                .with("/", "chaos.html", "text/html; charset=utf-8")
                .with("/console/chaos.js", "chaos.js", "text/javascript; charset=utf-8")
                .with("/console/chaos.css", "chaos.css", "text/css; charset=utf-8");
    }

    private ConsolePages with(String path, String name, String type) {
        pages.put(path, read(name, type));
        return this;
    }

    /** The file at this path. */
    public Optional<Page> at(String path) {
        return Optional.ofNullable(pages.get(path));
    }

    private static Page read(String name, String type) {
        try (InputStream in = ConsolePages.class.getResourceAsStream("/console/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its file console/" + name);
            }
            return new Page(type, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
