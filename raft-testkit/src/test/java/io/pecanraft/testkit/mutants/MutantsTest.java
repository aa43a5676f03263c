package io.pecanraft.testkit.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.swarm.ChurnSimulation;
import io.pecanraft.testkit.swarm.Plan;
import io.pecanraft.testkit.swarm.Simulation;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Breaks one rule at a time and demands that the simulator says so, by a check that was named beforehand, and that the unbroken
 * library passes the same seed: a check that fires for another reason has found nothing. {@code -Dmutant=NAME} runs those whose
 * file names contain it.
 */
class MutantsTest {

    private static final String SWARM = "io.pecanraft.testkit.swarm.";

    @TestFactory
    Stream<DynamicTest> theSimulatorFinds() throws IOException {
        String only = System.getProperty("mutant", "");
        return Mutant.all().stream()
                .filter(mutant -> mutant.name().contains(only))
                .map(mutant -> DynamicTest.dynamicTest(mutant.toString(), () -> isFound(mutant)));
    }

    private static void isFound(Mutant mutant) throws ReflectiveOperationException {
        ClassLoader loader = MutantLoader.of(mutant);
        Class<?> plan = loader.loadClass(SWARM + "Plan");
        Class<?> simulation = loader.loadClass(SWARM + (mutant.churn() ? "ChurnSimulation" : "Simulation"));
        Method planOf = mutant.churn() ? simulation.getMethod("plan", long.class) : plan.getMethod("of", long.class);
        Method run = simulation.getMethod("run", plan, String.class);
        // What other checks see is told, and the search goes on.
        TreeMap<Long, String> others = new TreeMap<>();
        LongStream first = LongStream.of(mutant.tryFirst()).filter(seed -> seed > 0);
        for (long seed : LongStream.concat(first, LongStream.rangeClosed(1, mutant.seeds()))
                .toArray()) {
            Optional<String> rule = ruleBrokenIn(seed, planOf, run);
            if (rule.isPresent() && mutant.expected().contains(rule.get())) {
                System.out.println("mutant found: " + mutant + ", by " + rule.get() + " with seed " + seed
                        + (others.isEmpty() ? "" : ", by others with " + others));
                passesUnbroken(mutant, seed);
                return;
            }
            rule.ifPresent(other -> others.put(seed, other));
        }
        throw new AssertionError("not found within " + mutant.seeds() + " seeds by any of " + mutant.expected()
                + (others.isEmpty() ? "" : ", only " + others) + ": " + mutant.why());
    }

    private static Optional<String> ruleBrokenIn(long seed, Method planOf, Method run)
            throws ReflectiveOperationException {
        try {
            run.invoke(null, planOf.invoke(null, seed), "");
            return Optional.empty();
        } catch (InvocationTargetException e) {
            return Optional.of(ruleOf(e.getCause()));
        }
    }

    private static String ruleOf(Throwable failure) throws ReflectiveOperationException {
        if (!failure.getClass().getSimpleName().equals("SimulationFailure")) {
            throw new AssertionError("the simulator itself failed", failure);
        }
        return (String) failure.getClass().getMethod("rule").invoke(failure);
    }

    private static void passesUnbroken(Mutant mutant, long seed) {
        if (mutant.churn()) {
            assertThat(ChurnSimulation.run(ChurnSimulation.plan(seed), "").seed())
                    .isEqualTo(seed);
        } else {
            assertThat(Simulation.run(Plan.of(seed), "").seed()).isEqualTo(seed);
        }
    }
}
