package io.pecanraft.examples.kv;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.pecanraft.NodeStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one node says about itself, or that it does not answer.
 *
 * @param node its name; when it does not answer, the name that it is expected to have
 * @param address where it was asked
 * @param json what it said; without an answer, the same fields as nulls
 * @param silence why there is no answer; empty when there is one
 */
record NodeReport(String node, HostPort address, JsonObject json, Optional<Silence> silence) {

    private static final String[] NUMBERS = {
        "term", "commitIndex", "appliedIndex", "lastIndex", "applicationVersion", "pid"
    };

    private static final Set<String> BEFORE_IT_RUNS =
            Set.of(NodeStatus.State.NEW.name(), NodeStatus.State.RECOVERING.name());

    static NodeReport ask(String expectedName, HostPort address, RespAccess access, Duration timeout) {
        try {
            long before = System.currentTimeMillis();
            String answer = RespClient.ask(address, access, timeout, "RAFT", "STATUS", "JSON");
            JsonObject json = JsonParser.parseString(answer).getAsJsonObject();
            json.addProperty("address", address.toString());
            JsonElement clock = json.get("clockMillis");
            if (clock != null) { // servers of earlier versions do not say it
                long halfway = before + (System.currentTimeMillis() - before) / 2;
                json.addProperty("clockAheadMillis", clock.getAsLong() - halfway);
            }
            return new NodeReport(json.get("node").getAsString(), address, json, Optional.empty());
        } catch (IOException | JsonParseException | IllegalStateException e) {
            return silent(expectedName, address, Silence.of(e, access));
        }
    }

    private static NodeReport silent(String node, HostPort address, Silence silence) {
        JsonObject json = new JsonObject();
        json.addProperty("node", node);
        json.addProperty("role", silence.refused() ? "REFUSED" : "UNREACHABLE");
        json.add("leader", JsonNull.INSTANCE);
        for (String number : NUMBERS) {
            json.add(number, JsonNull.INSTANCE);
        }
        json.add("followers", new JsonArray());
        json.addProperty("address", address.toString());
        json.addProperty("error", silence.why());
        return new NodeReport(node, address, json, Optional.of(silence));
    }

    boolean reachable() {
        return silence.isEmpty();
    }

    /** Whether it has not said its name, and nobody knows it: it was asked by an address alone. */
    boolean nameless() {
        return !reachable() && node.equals(address.toString());
    }

    /** Whether it has not said how it is, and may be well nevertheless: it was perhaps not asked as it wants to be. */
    boolean unheard() {
        return silence.isPresent() && !silence.get().complete();
    }

    boolean isLeader() {
        return role().equals("LEADER");
    }

    /** Who leads by the latest term: one of an earlier term is about to learn that it does not. */
    static Optional<NodeReport> leader(List<NodeReport> reports) {
        return reports.stream()
                .filter(NodeReport::isLeader)
                .max(Comparator.comparingLong(report -> report.number("term")));
    }

    /** Who leads and is not among those that were asked, as followers say; empty where nobody says so. */
    static Optional<String> leaderElsewhere(List<NodeReport> reports) {
        Set<String> asked = reports.stream().map(NodeReport::node).collect(Collectors.toSet());
        return reports.stream()
                .filter(report -> report.reachable() && report.role().equals("FOLLOWER"))
                .map(report -> report.text("leader"))
                .filter(leader -> !leader.equals("-") && !asked.contains(leader))
                .findFirst();
    }

    /** Whether it reads its log and snapshot still: it answers, and takes no part yet. */
    boolean starting() {
        return BEFORE_IT_RUNS.contains(text("state"));
    }

    /** What it is, in a word: its role; while it does not take part, why not. */
    String roleOrState() {
        if (silence.isPresent()) {
            return silence.get().refused() ? "refused" : "unreachable";
        }
        return has("state") && !text("state").equals(NodeStatus.State.RUNNING.name()) ? text("state") : role();
    }

    String role() {
        return text("role");
    }

    /** Whether the node said this at all. */
    boolean has(String field) {
        JsonElement value = json.get(field);
        return value != null && !value.isJsonNull();
    }

    /** A field for people; "-" when it is absent. */
    String text(String field) {
        JsonElement value = json.get(field);
        return value == null || value.isJsonNull() ? "-" : value.getAsString();
    }

    /** How far each follower is behind, as this leader sees it: "n2:0 n3:17". */
    String lag() {
        StringBuilder lag = new StringBuilder();
        for (JsonElement element : json.getAsJsonArray("followers")) {
            JsonObject follower = element.getAsJsonObject();
            lag.append(lag.isEmpty() ? "" : " ")
                    .append(follower.get("node").getAsString())
                    .append(':')
                    .append(follower.get("lagEntries").getAsLong());
        }
        return lag.isEmpty() ? "-" : lag.toString();
    }

    /** A number; 0 when it is absent. */
    long number(String field) {
        JsonElement value = json.get(field);
        return value == null || value.isJsonNull() ? 0 : value.getAsLong();
    }

    /** Whether it says that this is so. */
    boolean flag(String field) {
        return has(field) && json.get(field).getAsBoolean();
    }

    /** What a list of objects says about each, such as {@code followers}; empty when it is absent. */
    List<JsonObject> list(String field) {
        JsonElement value = json.get(field);
        List<JsonObject> list = new ArrayList<>();
        if (value != null && value.isJsonArray()) {
            value.getAsJsonArray().forEach(element -> list.add(element.getAsJsonObject()));
        }
        return list;
    }

    /** An object; empty when it is absent. */
    Optional<JsonObject> object(String field) {
        JsonElement value = json.get(field);
        return value == null || !value.isJsonObject() ? Optional.empty() : Optional.of(value.getAsJsonObject());
    }

    /** A list of sentences; empty when it is absent. */
    List<String> texts(String field) {
        JsonElement value = json.get(field);
        return value == null || !value.isJsonArray()
                ? List.of()
                : value.getAsJsonArray().asList().stream()
                        .map(JsonElement::getAsString)
                        .toList();
    }

    /** Whom a forming node has not heard of; empty when it is not forming. */
    String missing() {
        return String.join(", ", texts("missing"));
    }
}
