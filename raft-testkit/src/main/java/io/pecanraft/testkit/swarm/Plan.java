package io.pecanraft.testkit.swarm;

import io.pecanraft.RaftConfig;
import io.pecanraft.testkit.sim.DiskProfile;
import io.pecanraft.testkit.sim.NetworkProfile;
import io.pecanraft.testkit.sim.SimRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A whole story as data: everything but delays and losses is fixed here before the first event.
 *
 * @param seed from which the plan was drawn, and from which delays and losses will be
 * @param nodes how many servers
 * @param config their settings
 * @param network the network on an ordinary day
 * @param disk the disks on an ordinary day
 * @param maxDriftPpm how far the clocks may drift apart
 * @param families which faults there may be, for the record
 * @param faults what goes wrong, by time
 * @param calls what clients do, by time
 * @param length when everything is healed
 */
public record Plan(
        long seed,
        int nodes,
        RaftConfig config,
        NetworkProfile network,
        DiskProfile disk,
        long maxDriftPpm,
        List<String> families,
        List<Timed<Fault>> faults,
        List<Timed<Call>> calls,
        Duration length) {

    private static final int REGISTERS = 4;

    /** Something at a time. */
    public record Timed<T>(Duration at, T what) {}

    /** The plan of a seed. */
    public static Plan of(long seed) {
        SimRandom shape = SimRandom.stream(seed, "shape");
        // Seeds in a row must not share what is drawn first, hence a stream and not a remainder.
        int nodes = (int) shape.pick(3, 3, 3, 5, 5);
        return of(seed, nodes);
    }

    /** The plan of a seed for a cluster of a given size. */
    public static Plan of(long seed, int nodes) {
        SimRandom knobs = SimRandom.stream(seed, "knobs");
        RaftConfig config = Knobs.draw(knobs);
        Duration electionTimeout = config.electionTimeout();
        Duration length = electionTimeout.multipliedBy(knobs.pick(20, 40, 60));
        List<FaultFamily> families = families(SimRandom.stream(seed, "families"), nodes);
        return new Plan(
                seed,
                nodes,
                config,
                network(SimRandom.stream(seed, "weather"), electionTimeout),
                disk(SimRandom.stream(seed, "disks")),
                knobs.pick(0, 1_000, 100_000),
                families.stream().map(Enum::name).toList(),
                faults(SimRandom.stream(seed, "faults"), families, nodes, electionTimeout, length),
                calls(SimRandom.stream(seed, "workload"), nodes, electionTimeout, length),
                length);
    }

    private static List<FaultFamily> families(SimRandom random, int nodes) {
        List<FaultFamily> families = new ArrayList<>();
        for (FaultFamily family : FaultFamily.values()) {
            boolean possible = nodes > 1 || family == FaultFamily.PROCESS_CRASH || family == FaultFamily.POWER_LOSS;
            if (random.chance(0.4) && possible) {
                families.add(family);
            }
        }
        return families;
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

    private static List<Timed<Fault>> faults(
            SimRandom random, List<FaultFamily> families, int nodes, Duration electionTimeout, Duration length) {
        List<Timed<Fault>> faults = new ArrayList<>();
        if (families.isEmpty()) {
            return faults;
        }
        long meanGap = electionTimeout.toNanos() * random.pick(1, 3, 6);
        // The first may fall into the formation of the cluster, or after it.
        long at = random.delay(0, electionTimeout.toNanos() * random.pick(0, 2, 5));
        while (at < length.toNanos()) {
            FaultFamily family = families.get(random.nextInt(families.size()));
            faults.add(new Timed<>(Duration.ofNanos(at), family.draw(random, nodes, electionTimeout)));
            at += random.delay(0, meanGap);
        }
        return List.copyOf(faults);
    }

    private static List<Timed<Call>> calls(SimRandom random, int nodes, Duration electionTimeout, Duration length) {
        List<Timed<Call>> calls = new ArrayList<>();
        long meanGap = electionTimeout.toNanos() / random.pick(2, 10, 30);
        double reads = random.between(0, 60) / 100.0;
        double snapshots = random.pick(0, 1, 5) / 100.0;
        int padding = (int) random.pick(0, 20, 100);
        int burst = (int) random.pick(1, 1, 8);
        long value = 0;
        for (long at = 0; at < length.toNanos(); at += random.delay(0, meanGap * burst)) {
            for (int i = 0; i < burst; i++) {
                int node = random.nextInt(nodes);
                int key = random.nextInt(REGISTERS);
                Call call;
                if (random.chance(snapshots)) {
                    call = new Call.Snapshot(node);
                } else if (random.chance(reads)) {
                    call = new Call.Read(node, key);
                } else {
                    List<RegisterCommand.Kind> kinds = List.of(RegisterCommand.Kind.values());
                    call = new Call.Write(
                            node, new RegisterCommand(kinds.get(random.nextInt(kinds.size())), key, ++value, padding));
                }
                calls.add(new Timed<>(Duration.ofNanos(at), call));
            }
        }
        calls.sort(Comparator.comparing(Timed::at));
        return List.copyOf(calls);
    }

    /** The plan in a few lines, for a failure. */
    public String describe() {
        return nodes + " nodes, " + length.toMillis() + " ms, " + calls.size() + " calls, " + faults.size()
                + " faults of " + families + "\n" + network + "\n" + disk + "\n" + Knobs.describe(config);
    }
}
