package io.pecanraft.examples.kv;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A real Chromium without a window, with one page, told what to do over its DevTools protocol. */
final class Browser implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final HttpClient http = HttpClient.newHttpClient();
    private final WebSocket socket;
    private final AtomicInteger ids = new AtomicInteger();
    private final Map<Integer, CompletableFuture<JsonObject>> calls = new ConcurrentHashMap<>();
    private final Queue<String> complaints = new ConcurrentLinkedQueue<>();

    /** The browser of this machine; empty without one. */
    static Optional<Path> installed() {
        return InstalledProgram.find("chromium", "chromium-browser", "google-chrome");
    }

    Browser(Path program, Path profile) throws IOException, InterruptedException {
        process = new ProcessBuilder(
                        program.toString(),
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--hide-scrollbars",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--remote-debugging-port=0",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Path port = profile.resolve("DevToolsActivePort");
        org.awaitility.Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> Files.exists(port) && Files.readAllLines(port).size() >= 2);
        String address = "127.0.0.1:" + Files.readAllLines(port).get(0);
        HttpResponse<String> page = http.send(
                HttpRequest.newBuilder(URI.create("http://" + address + "/json/new?about:blank"))
                        .PUT(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        String url = JsonParser.parseString(page.body())
                .getAsJsonObject()
                .get("webSocketDebuggerUrl")
                .getAsString();
        socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(url), new Listener())
                .join();
        for (String domain : List.of("Page", "Runtime", "Log")) {
            call(domain + ".enable", new JsonObject());
        }
    }

    /** What the page's console, its exceptions and the browser's own log complained of: also what the content policy forbade. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    void open(String url) {
        JsonObject where = new JsonObject();
        where.addProperty("url", url);
        call("Page.navigate", where);
    }

    void size(int width, int height) {
        JsonObject metrics = new JsonObject();
        metrics.addProperty("width", width);
        metrics.addProperty("height", height);
        metrics.addProperty("deviceScaleFactor", 1);
        metrics.addProperty("mobile", width < 600);
        call("Emulation.setDeviceMetricsOverride", metrics);
    }

    void dark(boolean dark) {
        call(
                "Emulation.setEmulatedMedia",
                JsonParser.parseString("{\"features\":[{\"name\":\"prefers-color-scheme\",\"value\":\""
                                + (dark ? "dark" : "light") + "\"}]}")
                        .getAsJsonObject());
    }

    /** The value of an expression in the page, as text; promises are waited for. */
    String evaluate(String expression) {
        JsonObject asked = new JsonObject();
        asked.addProperty("expression", expression);
        asked.addProperty("awaitPromise", true);
        asked.addProperty("returnByValue", true);
        JsonObject answer = call("Runtime.evaluate", asked);
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(expression + ": " + answer.get("exceptionDetails"));
        }
        JsonElement value = answer.getAsJsonObject("result").get("value");
        return value == null || value.isJsonNull() ? "" : value.getAsString();
    }

    /** What a screen reader finds of this role, by name, from the top of the page. */
    List<String> accessible(String role) {
        List<String> names = new ArrayList<>();
        for (JsonElement each :
                call("Accessibility.getFullAXTree", new JsonObject()).getAsJsonArray("nodes")) {
            JsonObject node = each.getAsJsonObject();
            if (!node.get("ignored").getAsBoolean() && valueOf(node, "role").equals(role)) {
                names.add(valueOf(node, "name"));
            }
        }
        return names;
    }

    private static String valueOf(JsonObject node, String property) {
        JsonObject value = node.getAsJsonObject(property);
        return value == null ? "" : value.get("value").getAsString();
    }

    /** Presses a key, as a person at the keyboard: "Tab", "Enter", "Escape", "ArrowLeft" and the like. */
    void press(String key) {
        Map<String, Integer> codes =
                Map.of("Tab", 9, "Enter", 13, "Escape", 27, "End", 35, "Home", 36, "ArrowLeft", 37, "ArrowRight", 39);
        for (String type : List.of("keyDown", "keyUp")) {
            JsonObject event = new JsonObject();
            event.addProperty("type", type);
            event.addProperty("key", key);
            event.addProperty("code", key);
            event.addProperty("windowsVirtualKeyCode", codes.get(key));
            if (key.equals("Enter") && type.equals("keyDown")) {
                event.addProperty("text", "\r");
            }
            call("Input.dispatchKeyEvent", event);
        }
    }

    void picture(Path file) throws IOException {
        JsonObject asked = new JsonObject();
        asked.addProperty("captureBeyondViewport", true);
        asked.addProperty("format", "png");
        JsonObject size = call("Page.getLayoutMetrics", new JsonObject()).getAsJsonObject("cssContentSize");
        JsonObject clip = size.deepCopy();
        clip.addProperty("scale", 1);
        asked.add("clip", clip);
        String data = call("Page.captureScreenshot", asked).get("data").getAsString();
        Files.createDirectories(file.getParent());
        Files.write(file, Base64.getDecoder().decode(data));
    }

    private JsonObject call(String method, JsonObject parameters) {
        int id = ids.incrementAndGet();
        CompletableFuture<JsonObject> answer = new CompletableFuture<>();
        calls.put(id, answer);
        JsonObject message = new JsonObject();
        message.addProperty("id", id);
        message.addProperty("method", method);
        message.add("params", parameters);
        socket.sendText(message.toString(), true).join();
        return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    private void received(JsonObject message) {
        if (message.has("id")) {
            CompletableFuture<JsonObject> call = calls.remove(message.get("id").getAsInt());
            if (message.has("error")) {
                call.completeExceptionally(new AssertionError(message.get("error")));
            } else {
                call.complete(message.getAsJsonObject("result"));
            }
            return;
        }
        String event = message.get("method").getAsString();
        boolean error = event.equals("Runtime.exceptionThrown")
                || event.equals("Log.entryAdded") && message.toString().contains("\"level\":\"error\"")
                || event.equals("Runtime.consoleAPICalled")
                        && message.toString().contains("\"type\":\"error\"");
        if (error) {
            complaints.add(message.toString());
        }
    }

    @Override
    public void close() {
        socket.abort();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private final class Listener implements WebSocket.Listener {

        private final StringBuilder text = new StringBuilder();

        @Override
        public CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                received(JsonParser.parseString(text.toString()).getAsJsonObject());
                text.setLength(0);
            }
            from.request(1);
            return CompletableFuture.completedStage(null);
        }
    }
}
