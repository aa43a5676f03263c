package io.pecanraft.examples.kv.http;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.pecanraft.examples.kv.store.StoreStatus.Announced;
import io.pecanraft.model.Member;
import io.pecanraft.model.Membership;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * All nodes at a glance: this one and what the others say over their HTTP ports, at the addresses that they have announced.
 *
 * <p>However many look at the page, the others are asked once in {@value #FRESH_MILLIS} ms, and nobody waits for their answers unless those
 * of the time before are older than {@value #STALE_MILLIS} ms. A node that does not answer within 0.9 s, or under whose address
 * another one does, is shown as unreachable.
 */
final class ClusterView {

    private static final int FRESH_MILLIS = 700;
    private static final int STALE_MILLIS = 3_000;
    private static final Duration TIMEOUT = Duration.ofMillis(900);
    private static final int MAX_ANSWER_BYTES = 1 << 20;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final ConsoleSettings settings;
    private final Supplier<JsonObject> own;
    private final LongSupplier nanoTime;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private CompletableFuture<List<JsonObject>> asking = CompletableFuture.completedFuture(List.of());
    private volatile List<JsonObject> nodes = List.of();
    private volatile long knownAtNanos;
    private boolean asked;
    private long askedAtNanos;

    ClusterView(ConsoleSettings settings, Supplier<JsonObject> own, LongSupplier nanoTime) {
        this.settings = settings;
        this.own = own;
        this.nanoTime = nanoTime;
    }

    JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("self", settings.id().value());
        json.addProperty("at", System.currentTimeMillis());
        JsonArray array = new JsonArray();
        nodes().forEach(array::add);
        json.add("nodes", array);
        return json;
    }

    private List<JsonObject> nodes() {
        List<JsonObject> known = nodes;
        boolean stale = known.isEmpty() || nanoTime.getAsLong() - knownAtNanos > STALE_MILLIS * NANOS_PER_MILLI;
        CompletableFuture<List<JsonObject>> answers = askAgainIfOld();
        // Waits without the lock: whoever brings the answers must get past it.
        return stale ? answers.join() : known;
    }

    private synchronized CompletableFuture<List<JsonObject>> askAgainIfOld() {
        boolean old = !asked || nanoTime.getAsLong() - askedAtNanos > FRESH_MILLIS * NANOS_PER_MILLI;
        if (asking.isDone() && old) {
            asked = true;
            askedAtNanos = nanoTime.getAsLong();
            asking = askAll().thenApply(answers -> {
                knownAtNanos = nanoTime.getAsLong();
                nodes = answers;
                return answers;
            });
        }
        return asking;
    }

    /** This node first; it is looked at when the others are asked, so that all are shown as they were at one time. */
    private CompletableFuture<List<JsonObject>> askAll() {
        List<CompletableFuture<JsonObject>> answers = new ArrayList<>();
        answers.add(CompletableFuture.completedFuture(entry(settings.id().value(), "", own.get())));
        for (Member member :
                settings.node().status().membership().map(Membership::members).orElse(List.of())) {
            if (!member.node().equals(settings.id())) {
                answers.add(ask(member.node().value()));
            }
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(all -> answers.stream().map(CompletableFuture::join).toList());
    }

    private CompletableFuture<JsonObject> ask(String name) {
        Announced announced = settings.store().get().servers().get(name);
        if (announced == null || announced.http().isEmpty()) {
            return CompletableFuture.completedFuture(
                    unreachable(name, "", "it has not said where its HTTP port is (--http-port)"));
        }
        String address = announced.http();
        HttpRequest request;
        try {
            request = HttpRequest.newBuilder(URI.create("http://" + address + "/api/node"))
                    .timeout(TIMEOUT)
                    .build();
        } catch (IllegalArgumentException e) {
            return CompletableFuture.completedFuture(unreachable(name, address, String.valueOf(e.getMessage())));
        }
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                .thenApply(response -> understand(name, address, response))
                .orTimeout(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(failure -> unreachable(name, address, "no answer from http://" + address));
    }

    private static JsonObject understand(String name, String address, HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            String text = new String(body.readNBytes(MAX_ANSWER_BYTES), StandardCharsets.UTF_8);
            JsonElement json = JsonParser.parseString(text);
            if (response.statusCode() != 200 || !json.isJsonObject()) {
                return unreachable(name, address, "http://" + address + " answered " + response.statusCode());
            }
            JsonElement who = json.getAsJsonObject().get("node");
            return who != null && who.isJsonPrimitive() && who.getAsString().equals(name)
                    ? entry(name, address, json.getAsJsonObject())
                    : unreachable(name, address, "http://" + address + " is another node");
        } catch (IOException | JsonParseException e) {
            return unreachable(name, address, "http://" + address + " answered what is not understood");
        }
    }

    private static JsonObject entry(String name, String address, JsonObject status) {
        JsonObject json = new JsonObject();
        json.addProperty("node", name);
        json.addProperty("http", address);
        json.add("status", status);
        return json;
    }

    private static JsonObject unreachable(String name, String address, String error) {
        JsonObject json = new JsonObject();
        json.addProperty("node", name);
        json.addProperty("http", address);
        json.addProperty("error", error);
        return json;
    }
}
