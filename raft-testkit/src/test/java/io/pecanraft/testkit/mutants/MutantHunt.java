package io.pecanraft.testkit.mutants;

import io.pecanraft.testkit.DamagedLogs;
import io.pecanraft.testkit.OneGroupFails;
import io.pecanraft.testkit.Overload;
import io.pecanraft.testkit.RollingUpgrade;
import io.pecanraft.testkit.swarm.OneFaultOnly;
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
        Optional<Object> plan = plan(seed);
        if (plan.isPresent()) {
            loader.loadClass(SWARM + "Simulation")
                    .getMethod("run", plan.get().getClass(), String.class)
                    .invoke(null, plan.get(), "");
            return;
        }
        Class<?> simulation = switch (mutant.workload()) {
            case SWARM, CHURN, LATE_VOTES, LATE_ANSWERS -> throw new IllegalStateException("a workload with plans");
            case UPGRADE -> loader.loadClass(RollingUpgrade.class.getName());
            case OVERLOAD -> loader.loadClass(Overload.class.getName());
            case GROUPS -> loader.loadClass(OneGroupFails.class.getName());
            case DAMAGED_LOGS -> loader.loadClass(DamagedLogs.class.getName());
        };
        simulation.getMethod("run", long.class, String.class).invoke(null, seed, "");
    }

    /** The plan of a seed, of the classes with the mutant in place; empty for a workload that has no plans. */
    Optional<Object> plan(long seed) throws ReflectiveOperationException {
        Class<?> plan = loader.loadClass(SWARM + "Plan");
        return switch (mutant.workload()) {
            case SWARM -> Optional.of(plan.getMethod("of", long.class).invoke(null, seed));
            case CHURN -> Optional.of(plan.getMethod("withChurn", long.class).invoke(null, seed));
            case LATE_VOTES -> Optional.of(oneFaultOnly("lateVotes", seed));
            case LATE_ANSWERS -> Optional.of(oneFaultOnly("lateAnswers", seed));
            case UPGRADE, OVERLOAD, GROUPS, DAMAGED_LOGS -> Optional.empty();
        };
    }

    private Object oneFaultOnly(String method, long seed) throws ReflectiveOperationException {
        return loader.loadClass(OneFaultOnly.class.getName())
                .getMethod(method, long.class)
                .invoke(null, seed);
    }

    /** The shrinker, of the classes with the mutant in place. */
    Class<?> shrinker() throws ReflectiveOperationException {
        return loader.loadClass(SWARM + "Shrinker");
    }

    /** Throws what the unbroken library does wrong with a seed: then the mutant was not what the check saw. */
    void passesUnbroken(long seed) {
        switch (mutant.workload()) {
            case SWARM -> Simulation.run(Plan.of(seed), "");
            case CHURN -> Simulation.run(Plan.withChurn(seed), "");
            case LATE_VOTES -> Simulation.run(OneFaultOnly.lateVotes(seed), "");
            case LATE_ANSWERS -> Simulation.run(OneFaultOnly.lateAnswers(seed), "");
            case UPGRADE -> RollingUpgrade.run(seed, "");
            case OVERLOAD -> Overload.run(seed, "");
            case GROUPS -> OneGroupFails.run(seed, "");
            case DAMAGED_LOGS -> DamagedLogs.run(seed, "");
        }
    }
}
