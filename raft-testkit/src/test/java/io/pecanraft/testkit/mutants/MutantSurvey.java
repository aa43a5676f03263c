package io.pecanraft.testkit.mutants;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** Which mutants are found, by which rule, after how many seeds, and how small the plans become that find them. */
public final class MutantSurvey {

    private static final int SHRINKING_RUNS = 2_000;

    private MutantSurvey() {}

    /**
     * Surveys the mutants whose names contain a text, and prints a line for each: which seed of the build finds it, and by which check.
     *
     * @param shrinkSeconds for how long to make each plan small that found one; 0 for not at all
     * @return whether all of them were found within their seeds
     */
    public static boolean run(String only, int shrinkSeconds) throws Exception {
        List<Integer> sizes = new ArrayList<>();
        boolean allFound = true;
        for (Mutant mutant : Mutant.all()) {
            if (mutant.name().contains(only)) {
                allFound &= survey(mutant, Duration.ofSeconds(shrinkSeconds), sizes);
            }
        }
        if (!sizes.isEmpty()) {
            Collections.sort(sizes);
            System.out.println("median size of shrunk plans: " + sizes.get(sizes.size() / 2) + " items, of "
                    + sizes.size() + " mutants: " + sizes);
        }
        return allFound;
    }

    private static boolean survey(Mutant mutant, Duration shrinkTime, List<Integer> sizes)
            throws ReflectiveOperationException {
        MutantHunt hunt = new MutantHunt(mutant);
        LongStream first = LongStream.of(mutant.tryFirst()).filter(seed -> seed > 0);
        for (long seed : LongStream.concat(first, LongStream.rangeClosed(1, mutant.seeds()))
                .toArray()) {
            Optional<String> rule = hunt.ruleBroken(seed).filter(mutant.expected()::contains);
            if (rule.isPresent()) {
                System.out.printf(
                        "%-55s %-28s seed %d%s%n",
                        mutant, rule.get(), seed, shrunk(mutant, hunt, seed, shrinkTime, sizes));
                return true;
            }
        }
        System.out.printf("%-55s NOT FOUND within %d seeds%n", mutant, mutant.seeds());
        return false;
    }

    private static String shrunk(Mutant mutant, MutantHunt hunt, long seed, Duration time, List<Integer> sizes)
            throws ReflectiveOperationException {
        if (time.isZero()) {
            return "";
        }
        Optional<Object> plan = hunt.plan(seed);
        if (plan.isEmpty()) {
            return ", found by the workload " + mutant.workload() + ", which has no plan to shrink";
        }
        Method sizeAfter = hunt.shrinker().getMethod("sizeAfter", plan.get().getClass(), int.class, Duration.class);
        try {
            int items = (int) sizeAfter.invoke(null, plan.get(), SHRINKING_RUNS, time);
            sizes.add(items);
            return ", " + items + " items after shrinking";
        } catch (InvocationTargetException e) {
            throw new IllegalStateException("shrinking failed", e.getCause());
        }
    }
}
