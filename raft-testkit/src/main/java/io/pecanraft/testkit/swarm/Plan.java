package io.pecanraft.testkit.swarm;

import io.pecanraft.RaftConfig;
import io.pecanraft.testkit.sim.DiskProfile;
import io.pecanraft.testkit.sim.NetworkProfile;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.schedule.FaultAtlas;
import io.pecanraft.testkit.swarm.schedule.Item;
import java.time.Duration;
import java.util.List;
import java.util.Set;
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
 * @param spares how many of them, the last ones, do not found the cluster but wait to be added; where there are any, an operator changes
 *     the membership, and the fates are drawn when the faults end, among those who are members then
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
        int spares,
        Knobs knobs,
        NetworkProfile network,
        DiskProfile disk,
        long maxDriftPpm,
        SortedMap<Integer, Fate> fates,
        boolean damageToAll,
        Duration length,
        List<Item> items) {

    /** How many seeds have nothing uneven but the faults. */
    private static final double STEADY = 0.1;

    /** Checks who there is, and copies the collections. */
    public Plan {
        if (spares < 0 || spares >= nodes) {
            throw new IllegalArgumentException(
                    "of " + nodes + " servers, 0 to " + (nodes - 1) + " may be spares, got " + spares);
        }
        if (spares > 0 && (damageToAll || !fates.isEmpty())) {
            throw new IllegalArgumentException("with spares there are no fates, and no damage to all");
        }
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
        return of(seed, nodes, 0);
    }

    /** The plan of a seed in which servers come and go besides. */
    public static Plan withChurn(long seed) {
        SimRandom churn = SimRandom.stream(seed, "churn");
        int founders = (int) churn.pick(3, 3, 3, 3, 1, 2, 4);
        int spares = (int) churn.pick(2, 2, 3);
        return of(seed, founders + spares, spares);
    }

    private static Plan of(long seed, int nodes, int spares) {
        Knobs knobs = Knobs.draw(seed);
        Duration electionTimeout = knobs.config().electionTimeout();
        SimRandom shape = SimRandom.stream(seed, "shape of " + nodes);
        Plan empty = new Plan(
                seed,
                nodes,
                spares,
                knobs,
                network(SimRandom.stream(seed, "weather"), electionTimeout),
                disk(SimRandom.stream(seed, "disks")),
                shape.pick(0, 1_000, 200_000),
                spares > 0 ? new TreeMap<>() : fates(SimRandom.stream(seed, "fates"), nodes),
                shape.chance(0.1) && spares == 0,
                electionTimeout.multipliedBy(shape.pick(20, 40, 60)),
                List.of());
        Plan weathered = spares == 0 && SimRandom.stream(seed, "steady").chance(STEADY) ? empty.steady() : empty;
        return weathered.with(new Scheduling(weathered).items());
    }

    /**
     * The same with flushes that all take one time, messages that all take another, much longer one, and clocks that agree: where
     * everything happens to all servers at once, only chance of their own makes one of them the first (§5.2).
     */
    private Plan steady() {
        NetworkProfile evenNetwork = new NetworkProfile(
                network.connections(), knobs.config().electionTimeout().toNanos() / 8, 0, 0, 0, 0, network.slice());
        DiskProfile evenDisk = new DiskProfile(disk.minForceNanos(), 0, disk.powerLoss());
        return new Plan(seed, nodes, spares, knobs, evenNetwork, evenDisk, 0, fates, damageToAll, length, items);
    }

    /** The same with another schedule. */
    Plan with(List<Item> otherItems) {
        return new Plan(seed, nodes, spares, knobs, network, disk, maxDriftPpm, fates, damageToAll, length, otherItems);
    }

    /** The same with other settings. */
    Plan with(Knobs otherKnobs) {
        return new Plan(seed, nodes, spares, otherKnobs, network, disk, maxDriftPpm, fates, damageToAll, length, items);
    }

    /** The same without what happens at this time or later. */
    Plan endingAt(Duration otherLength) {
        List<Item> earlier = items.stream()
                .filter(item -> item.at().compareTo(otherLength) < 0)
                .toList();
        return new Plan(
                seed, nodes, spares, knobs, network, disk, maxDriftPpm, fates, damageToAll, otherLength, earlier);
    }

    /** The same with other delays and losses. */
    Plan withSeed(long otherSeed) {
        return new Plan(otherSeed, nodes, spares, knobs, network, disk, maxDriftPpm, fates, damageToAll, length, items);
    }

    /** The same with other fates. */
    Plan with(SortedMap<Integer, Fate> otherFates) {
        return new Plan(seed, nodes, spares, knobs, network, disk, maxDriftPpm, otherFates, damageToAll, length, items);
    }

    /** Those who found the cluster: the first ones. */
    int founders() {
        return nodes - spares;
    }

    /** Whether an operator changes the membership. */
    boolean churns() {
        return spares > 0;
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

    /** The same without the last server, which nothing may name any more, and with so many spares. */
    Plan withoutLast(int otherSpares) {
        int gone = nodes - 1;
        SortedMap<Integer, Fate> fewer = new TreeMap<>(fates);
        fewer.remove(gone);
        List<Item> others = items.stream().filter(item -> !item.names(gone)).toList();
        return new Plan(seed, gone, otherSpares, knobs, network, disk, maxDriftPpm, fewer, damageToAll, length, others);
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
        if (churns()) {
            // The operator takes disks away, one at a time.
            return new FaultAtlas(nodes, Set.of());
        }
        TreeSet<Integer> expendable = new TreeSet<>(fates.keySet());
        if (damageToAll) {
            IntStream.range(0, nodes).forEach(expendable::add);
        }
        return new FaultAtlas(nodes, expendable);
    }

    /** What is to stay broken of so many servers: a minority, perhaps none. */
    static SortedMap<Integer, Fate> fates(SimRandom random, int nodes) {
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
