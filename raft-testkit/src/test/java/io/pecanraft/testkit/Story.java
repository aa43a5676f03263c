package io.pecanraft.testkit;

import io.pecanraft.testkit.swarm.AccountsWorkload;
import io.pecanraft.testkit.swarm.MembershipSimulationTest;
import io.pecanraft.testkit.swarm.OtherJvm;
import io.pecanraft.testkit.swarm.OtherSizesTest;
import io.pecanraft.testkit.swarm.Outcome;
import io.pecanraft.testkit.swarm.Plan;
import io.pecanraft.testkit.swarm.RegressionsTest;
import io.pecanraft.testkit.swarm.Seeds;
import io.pecanraft.testkit.swarm.Simulation;
import io.pecanraft.testkit.swarm.SimulationTest;
import io.pecanraft.testkit.swarm.SwarmTest;
import io.pecanraft.testkit.swarm.TraceHashes;
import java.io.IOException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

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
    MANY_GROUPS(ManyGroupsSimulationTest.class),
    ONE_GROUP_FAILS(OneGroupFailsSimulationTest.class),
    ROLL_BACK(RollbackSimulationTest.class),
    DAMAGED_LOGS(DamagedLogsSimulationTest.class),
    ACCOUNTS(SwarmTest.class),
    ACCOUNTS_WITH_CHURN(SwarmTest.class),
    /** Its seeds are the numbers of the plans that are kept. */
    REGRESSIONS(RegressionsTest.class);

    /** The Maven module of all these tests. */
    private static final String MODULE = "raft-testkit";

    private final Class<?> test;

    Story(Class<?> test) {
        this.test = test;
    }

    /** Runs one seed. */
    public Outcome run(long seed) {
        String replay = replay(seed);
        return ErrorLines.demandNone(replay, () -> run(seed, replay));
    }

    private Outcome run(long seed, String replay) {
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
            case MANY_GROUPS -> ManyGroups.run(seed, replay);
            case ONE_GROUP_FAILS -> OneGroupFails.run(seed, replay);
            case ROLL_BACK -> RollBack.run(seed, replay);
            case DAMAGED_LOGS -> DamagedLogs.run(seed, replay);
            case ACCOUNTS -> accounts(Plan.of(seed), replay);
            case ACCOUNTS_WITH_CHURN -> accounts(Plan.withChurn(seed), replay);
            case REGRESSIONS -> RegressionsTest.run(Math.toIntExact(seed));
        };
    }

    /** The seeds of this run, see {@link Seeds#of}. */
    public Seeds seeds(String countProperty, int inBuild) {
        return Seeds.of(test, MODULE, countProperty, inBuild);
    }

    /** The command that runs one seed. */
    public String replay(long seed) {
        return Seeds.replay(test, MODULE, seed);
    }

    private static Outcome accounts(Plan plan, String replay) {
        return Simulation.run(plan, new AccountsWorkload(), replay, builder -> {});
    }

    /** The other JVM: the names of stories, the first seed, and how many of each. */
    public static void main(String[] arguments) {
        List<Story> stories =
                Stream.of(arguments[0].split(",", -1)).map(Story::valueOf).toList();
        long first = Long.parseLong(arguments[1]);
        long end = first + Long.parseLong(arguments[2]);
        Map<Long, Long> hashes = new TreeMap<>();
        for (Story story : stories) {
            LongStream.range(first, end).mapToObj(story::run).forEach(outcome -> story.note(outcome, hashes));
        }
        TraceHashes.print(hashes);
    }

    /** One for all, since most of its time is that of a JVM that is cold. */
    private static OtherJvm inAnotherJvm(List<Story> stories, Seeds seeds) throws IOException {
        return OtherJvm.start(
                Story.class,
                stories.stream().map(Story::name).collect(Collectors.joining(",")),
                Long.toString(seeds.base()),
                Integer.toString(seeds.count()));
    }

    /** Under a number that tells the same seed of two stories apart. */
    private void note(Outcome outcome, Map<Long, Long> hashes) {
        hashes.put(((long) name().hashCode() << 32) + outcome.seed(), outcome.traceHash());
    }

    /**
     * Runs seeds, those of the build in two JVMs side by side, which must see the same.
     *
     * @return how often what happened, over all of them, in each story
     */
    public static Map<Story, Map<String, Long>> runAll(List<Story> stories, Seeds seeds)
            throws IOException, InterruptedException {
        try (OtherJvm other = seeds.inTwoJvms() ? inAnotherJvm(stories, seeds) : null) {
            Map<Long, Long> hashes = new TreeMap<>();
            Map<Story, Map<String, Long>> totals = new EnumMap<>(Story.class);
            for (Story story : stories) {
                totals.put(story, story.runHere(seeds, hashes));
            }
            if (other != null) {
                other.demandSame(hashes);
            }
            return totals;
        }
    }

    /** The same of this story alone. */
    public Map<String, Long> runAll(Seeds seeds) throws IOException, InterruptedException {
        return runAll(List.of(this), seeds).getOrDefault(this, Map.of());
    }

    private Map<String, Long> runHere(Seeds seeds, Map<Long, Long> hashes) {
        Map<String, Long> counts = new TreeMap<>();
        seeds.stream().mapToObj(this::run).forEach(outcome -> {
            note(outcome, hashes);
            outcome.addTo(counts);
        });
        System.out.printf("simulated %d seeds of %s from %d: %s%n", seeds.count(), this, seeds.base(), counts);
        return counts;
    }
}
