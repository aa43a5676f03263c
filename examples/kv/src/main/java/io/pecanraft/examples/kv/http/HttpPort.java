package io.pecanraft.examples.kv.http;

import com.google.gson.JsonObject;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pecanraft.NodeHealth;
import io.pecanraft.NodeStatus;
import io.pecanraft.RaftNode;
import io.pecanraft.RaftNode.Subscription;
import io.pecanraft.examples.kv.command.StatusJson;
import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.OperationCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Answers {@code /healthz}, {@code /readyz} and {@code /metrics}, and shows the console at {@code /}.
 *
 * <p>On threads of its own, so that a slow scrape delays no command, and a hanging node no answer. Bounded as {@link BoundedHttp} is.
 */
public final class HttpPort implements AutoCloseable {

    /** A node that does not answer within this time is not ready. Probes of Kubernetes wait a second by default. */
    static final Duration READY_WITHIN = Duration.ofMillis(900);

    /** How old the state of a node that is ready may be. */
    static final Duration MAX_AGE = Duration.ofSeconds(5);

    private static final int MAX_BODY_BYTES = 4 * 1024;
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json; charset=utf-8";
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final HttpServer server;
    private final ExecutorService threads;
    private final RaftNode node;
    private final Measurements measurements;
    private final NodeView nodeView;
    private final ClusterView clusterView;
    private final ConsoleGuard guard;
    private final ConsoleActions actions;
    private final Subscription subscription;

    private record Answer(int status, String type, String text) {}

    /** Answers a path. */
    private interface Page {
        Answer get() throws Exception;
    }

    private HttpPort(HttpServer server, Measurements measurements, ConsoleSettings console) {
        this.server = server;
        this.node = console.node();
        this.measurements = measurements;
        EventLog events = new EventLog(Clock.systemUTC());
        this.subscription = node.subscribe(events::add);
        this.nodeView = new NodeView(console, measurements, events);
        this.clusterView = new ClusterView(console, nodeView::json, System::nanoTime);
        this.guard = new ConsoleGuard(console.admin(), console.host());
        this.actions = new ConsoleActions(console);
        this.threads = BoundedHttp.threads("kv-http");
        server.setExecutor(threads);
        server.createContext("/healthz", exchange -> answer(exchange, "/healthz", this::alive));
        server.createContext("/readyz", exchange -> answer(exchange, "/readyz", this::ready));
        server.createContext("/metrics", exchange -> answer(exchange, "/metrics", this::measured));
        server.createContext("/api/node", exchange -> answer(exchange, "/api/node", () -> json(nodeView.json())));
        server.createContext(
                "/api/status", exchange -> answer(exchange, "/api/status", () -> json(clusterView.json())));
        server.createContext("/api/act", this::act);
        ConsolePages pages = ConsolePages.ofNode();
        server.createContext("/", exchange -> {
            Optional<ConsolePages.Page> page = pages.at(exchange.getRequestURI().getPath());
            if (page.isPresent()) {
                send(exchange, new Answer(200, page.get().type(), page.get().content()));
            } else {
                send(exchange, notFound());
            }
        });
    }

    /**
     * Listens.
     *
     * @throws IOException when the address cannot be listened on
     */
    public static HttpPort open(InetSocketAddress address, Measurements measurements, ConsoleSettings console)
            throws IOException {
        HttpPort port = new HttpPort(BoundedHttp.listen(address), measurements, console);
        port.server.start();
        return port;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return server.getAddress();
    }

    private Answer alive() {
        NodeHealth health = NodeHealth.of(node.status(), Long.MAX_VALUE);
        return health.live()
                ? new Answer(200, TEXT, "alive\n")
                : new Answer(503, TEXT, "not alive: " + reasons(health) + "\n");
    }

    /** What is to be done, as this program's operators do it. */
    private String reasons(NodeHealth health) {
        NodeStatus status = node.status();
        Optional<String> libraries = status.advice();
        return health.reasons().stream()
                .map(reason -> libraries.filter(reason::equals).isPresent()
                        ? StatusJson.advice(status).orElse(reason)
                        : reason)
                .collect(Collectors.joining("; "));
    }

    private Answer ready() throws Exception {
        ByteBuffer query = OperationCodec.encode(List.of(new Operation.Count()));
        NodeHealth late = new NodeHealth(
                true, false, List.of("a read was not answered within " + READY_WITHIN.toMillis() + " ms"));
        NodeHealth health = NodeHealth.probe(node, query, MAX_AGE)
                .completeOnTimeout(late, READY_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .get();
        return health.ready()
                ? new Answer(200, TEXT, "ready\n")
                : new Answer(503, TEXT, "not ready: " + reasons(health) + "\n");
    }

    private Answer measured() {
        return new Answer(200, PROMETHEUS, measurements.scrape());
    }

    private static Answer notFound() {
        return new Answer(404, TEXT, "there are /healthz, /readyz, /metrics and the console at /\n");
    }

    private static void answer(HttpExchange exchange, String path, Page page) throws IOException {
        if (!exchange.getRequestURI().getPath().equals(path)) {
            send(exchange, notFound());
            return;
        }
        Answer answer;
        try {
            answer = page.get();
        } catch (Exception e) {
            answer = new Answer(500, TEXT, e + "\n");
        }
        send(exchange, answer);
    }

    private static Answer json(JsonObject json) {
        return new Answer(200, JSON, json.toString());
    }

    /** POST by the page itself, or by another node on its behalf. */
    private void act(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("POST")
                    || !exchange.getRequestURI().getPath().equals("/api/act")) {
                exchange.getResponseHeaders().set("Allow", "POST");
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            Optional<String> refusal = guard.refusal(exchange.getRequestHeaders());
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
            ConsoleActions.Answer answer;
            if (refusal.isPresent()) {
                answer = new ConsoleActions.Answer(403, "not done: " + refusal.get());
            } else if (body.length > MAX_BODY_BYTES) {
                answer = new ConsoleActions.Answer(413, "not done: more than " + MAX_BODY_BYTES + " bytes");
            } else {
                boolean passedOn = ConsoleGuard.PASSED_ON.equals(
                        exchange.getRequestHeaders().getFirst(ConsoleGuard.HEADER));
                answer = actions.carryOut(new String(body, StandardCharsets.UTF_8), passedOn);
            }
            JsonObject json = new JsonObject();
            json.addProperty("message", answer.message());
            write(exchange, new Answer(answer.status(), JSON, json.toString()));
        }
    }

    private static void send(HttpExchange exchange, Answer answer) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            write(exchange, answer);
        }
    }

    private static void write(HttpExchange exchange, Answer answer) throws IOException {
        byte[] body = answer.text().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", answer.type());
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        ConsolePages.HEADERS.forEach(exchange.getResponseHeaders()::set);
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(answer.status(), -1);
        } else {
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /** Answers nothing any more. */
    @Override
    public void close() {
        subscription.close();
        server.stop(0);
        threads.shutdownNow();
    }
}
