package io.pecanraft.testkit.mutants;

import io.pecanraft.testkit.OneGroupFails;
import io.pecanraft.testkit.Overload;
import io.pecanraft.testkit.RollingUpgrade;
import io.pecanraft.testkit.swarm.Plan;
import io.pecanraft.testkit.swarm.Simulation;
import java.lang.reflect.InvocationTargetException;
import java.util.Optional;

/** Runs seeds with one mutant in the library, and the same seeds without it. */
final class MutantHunt {

    private static final String SWARM = "io.pecanraft.testkit.swarm.";

    private final Mutant mutant;
    private final ClassLoader loader;

    MutantHunt(Mutant mutant) {
        this.mutant = mutant;
        this.loader = mutant.loader();
    }

    /** The rule that a seed breaks with the mutant in place; empty for none. */
    Optional<String> ruleBroken(long seed) throws ReflectiveOperationException {
        try {
            run(seed);
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

    private void run(long seed) throws ReflectiveOperationException {
        Class<?> plan = loader.loadClass(SWARM + "Plan");
        Class<?> simulation = loader.loadClass(
                switch (mutant.workload()) {
                    case SWARM, CHURN -> SWARM + "Simulation";
                    case UPGRADE -> RollingUpgrade.class.getName();
                    case OVERLOAD -> Overload.class.getName();
                    case GROUPS -> OneGroupFails.class.getName();
                });
        switch (mutant.workload()) {
            case SWARM -> runPlan(simulation, plan.getMethod("of", long.class).invoke(null, seed));
            case CHURN ->
                runPlan(simulation, plan.getMethod("withChurn", long.class).invoke(null, seed));
            case UPGRADE, OVERLOAD, GROUPS ->
                simulation.getMethod("run", long.class, String.class).invoke(null, seed, "");
        }
    }

    private static void runPlan(Class<?> simulation, Object plan) throws ReflectiveOperationException {
        simulation.getMethod("run", plan.getClass(), String.class).invoke(null, plan, "");
    }

    /** Throws what the unbroken library does wrong with a seed: then the mutant was not what the check saw. */
    void passesUnbroken(long seed) {
        switch (mutant.workload()) {
            case SWARM -> Simulation.run(Plan.of(seed), "");
            case CHURN -> Simulation.run(Plan.withChurn(seed), "");
            case UPGRADE -> RollingUpgrade.run(seed, "");
            case OVERLOAD -> Overload.run(seed, "");
            case GROUPS -> OneGroupFails.run(seed, "");
        }
    }
}
