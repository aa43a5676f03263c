package io.pecanraft.examples.kv.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verdict, over nodes that can be made to lie: clients, windows, judge and page as they are, without processes. */
class ChaosTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private final LyingNodes nodes = new LyingNodes();
    private final Links links = new Links(List.of());
    private final HttpClient http = HttpClient.newHttpClient();
    private Chaos chaos;
    private int port;

    @BeforeEach
    void open() throws IOException {
        try (ServerSocket unused = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = unused.getLocalPort();
        }
        chaos = Chaos.open(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                nodes,
                links,
                List.of("", "", ""),
                directory,
                7);
    }

    @AfterEach
    void close() {
        chaos.close();
        links.close();
        assertThat(Thread.getAllStackTraces().keySet())
                .as("whoever might still write a page")
                .noneMatch(thread -> thread.getName().startsWith("kv-chaos-client"));
    }

    @Test
    void aServerThatForgetsAcknowledgedWritesIsFoundAndDrawn() throws Exception {
        await().atMost(PATIENCE).until(() -> verdict("windows") >= 2);
        assertThat(verdict("violations")).isZero();
        assertThat(verdict("operations")).isPositive();

        nodes.forgets.set(true);
        await().atMost(PATIENCE).until(() -> verdict("violations") >= 1);
        JsonObject verdict = status().getAsJsonObject("verdict");
        assertThat(verdict.get("lastViolation").getAsString()).startsWith("not linearizable, key chaos:");
        String page = verdict.getAsJsonArray("pages").get(0).getAsString();
        assertThat(directory.resolve("chaos").resolve(page)).exists();
        HttpResponse<String> drawn = get("/history/" + page);
        assertThat(drawn.statusCode()).isEqualTo(200);
        assertThat(drawn.body()).contains("Not linearizable: chaos");
        assertThat(get("/history/..%2f" + page).statusCode()).isEqualTo(404);
    }

    @Test
    void whatIsNotAnsweredIsUnknownAndNoViolation() throws Exception {
        nodes.silent.set(true);
        await().atMost(PATIENCE).until(() -> verdict("windows") >= 2);
        JsonObject clients = status().getAsJsonObject("clients");
        assertThat(clients.get("acknowledged").getAsLong()).isZero();
        assertThat(clients.get("unknown").getAsLong()).isPositive();
        assertThat(clients.get("lastUnknown").getAsString()).isEqualTo("no answer in time");
        assertThat(verdict("violations")).isZero();
    }

    @Test
    void aWriteOfUnknownOutcomeMayTakeEffectAfterItsWindow() throws Exception {
        nodes.late.set(true);
        await().atMost(PATIENCE).until(() -> verdict("windows") >= 4);
        assertThat(status().getAsJsonObject("clients").get("unknown").getAsLong())
                .isPositive();
        assertThat(verdict("operations")).isPositive();
        assertThat(status().getAsJsonObject("verdict").get("lastViolation").getAsString())
                .isEmpty();
    }

    @Test
    void onlyThePageItselfBreaksAnything() throws Exception {
        String pause = "{\"action\":\"pause\",\"node\":\"n2\"}";
        assertThat(post(pause, "X-PecanRaft-Console", "page")).isEqualTo("409 not done: there is no SIGSTOP here");
        assertThat(post(pause, "X-Other", "page")).startsWith("403 not done");
        assertThat(post(pause, "X-PecanRaft-Console", "page", "Origin", "http://evil.example"))
                .isEqualTo("403 not done: it comes from another page");
        assertThat(post("x".repeat(2_000), "X-PecanRaft-Console", "page")).startsWith("413 not done");
        assertThat(get("/api/act").statusCode()).isEqualTo(405);
    }

    private long verdict(String field) throws Exception {
        return status().getAsJsonObject("verdict").get(field).getAsLong();
    }

    private JsonObject status() throws Exception {
        return JsonParser.parseString(get("/api/chaos").body()).getAsJsonObject();
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    private String post(String body, String... headers) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(uri("/api/act"))
                        .headers(headers)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " "
                + JsonParser.parseString(answer.body())
                        .getAsJsonObject()
                        .get("message")
                        .getAsString();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
