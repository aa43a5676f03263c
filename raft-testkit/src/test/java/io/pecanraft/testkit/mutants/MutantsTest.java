package io.pecanraft.testkit.mutants;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Breaks one rule at a time and demands that the simulator says so, and by which rule. {@code -Dmutant=NAME} runs those whose
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
        if (mutant.tryFirst() > 0 && isFound(mutant, planOf, run, mutant.tryFirst())) {
            return;
        }
        for (long seed = 1; seed <= mutant.seeds(); seed++) {
            if (isFound(mutant, planOf, run, seed)) {
                return;
            }
        }
        throw new AssertionError("not found within " + mutant.seeds() + " seeds: " + mutant.why());
    }

    private static boolean isFound(Mutant mutant, Method planOf, Method run, long seed)
            throws ReflectiveOperationException {
        try {
            run.invoke(null, planOf.invoke(null, seed), "");
            return false;
        } catch (InvocationTargetException e) {
            Throwable failure = e.getCause();
            String rule = ruleOf(failure);
            System.out.println("mutant found: " + mutant + ", by " + rule + " with seed " + seed);
            assertThat(mutant.expected())
                    .as("rules that may find '%s', which was found by:%n%s", mutant.why(), failure.getMessage())
                    .contains(rule);
            return true;
        }
    }

    private static String ruleOf(Throwable failure) throws ReflectiveOperationException {
        if (!failure.getClass().getSimpleName().equals("SimulationFailure")) {
            throw new AssertionError("the simulator itself failed", failure);
        }
        return (String) failure.getClass().getMethod("rule").invoke(failure);
    }
}
