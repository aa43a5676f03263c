package io.pecanraft.testkit.mutants;

import io.pecanraft.testkit.swarm.ChurnSimulation;
import io.pecanraft.testkit.swarm.Plan;
import io.pecanraft.testkit.swarm.Simulation;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Optional;

/** Runs seeds with one mutant in the library, and the same seeds without it. */
final class MutantHunt {

    private static final String SWARM = "io.pecanraft.testkit.swarm.";

    private final Mutant mutant;
    private final Method planOf;
    private final Method run;

    MutantHunt(Mutant mutant) throws ReflectiveOperationException {
        this.mutant = mutant;
        ClassLoader loader = MutantLoader.of(mutant);
        Class<?> plan = loader.loadClass(SWARM + "Plan");
        Class<?> simulation = loader.loadClass(SWARM + (mutant.churn() ? "ChurnSimulation" : "Simulation"));
        planOf = mutant.churn() ? simulation.getMethod("plan", long.class) : plan.getMethod("of", long.class);
        run = simulation.getMethod("run", plan, String.class);
    }

    /** The rule that a seed breaks with the mutant in place; empty for none. */
    Optional<String> ruleBroken(long seed) throws ReflectiveOperationException {
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

    /** Throws what the unbroken library does wrong with a seed: then the mutant was not what the check saw. */
    void passesUnbroken(long seed) {
        if (mutant.churn()) {
            ChurnSimulation.run(ChurnSimulation.plan(seed), "");
        } else {
            Simulation.run(Plan.of(seed), "");
        }
    }
}
