package io.pecanraft.testkit.swarm;

import io.pecanraft.RaftConfig;
import io.pecanraft.testkit.sim.DiskProfile;
import io.pecanraft.testkit.sim.NetworkProfile;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.schedule.FaultAtlas;
import io.pecanraft.testkit.swarm.schedule.Item;
import java.time.Duration;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * A whole story as data: everything but delays and losses is fixed here before the first event. {@link PlanText} writes and
 * reads it.
 *
 * @param seed from which the plan was drawn, and from which delays and losses will be
 * @param nodes how many servers
 * @param knobs their settings
 * @param network the network on an ordinary day
 * @param disk the disks on an ordinary day
 * @param maxDriftPpm how far the clocks may drift apart
 * @param fates what stays broken when the core of the cluster is healed; who is not named belongs to the core
 * @param damageToAll whether every server may lose what it had promised to keep, or only those outside the core
 * @param length when the faults end
 * @param items what happens, by time
 */
public record Plan(
        long seed,
        int nodes,
        Knobs knobs,
        NetworkProfile network,
        DiskProfile disk,
        long maxDriftPpm,
        SortedMap<Integer, Fate> fates,
        boolean damageToAll,
        Duration length,
        List<Item> items) {

    /** Copies the collections. */
    public Plan {
        fates = new TreeMap<>(fates);
        items = List.copyOf(items);
    }

    /** The plan of a seed. */
    public static Plan of(long seed) {
        // Seeds in a row must not share what is drawn first, hence a stream and not a remainder.
        return of(seed, (int) SimRandom.stream(seed, "shape").pick(3, 3, 3, 3, 3, 5, 5, 5, 1, 2, 4, 6, 7));
    }

    /** The plan of a seed for a cluster of a given size. */
    public static Plan of(long seed, int nodes) {
        Knobs knobs = Knobs.draw(seed);
        Duration electionTimeout = knobs.config().electionTimeout();
        SimRandom shape = SimRandom.stream(seed, "shape of " + nodes);
        Plan empty = new Plan(
                seed,
                nodes,
                knobs,
                network(SimRandom.stream(seed, "weather"), electionTimeout),
                disk(SimRandom.stream(seed, "disks")),
                shape.pick(0, 1_000, 100_000),
                fates(SimRandom.stream(seed, "fates"), nodes),
                shape.chance(0.1),
                electionTimeout.multipliedBy(shape.pick(20, 40, 60)),
                List.of());
        return empty.with(new Scheduling(empty).items());
    }

    /** The same with another schedule. */
    Plan with(List<Item> otherItems) {
        return new Plan(seed, nodes, knobs, network, disk, maxDriftPpm, fates, damageToAll, length, otherItems);
    }

    /** The same with other settings. */
    Plan with(Knobs otherKnobs) {
        return new Plan(seed, nodes, otherKnobs, network, disk, maxDriftPpm, fates, damageToAll, length, items);
    }

    /** The settings of all servers: the knobs, and as much allowance for clocks as these clocks need. */
    RaftConfig config() {
        // Two clocks may each be off by the most, in opposite directions.
        return knobs.config().toBuilder()
                .maxClockDriftPpm((int) (2 * maxDriftPpm))
                .build();
    }

    /** The settings of one server: where there are priorities each has its own. */
    RaftConfig configOf(int node, RaftConfig common) {
        return common.toBuilder().leaderPriority(common.leaderPriority() * node).build();
    }

    /** Whether some servers are to be preferred as leaders. */
    boolean hasPriorities() {
        return knobs.config().leaderPriority() > 0;
    }

    /** The same with other servers. */
    Plan with(int otherNodes, SortedMap<Integer, Fate> otherFates, List<Item> otherItems) {
        return new Plan(
                seed, otherNodes, knobs, network, disk, maxDriftPpm, otherFates, damageToAll, length, otherItems);
    }

    /** The servers that are healed first, and have to get on by themselves. */
    List<Integer> core() {
        return IntStream.range(0, nodes)
                .filter(node -> !fates.containsKey(node))
                .boxed()
                .toList();
    }

    /** Who may be damaged. */
    FaultAtlas atlas() {
        TreeSet<Integer> expendable = new TreeSet<>(fates.keySet());
        if (damageToAll) {
            IntStream.range(0, nodes).forEach(expendable::add);
        }
        return new FaultAtlas(nodes, expendable);
    }

    private static SortedMap<Integer, Fate> fates(SimRandom random, int nodes) {
        SortedMap<Integer, Fate> fates = new TreeMap<>();
        int spare = (nodes - 1) / 2;
        // Exactly a majority, all, and anything between.
        long broken = random.pick(0, spare, random.between(0, spare));
        while (fates.size() < broken) {
            int node = random.nextInt(nodes);
            Fate fate = Fate.ALL.get(random.nextInt(Fate.ALL.size()));
            fates.put(node, fate == Fate.PARTIAL && !Fate.allowsPartial(nodes) ? Fate.ISOLATED : fate);
        }
        return fates;
    }

    private static NetworkProfile network(SimRandom random, Duration electionTimeout) {
        boolean connections = random.chance(0.5);
        return new NetworkProfile(
                connections,
                random.pick(20_000, 100_000, 1_000_000),
                random.pick(20_000, 500_000, electionTimeout.toNanos() / 40),
                connections ? random.pick(0, 0, 1) / 1_000.0 : random.pick(0, 1, 5) / 100.0,
                connections ? 0 : random.pick(0, 1, 20) / 100.0,
                connections ? 0 : random.pick(0, 1, 20) / 100.0,
                random.pick(0, 10, 50) / 100.0);
    }

    private static DiskProfile disk(SimRandom random) {
        List<DiskProfile.PowerLoss> policies = List.of(DiskProfile.PowerLoss.values());
        return new DiskProfile(
                random.pick(10_000, 200_000, 2_000_000),
                random.pick(10_000, 500_000, 5_000_000),
                policies.get(random.nextInt(policies.size())));
    }
}
