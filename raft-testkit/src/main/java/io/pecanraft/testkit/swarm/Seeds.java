package io.pecanraft.testkit.swarm;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import java.util.stream.LongStream;

/**
 * Which seeds a test of simulations takes, and the command that repeats one. {@code -Dsim.seed=N} takes one; a property of the test takes
 * that many from {@code -Dsim.base=START} on; otherwise it takes those of the build, from 1 on.
 *
 * <pre>{@code
 * class MySimulationTest {
 *     private static final Seeds SEEDS = Seeds.of(MySimulationTest.class, "my/module", "sim.my.seeds", 40);
 *
 *     @Test
 *     void whatMustHold() throws Exception {
 *         Map<String, Long> totals = SEEDS.runInTwoJvms(MySimulationTest::simulate);
 *     }
 *
 *     public static void main(String[] arguments) {
 *         Seeds.printHashes(arguments, MySimulationTest::simulate);
 *     }
 * }
 * }</pre>
 *
 * @param test the test
 * @param module the Maven module that it is in
 * @param base the first seed
 * @param count how many in a row
 * @param inBuild how many a build takes
 * @param single whether somebody has asked for this one, to see what happens
 */
public record Seeds(Class<?> test, String module, long base, int count, int inBuild, boolean single) {

    /**
     * Those of this run.
     *
     * @param countProperty the system property that says how many, if not as many as in the build
     */
    public static Seeds of(Class<?> test, String module, String countProperty, int inBuild) {
        Long only = Long.getLong("sim.seed");
        return only != null
                ? new Seeds(test, module, only, 1, inBuild, true)
                : new Seeds(
                        test,
                        module,
                        Long.getLong("sim.base", 1L),
                        Integer.getInteger(countProperty, inBuild),
                        inBuild,
                        false);
    }

    /** In order. */
    public LongStream stream() {
        return LongStream.range(base, base + count);
    }

    /** Whether to run them in {@linkplain OtherJvm another JVM} besides: all that a build runs. */
    public boolean inTwoJvms() {
        return !single && count <= inBuild;
    }

    /** The command that runs this test with one seed. */
    public String replay(long seed) {
        return replay(test, module, seed);
    }

    /** The command that runs a test with one seed. */
    public static String replay(Class<?> test, String module, long seed) {
        return "mvn -q test -pl " + module + " -am -Dtest=" + test.getSimpleName()
                + " -Dsurefire.failIfNoSpecifiedTests=false -Dsim.seed=" + seed;
    }

    /**
     * Runs them, those of a build in another JVM besides, which runs the main method of the test and must see the same.
     *
     * @param simulation what a seed means
     * @return how often what happened, over all of them
     * @throws AssertionError if the other JVM has seen something else, or has failed
     */
    public Map<String, Long> runInTwoJvms(LongFunction<Outcome> simulation) throws IOException, InterruptedException {
        try (OtherJvm other = inTwoJvms() ? OtherJvm.start(test, Long.toString(base), Integer.toString(count)) : null) {
            Map<Long, Long> hashes = new TreeMap<>();
            Map<String, Long> totals = new TreeMap<>();
            stream().mapToObj(simulation).forEach(outcome -> {
                hashes.put(outcome.seed(), outcome.traceHash());
                outcome.addTo(totals);
            });
            System.out.printf("simulated %d seeds of %s from %d: %s%n", count, test.getSimpleName(), base, totals);
            if (other != null) {
                other.demandSame(hashes);
            }
            return totals;
        }
    }

    /** For the main method of a test: runs the seeds for the JVM that asks, and tells it what it saw. */
    public static void printHashes(String[] arguments, LongFunction<Outcome> simulation) {
        long first = Long.parseLong(arguments[0]);
        TraceHashes.print(TraceHashes.of(LongStream.range(first, first + Long.parseLong(arguments[1]))
                .mapToObj(simulation)
                .toList()));
    }
}
