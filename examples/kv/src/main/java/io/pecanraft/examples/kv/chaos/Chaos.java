package io.pecanraft.examples.kv.chaos;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import io.pecanraft.examples.kv.chaos.Faults.Impossible;
import io.pecanraft.examples.kv.http.AskedAction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Everything of {@code --chaos} but the processes: the page, the clients, the judge. Runs from {@link #open} to {@link #close}. */
public final class Chaos implements AutoCloseable {

    /** An answer to what was asked for: a status of HTTP and a sentence. */
    record Answer(int status, String message) {}

    private final Judge judge;
    private final Meter meter = new Meter(System::nanoTime);
    private final Healing healing;
    private final Story story = new Story(Clock.systemUTC());
    private final Faults faults;
    private final Surprise surprise;
    private final ChaosView view;
    private final Workload workload;
    private final ScheduledExecutorService timers;
    private final ChaosPort port;
    private final long seed;

    private Chaos(InetSocketAddress address, Nodes nodes, Links links, List<String> consoles, Path directory, long seed)
            throws IOException {
        // A name that no earlier run on the same data has used: its keys are still there.
        String run = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
        this.seed = seed;
        this.timers = Executors.newScheduledThreadPool(nodes.names().size() + 1, task -> {
            Thread thread = new Thread(task, "kv-chaos-timer");
            thread.setDaemon(true);
            return thread;
        });
        this.healing = new Healing(story, System::nanoTime);
        this.judge = new Judge(directory.resolve("chaos"), run, story);
        this.faults = new Faults(nodes, links, story, healing);
        this.surprise = new Surprise(faults, () -> nodes.names().size(), timers, seed);
        this.view = new ChaosView(nodes, links, consoles);
        this.workload = new Workload(nodes, judge, meter, healing, run, seed);
        this.port = ChaosPort.open(address, this::json, this::carryOut, judge::page);
    }

    /**
     * Opens the page, and begins to ask.
     *
     * @param address where the page is; loopback, for it has no password
     * @param consoles where the console of each node is
     * @param directory for pages of violations
     * @param seed what clients ask for, and what the surprises are
     * @throws IOException when the address cannot be listened on
     */
    public static Chaos open(
            InetSocketAddress address, Nodes nodes, Links links, List<String> consoles, Path directory, long seed)
            throws IOException {
        Chaos chaos = new Chaos(address, nodes, links, consoles, directory, seed);
        chaos.view.start(chaos.timers);
        chaos.workload.start();
        return chaos;
    }

    private JsonObject json() {
        JsonObject json = new JsonObject();
        json.addProperty("at", System.currentTimeMillis());
        json.add("nodes", view.json());
        json.add("clients", meter.json());
        json.add("verdict", judge.json());
        json.add("healing", healing.json());
        JsonObject chance = new JsonObject();
        chance.addProperty("on", surprise.isOn());
        chance.addProperty("seed", seed);
        json.add("surprise", chance);
        json.add("events", story.json());
        return json;
    }

    /** {@code {"action": "kill" | ... | "surprise" | "calm", "node": ...}}. */
    private Answer carryOut(String body) {
        try {
            AskedAction asked = AskedAction.parse(body);
            String action = asked.action();
            switch (action) {
                case "surprise" -> {
                    surprise.begin();
                    return new Answer(200, "from now on one node after another is broken, and mended");
                }
                case "calm" -> {
                    surprise.end();
                    return new Answer(200, "no more surprises");
                }
                default -> {
                    return new Answer(200, faults.carryOut(action, asked.text("node")));
                }
            }
        } catch (Impossible e) {
            return new Answer(409, "not done: " + e.getMessage());
        } catch (IllegalArgumentException | JsonParseException e) {
            return new Answer(400, "not done: " + e.getMessage());
        }
    }

    /** Breaks and asks nothing more. The nodes are left as they are. */
    @Override
    public void close() {
        port.close();
        workload.close();
        timers.shutdownNow();
    }
}
