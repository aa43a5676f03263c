package io.pecanraft.testkit.swarm;

import io.pecanraft.testkit.sim.DiskProfile;
import io.pecanraft.testkit.sim.NetworkProfile;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Item;
import io.pecanraft.testkit.swarm.schedule.Millis;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A plan as text, one thing a line: first what holds throughout, each line beginning with its name, then the schedule, each
 * line beginning with its time. Empty lines, and those that begin with {@code #}, say nothing.
 */
public final class PlanText {

    private PlanText() {}

    /** Writes a plan. */
    public static String write(Plan plan) {
        List<String> lines = new ArrayList<>();
        lines.add("seed " + plan.seed());
        lines.add("nodes " + plan.nodes());
        if (plan.spares() > 0) {
            lines.add("spares " + plan.spares());
        }
        lines.add("length " + Millis.format(plan.length()));
        lines.add("network " + arguments(plan.network()));
        lines.add("disk " + arguments(plan.disk()));
        lines.add("drift " + plan.maxDriftPpm());
        plan.fates().forEach((node, fate) -> lines.add("fate n" + (node + 1) + " " + fate));
        if (plan.damageToAll()) {
            lines.add("damage all");
        }
        plan.knobs().values().forEach((name, value) -> lines.add("knob " + name + " " + value));
        plan.items().forEach(item -> lines.add(item.toString()));
        return String.join("\n", lines) + "\n";
    }

    /**
     * Reads a plan.
     *
     * @throws IllegalArgumentException when a line is not understood, which the message quotes
     */
    public static Plan read(String text) {
        Reading reading = new Reading();
        for (String line : text.lines().toList()) {
            String stripped = line.strip();
            if (!stripped.isEmpty() && !stripped.startsWith("#")) {
                try {
                    reading.line(stripped);
                } catch (RuntimeException e) {
                    throw new IllegalArgumentException("not understood: \"" + line + "\": " + e.getMessage(), e);
                }
            }
        }
        return reading.plan();
    }

    private static Arguments arguments(NetworkProfile network) {
        return Arguments.none()
                .with("connections", Boolean.toString(network.connections()))
                .with("min", network.minDelayNanos())
                .with("extra", network.meanExtraDelayNanos())
                .with("loss", network.loss())
                .with("duplicate", network.duplicate())
                .with("replay", network.replay())
                .with("slice", network.slice());
    }

    private static Arguments arguments(DiskProfile disk) {
        return Arguments.none()
                .with("min", disk.minForceNanos())
                .with("extra", disk.meanExtraForceNanos())
                .with("powerLoss", disk.powerLoss().name());
    }

    private static final class Reading {

        private long seed;
        private int nodes = 3;
        private int spares;
        private Duration length = Duration.ZERO;
        private NetworkProfile network = NetworkProfile.LAN;
        private DiskProfile disk = DiskProfile.FAST;
        private long maxDriftPpm;
        private boolean damageToAll;
        private final SortedMap<Integer, Fate> fates = new TreeMap<>();
        private final SortedMap<String, Long> knobs = new TreeMap<>();
        private final List<Item> items = new ArrayList<>();

        void line(String line) {
            String[] words = line.split(" +", -1);
            switch (words[0]) {
                case "seed" -> seed = Long.parseLong(words[1]);
                case "nodes" -> nodes = Integer.parseInt(words[1]);
                case "spares" -> spares = Integer.parseInt(words[1]);
                case "length" -> length = Millis.parse(words[1]);
                case "network" -> network = network(Arguments.parse(line));
                case "disk" -> disk = disk(Arguments.parse(line));
                case "drift" -> maxDriftPpm = Long.parseLong(words[1]);
                case "fate" -> fates.put(Integer.parseInt(words[1].substring(1)) - 1, Fate.valueOf(words[2]));
                case "damage" -> damageToAll = words[1].equals("all");
                case "knob" -> knobs.put(words[1], Long.parseLong(words[2]));
                default -> {
                    Item item = Item.parse(line);
                    Families.named(item.kind());
                    items.add(item);
                }
            }
        }

        Plan plan() {
            return new Plan(
                    seed,
                    nodes,
                    spares,
                    new Knobs(knobs),
                    network,
                    disk,
                    maxDriftPpm,
                    fates,
                    damageToAll,
                    length,
                    items);
        }

        private static NetworkProfile network(Arguments arguments) {
            return new NetworkProfile(
                    Boolean.parseBoolean(arguments.word("connections")),
                    arguments.count("min"),
                    arguments.count("extra"),
                    arguments.fraction("loss"),
                    arguments.fraction("duplicate"),
                    arguments.fraction("replay"),
                    arguments.fraction("slice"));
        }

        private static DiskProfile disk(Arguments arguments) {
            return new DiskProfile(
                    arguments.count("min"),
                    arguments.count("extra"),
                    DiskProfile.PowerLoss.valueOf(arguments.word("powerLoss")));
        }
    }
}
