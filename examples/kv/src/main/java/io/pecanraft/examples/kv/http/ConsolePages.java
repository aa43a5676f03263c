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

    private static final String HTML = "text/html; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";

    private final Map<String, Page> pages = new HashMap<>();

    private ConsolePages() {
        pages.put("/console/console.css", read("console.css", CSS));
        pages.put("/console/icon.svg", read("icon.svg", "image/svg+xml"));
        script("charts.js").script("page.js");
    }

    /** The console of a node. */
    static ConsolePages ofNode() {
        return new ConsolePages().document("index.html").script("console.js");
    }

    /** The page of {@code kv cluster --chaos}. */
    public static ConsolePages ofChaos() {
        ConsolePages pages = new ConsolePages().document("chaos.html").script("chaos.js");
        pages.pages.put("/console/chaos.css", read("chaos.css", CSS));
        return pages;
    }

    /** What is shown; the beginning of its head is the same in all. */
    private ConsolePages document(String name) {
        pages.put("/", new Page(HTML, text(name).replace("<!-- head.html -->\n", text("head.html"))));
        return this;
    }

    private ConsolePages script(String name) {
        pages.put("/console/" + name, read(name, "text/javascript; charset=utf-8"));
        return this;
    }

    /** The file at this path. */
    public Optional<Page> at(String path) {
        return Optional.ofNullable(pages.get(path));
    }

    private static Page read(String name, String type) {
        return new Page(type, text(name));
    }

    private static String text(String name) {
        try (InputStream in = ConsolePages.class.getResourceAsStream("/console/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its file console/" + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
