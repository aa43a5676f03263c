package io.pecanraft.examples.kv.chaos;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** The nodes as they say they are, asked every {@value #PERIOD_MILLIS} ms, however many look at the page. Thread-safe. */
final class ChaosView {

    private static final int PERIOD_MILLIS = 400;

    private final Nodes nodes;
    private final Links links;
    private final List<String> consoles;
    private final AtomicReferenceArray<Optional<JsonObject>> answers;

    ChaosView(Nodes nodes, Links links, List<String> consoles) {
        this.nodes = nodes;
        this.links = links;
        this.consoles = List.copyOf(consoles);
        this.answers = new AtomicReferenceArray<>(nodes.names().size());
        for (int i = 0; i < answers.length(); i++) {
            answers.set(i, Optional.empty());
        }
    }

    /** Asks from now on; one that does not answer holds up nobody else's question if there is a thread for each. */
    void start(ScheduledExecutorService threads) {
        for (int i = 0; i < answers.length(); i++) {
            int node = i;
            threads.scheduleWithFixedDelay(
                    () -> answers.set(
                            node, nodes.state(node) == Nodes.State.RUNNING ? nodes.ask(node) : Optional.empty()),
                    0,
                    PERIOD_MILLIS,
                    TimeUnit.MILLISECONDS);
        }
    }

    JsonArray json() {
        JsonArray array = new JsonArray();
        for (int i = 0; i < answers.length(); i++) {
            JsonObject json = new JsonObject();
            json.addProperty("node", nodes.names().get(i));
            json.addProperty("state", nodes.state(i).name().toLowerCase(Locale.ROOT));
            json.addProperty("cut", links.isCut(i));
            json.addProperty("console", consoles.get(i));
            if (nodes.state(i) == Nodes.State.RUNNING) {
                answers.get(i).ifPresent(answer -> json.add("status", answer));
            }
            array.add(json);
        }
        return array;
    }
}
