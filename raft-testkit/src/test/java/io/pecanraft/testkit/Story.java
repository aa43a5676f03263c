package io.pecanraft.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.swarm.MembershipSimulationTest;
import io.pecanraft.testkit.swarm.OtherSizesTest;
import io.pecanraft.testkit.swarm.Outcome;
import io.pecanraft.testkit.swarm.Plan;
import io.pecanraft.testkit.swarm.Simulation;
import io.pecanraft.testkit.swarm.SimulationTest;
import io.pecanraft.testkit.swarm.TraceHashes;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/** Every kind of random simulation that the build runs: what a seed means, and that it means the same in another JVM. */
public enum Story {
    SWARM(SimulationTest.class),
    CHURN(MembershipSimulationTest.class),
    ONE_SERVER(OtherSizesTest.class),
    TWO_SERVERS(OtherSizesTest.class),
    FOUR_SERVERS(OtherSizesTest.class),
    SIX_SERVERS(OtherSizesTest.class),
    SEVEN_SERVERS(OtherSizesTest.class),
    UPGRADE(RollingUpgradeSimulationTest.class),
    OVERLOAD(OverloadSimulationTest.class),
    GROUPS(OneGroupFailsSimulationTest.class),
    ROLL_BACK(RollbackSimulationTest.class);

    private final Class<?> test;

    Story(Class<?> test) {
        this.test = test;
    }

    /** Runs one seed. */
    public Outcome run(long seed) {
        String replay = Seeds.replay(test, seed);
        return switch (this) {
            case SWARM -> Simulation.run(Plan.of(seed), replay);
            case CHURN -> Simulation.run(Plan.withChurn(seed), replay);
            case ONE_SERVER -> Simulation.run(Plan.of(seed, 1), replay);
            case TWO_SERVERS -> Simulation.run(Plan.of(seed, 2), replay);
            case FOUR_SERVERS -> Simulation.run(Plan.of(seed, 4), replay);
            case SIX_SERVERS -> Simulation.run(Plan.of(seed, 6), replay);
            case SEVEN_SERVERS -> Simulation.run(Plan.of(seed, 7), replay);
            case UPGRADE -> RollingUpgrade.run(seed, replay);
            case OVERLOAD -> Overload.run(seed, replay);
            case GROUPS -> OneGroupFails.run(seed, replay);
            case ROLL_BACK -> RollBack.run(seed, replay);
        };
    }

    /** The other JVM: the name of a story, the first seed, and how many. */
    public static void main(String[] arguments) {
        Story story = valueOf(arguments[0]);
        long first = Long.parseLong(arguments[1]);
        TraceHashes.print(story.hashes(first, Integer.parseInt(arguments[2])));
    }

    /** The hashes of so many seeds, here. */
    public Map<Long, Long> hashes(long first, int count) {
        return TraceHashes.of(
                LongStream.range(first, first + count).mapToObj(this::run).toList());
    }

    /** A JVM of this JDK or another that runs seeds. */
    public Process start(Path javaHome, long first, int count) throws IOException {
        return TraceHashes.start(javaHome, Story.class, name(), Long.toString(first), Integer.toString(count));
    }

    /** The same of this JDK. */
    public Process start(long first, int count) throws IOException {
        return start(Path.of(System.getProperty("java.home")), first, count);
    }

    /**
     * Runs seeds, those of the build in two JVMs side by side, which must see the same.
     *
     * @return how often what happened, over all of them
     */
    public Map<String, Long> runAll(Seeds seeds, int inBuild) throws IOException, InterruptedException {
        boolean twice = !seeds.single() && seeds.count() <= inBuild;
        Process other = twice ? start(seeds.base(), seeds.count()) : null;
        List<Outcome> outcomes = new ArrayList<>();
        seeds.stream().forEach(seed -> outcomes.add(run(seed)));
        if (other != null) {
            assertThat(TraceHashes.read(other))
                    .as("the same seeds in another JVM")
                    .isEqualTo(TraceHashes.of(outcomes));
        }
        Map<String, Long> totals = new TreeMap<>();
        outcomes.forEach(outcome -> outcome.counts().forEach((what, times) -> totals.merge(what, times, Long::sum)));
        totals.put(
                "virtual seconds",
                outcomes.stream().mapToLong(Outcome::virtualMillis).sum() / 1_000);
        System.out.printf("simulated %d seeds of %s from %d: %s%n", seeds.count(), name(), seeds.base(), totals);
        return totals;
    }
}
