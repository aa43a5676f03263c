package io.pecanraft.testkit.mutants;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Which mutants are found, by which rule, after how many seeds, and how small the plans become that find them. */
public final class MutantSurvey {

    private static final String SWARM = "io.pecanraft.testkit.swarm.";
    private static final int SHRINKING_RUNS = 400;

    private MutantSurvey() {}

    /**
     * Surveys the mutants whose names contain a text, and prints a line for each.
     *
     * @return whether all of them were found within their budgets
     */
    public static boolean run(String only, boolean shrink) throws Exception {
        List<Integer> sizes = new ArrayList<>();
        boolean allFound = true;
        for (Mutant mutant : Mutant.all()) {
            if (mutant.name().contains(only)) {
                allFound &= survey(mutant, shrink, sizes);
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
        ClassLoader loader = mutant.loader();
        Class<?> plan = loader.loadClass(SWARM + "Plan");
        Class<?> shrinker = loader.loadClass(SWARM + "Shrinker");
        Method planOf = plan.getMethod("of", long.class);
        Method ruleBroken = shrinker.getMethod("ruleBroken", plan);
        for (long seed = 1; seed <= mutant.seeds(); seed++) {
            String rule = (String) ruleBroken.invoke(null, planOf.invoke(null, seed));
            if (!rule.isEmpty()) {
                String size = "";
                if (shrink) {
                    int items = shrunk(loader, planOf.invoke(null, seed));
                    sizes.add(items);
                    size = ", " + items + " items after shrinking";
                }
                System.out.printf("%-55s %-28s seed %d%s%n", mutant, rule, seed, size);
                return true;
            }
        }
        System.out.printf("%-55s NOT FOUND within %d seeds%n", mutant, mutant.seeds());
        return false;
    }

    private static int shrunk(ClassLoader loader, Object plan) throws ReflectiveOperationException {
        Class<?> shrinker = loader.loadClass(SWARM + "Shrinker");
        try {
            Method small = shrinker.getMethod("sizeAfter", plan.getClass(), int.class);
            return (int) small.invoke(null, plan, SHRINKING_RUNS);
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("shrinking failed", e.getCause());
        }
    }
}
