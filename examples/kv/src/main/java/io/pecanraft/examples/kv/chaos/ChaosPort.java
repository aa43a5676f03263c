package io.pecanraft.examples.kv.chaos;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pecanraft.examples.kv.http.BoundedHttp;
import io.pecanraft.examples.kv.http.ConsoleGuard;
import io.pecanraft.examples.kv.http.ConsolePages;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Function;
import java.util.function.Supplier;

/** The page of {@code kv cluster --chaos}, what it asks for, and pages of violations. For the loopback interface. */
final class ChaosPort implements AutoCloseable {

    private static final int MAX_BODY_BYTES = 1_024;
    private static final String HISTORY = "/history/";
    private static final String HTML = "text/html; charset=utf-8";
    private static final String JSON = "application/json; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";

    /** Such a page is one file, with its script and its style inside. */
    private static final Map<String, String> HISTORY_HEADERS = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; base-uri 'none';"
                    + " form-action 'none'; frame-ancestors 'none'");

    private final HttpServer server;
    private final ExecutorService threads;
    private final ConsoleGuard guard;
    private final ConsolePages pages = ConsolePages.ofChaos();
    private final Supplier<JsonObject> status;
    private final Function<String, Chaos.Answer> actions;
    private final Function<String, Optional<Path>> histories;

    private ChaosPort(
            HttpServer server,
            Supplier<JsonObject> status,
            Function<String, Chaos.Answer> actions,
            Function<String, Optional<Path>> histories) {
        this.server = server;
        this.status = status;
        this.actions = actions;
        this.histories = histories;
        this.guard = new ConsoleGuard(true, "localhost");
        this.threads = BoundedHttp.threads("kv-chaos-http");
        server.setExecutor(threads);
        server.createContext("/", this::serve);
    }

    static ChaosPort open(
            InetSocketAddress address,
            Supplier<JsonObject> status,
            Function<String, Chaos.Answer> actions,
            Function<String, Optional<Path>> histories)
            throws IOException {
        ChaosPort port = new ChaosPort(BoundedHttp.listen(address), status, actions, histories);
        port.server.start();
        return port;
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            boolean acts = path.equals("/api/act");
            String method = acts ? "POST" : "GET";
            if (!exchange.getRequestMethod().equals(method)) {
                exchange.getResponseHeaders().set("Allow", method);
                exchange.sendResponseHeaders(405, -1);
            } else if (acts) {
                act(exchange);
            } else if (path.equals("/api/chaos")) {
                write(exchange, 200, JSON, status.get().toString());
            } else if (path.startsWith(HISTORY)) {
                history(exchange, path.substring(HISTORY.length()));
            } else {
                Optional<ConsolePages.Page> page = pages.at(path);
                if (page.isPresent()) {
                    write(exchange, 200, page.get().type(), page.get().content());
                } else {
                    write(exchange, 404, TEXT, "there is a page at /\n");
                }
            }
        }
    }

    private void act(HttpExchange exchange) throws IOException {
        Optional<String> refusal = guard.refusal(exchange.getRequestHeaders());
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        Chaos.Answer answer;
        if (refusal.isPresent()) {
            answer = new Chaos.Answer(403, "not done: " + refusal.get());
        } else if (body.length > MAX_BODY_BYTES) {
            answer = new Chaos.Answer(413, "not done: more than " + MAX_BODY_BYTES + " bytes");
        } else {
            answer = actions.apply(new String(body, StandardCharsets.UTF_8));
        }
        JsonObject json = new JsonObject();
        json.addProperty("message", answer.message());
        write(exchange, answer.status(), JSON, json.toString());
    }

    /** Only what the judge has drawn, by its name: no path leads elsewhere. */
    private void history(HttpExchange exchange, String name) throws IOException {
        Optional<Path> page = histories.apply(name);
        if (page.isEmpty()) {
            write(exchange, 404, TEXT, "no violation of that name was drawn\n");
            return;
        }
        ConsolePages.HEADERS.forEach(exchange.getResponseHeaders()::set);
        HISTORY_HEADERS.forEach(exchange.getResponseHeaders()::set);
        send(exchange, 200, HTML, Files.readString(page.get()));
    }

    private static void write(HttpExchange exchange, int code, String type, String text) throws IOException {
        ConsolePages.HEADERS.forEach(exchange.getResponseHeaders()::set);
        send(exchange, code, type, text);
    }

    private static void send(HttpExchange exchange, int code, String type, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(code, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
