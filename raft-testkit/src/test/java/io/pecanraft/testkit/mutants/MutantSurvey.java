package io.pecanraft.testkit.mutants;

import java.lang.reflect.InvocationTargetException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Which mutants are found, by which rule, after how many seeds, and how small the plans become that find them. */
public final class MutantSurvey {

    private static final String SWARM = "io.pecanraft.testkit.swarm.";
    private static final int SHRINKING_RUNS = 400;

    private MutantSurvey() {}

    /**
     * Surveys the mutants whose names contain a text, each in its own workload, and prints a line for each.
     *
     * @param shrink whether to make the plans small that found them; those of the swarm, for others cannot be shrunk
     * @return whether all of them were found within the seeds that a build tries
     */
    public static boolean run(String only, boolean shrink) throws Exception {
        List<Integer> sizes = new ArrayList<>();
        boolean allFound = true;
        for (Mutant mutant : Mutant.all()) {
            if (mutant.name().contains(only)) {
                allFound &= survey(mutant, shrink && mutant.workload() == Mutant.Workload.SWARM, sizes);
            }
        }
        if (!sizes.isEmpty()) {
            Collections.sort(sizes);
            System.out.println("median size of shrunk plans: " + sizes.get(sizes.size() / 2) + " items, of "
                    + sizes.size() + " mutants: " + sizes);
        }
        return allFound;
    }

    private static boolean survey(Mutant mutant, boolean shrink, List<Integer> sizes)
            throws ReflectiveOperationException {
        MutantHunt hunt = new MutantHunt(mutant);
        for (long seed = 1; seed <= mutant.seeds(); seed++) {
            Optional<String> rule = hunt.ruleBroken(seed);
            if (rule.isPresent()) {
                String size = "";
                if (shrink) {
                    int items = shrunk(mutant.loader(), seed);
                    sizes.add(items);
                    size = ", " + items + " items after shrinking";
                }
                System.out.printf("%-55s %-28s seed %d%s%n", mutant, rule.get(), seed, size);
                return true;
            }
        }
        System.out.printf("%-55s NOT FOUND within %d seeds%n", mutant, mutant.seeds());
        return false;
    }

    private static int shrunk(ClassLoader loader, long seed) throws ReflectiveOperationException {
        Class<?> plan = loader.loadClass(SWARM + "Plan");
        Class<?> shrinker = loader.loadClass(SWARM + "Shrinker");
        Object drawn = plan.getMethod("of", long.class).invoke(null, seed);
        try {
            return (int) shrinker.getMethod("sizeAfter", plan, int.class).invoke(null, drawn, SHRINKING_RUNS);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("shrinking failed", e.getCause());
        }
    }
}
