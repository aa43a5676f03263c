package io.pecanraft.testkit.swarm;

import io.pecanraft.testkit.SimulationFailure;
import io.pecanraft.testkit.swarm.schedule.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes a failing plan small: leaves out what is not needed for the same rule to be broken. First faults, then operations,
 * then whole servers, then fates and knobs, and again from the start while that helps. Halves first, single items last
 * (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002).
 */
public final class Shrinker {

    private final Function<Plan, String> ruleBroken;
    private final int budget;
    private final Consumer<String> progress;
    private String rule = "";
    private Plan smallest;
    private int runs;

    /**
     * A shrinker of one plan.
     *
     * @param ruleBroken runs a plan and says which rule it breaks; empty for none
     * @param budget how many runs at most
     * @param progress hears of every success
     */
    public Shrinker(Plan plan, Function<Plan, String> ruleBroken, int budget, Consumer<String> progress) {
        this.smallest = plan;
        this.ruleBroken = ruleBroken;
        this.budget = budget;
        this.progress = progress;
    }

    /** Which rule a plan breaks; empty for none. A plan that cannot be run breaks none. */
    public static String ruleBroken(Plan plan) {
        try {
            Simulation.run(plan, "");
            return "";
        } catch (SimulationFailure failure) {
            return failure.rule();
        } catch (IllegalArgumentException settingsThatDoNotGoTogether) {
            return "";
        }
    }

    /** How many items a failing plan has left after it was shrunk. */
    public static int sizeAfter(Plan plan, int budget) {
        return new Shrinker(plan, Shrinker::ruleBroken, budget, step -> {})
                .shrink()
                .items()
                .size();
    }

    /**
     * The smallest plan that was found.
     *
     * @throws IllegalArgumentException when the plan breaks no rule at all
     */
    public Plan shrink() {
        rule = ruleBroken.apply(smallest);
        if (rule.isEmpty()) {
            throw new IllegalArgumentException("the plan breaks no rule, there is nothing to shrink");
        }
        int before;
        do {
            before = weight(smallest);
            items(item -> Families.isFault(item.kind()));
            items(item -> !Families.isFault(item.kind()));
            servers();
            fates();
            knobs();
        } while (weight(smallest) < before && runs < budget);
        return smallest;
    }

    /** The rule that the plan breaks; known after {@link #shrink}. */
    public String rule() {
        return rule;
    }

    /** How many plans were run. */
    public int runs() {
        return runs;
    }

    private static int weight(Plan plan) {
        return plan.items().size()
                + plan.nodes()
                + plan.fates().size()
                + plan.knobs().names().size();
    }

    private boolean accept(Plan candidate) {
        if (runs >= budget) {
            return false;
        }
        runs++;
        if (!ruleBroken.apply(candidate).equals(rule)) {
            return false;
        }
        smallest = candidate;
        progress.accept(candidate.items().size() + " items, " + candidate.nodes() + " servers, "
                + candidate.knobs().names().size() + " knobs after " + runs + " runs");
        return true;
    }

    /** Leaves out runs of items of one sort: all of them, halves, quarters, and so on. */
    private void items(Predicate<Item> which) {
        int size = count(which);
        for (int chunk = size; chunk >= 1; chunk /= 2) {
            for (int from = 0; from < count(which); ) {
                if (!accept(smallest.with(without(which, from, chunk)))) {
                    from += chunk;
                }
            }
        }
    }

    private int count(Predicate<Item> which) {
        return (int) smallest.items().stream().filter(which).count();
    }

    private List<Item> without(Predicate<Item> which, int from, int count) {
        List<Item> left = new ArrayList<>();
        int seen = 0;
        for (Item item : smallest.items()) {
            if (!which.test(item) || seen < from || seen >= from + count) {
                left.add(item);
            }
            if (which.test(item)) {
                seen++;
            }
        }
        return left;
    }

    /** Leaves out the last server, with all items that name it. Where there are spares one is kept: the operator stays. */
    private void servers() {
        while (smallest.nodes() > 1) {
            int spares = smallest.spares();
            boolean fewerSpares = spares > 1 && accept(smallest.withoutLast(spares - 1));
            // A founder fewer: the last of them becomes a spare in place of the one that goes.
            boolean fewer = fewerSpares || (smallest.founders() > 1 && withoutFounder());
            if (!fewer) {
                return;
            }
        }
    }

    private boolean withoutFounder() {
        Plan fewer = smallest.withoutLast(smallest.spares());
        return fewer.fates().size() <= (fewer.nodes() - 1) / 2 && accept(fewer);
    }

    private void fates() {
        for (Integer node : new TreeSet<>(smallest.fates().keySet())) {
            SortedMap<Integer, Fate> fewer = new TreeMap<>(smallest.fates());
            fewer.remove(node);
            accept(smallest.with(fewer));
        }
    }

    private void knobs() {
        for (String name : smallest.knobs().names()) {
            accept(smallest.with(smallest.knobs().without(name)));
        }
    }
}
