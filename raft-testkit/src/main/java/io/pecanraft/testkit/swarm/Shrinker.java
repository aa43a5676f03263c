package io.pecanraft.testkit.swarm;

import io.pecanraft.testkit.SimulationFailure;
import io.pecanraft.testkit.swarm.register.Registers;
import io.pecanraft.testkit.swarm.schedule.Item;
import io.pecanraft.testkit.swarm.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Makes a failing plan small: leaves out what is not needed for the same rule to be broken. First what comes after the failure, then
 * faults, then operations, then whole servers, fates and knobs, and again from the start while that helps; in the end what is left is
 * made shorter. Halves first, single items last (Zeller and Hildebrandt, "Simplifying and isolating failure-inducing input", 2002).
 *
 * <p>Whoever leaves something out moves the delays of everything after it, since a link draws its delays in the order of its messages, and
 * so may hide a failure that needs a coincidence. If much is left, each cut is therefore tried with other delays as well: those of the
 * seeds that follow. The plan that comes out may have another seed than the one that went in.
 */
public final class Shrinker {

    /** A plan of so many items can be read; one with more is worth another attempt. */
    private static final int READABLE = 20;

    /** With how many seeds a cut is tried when it has to be. */
    private static final int STUBBORN_ATTEMPTS = 4;

    /** How closely the end of a plan is found. */
    private static final int BISECTIONS = 10;

    /**
     * When to be content with what there is.
     *
     * @param runs how many runs at most
     * @param time how long at most, but for the run that is under way then
     */
    public record Limits(int runs, Duration time) {}

    private final Function<Plan, String> ruleBroken;
    private final Limits limits;
    private final Consumer<String> progress;
    private final long startedNanos = System.nanoTime();
    private String rule = "";
    private Plan smallest;
    private int attempts = 1;
    private int runs;

    /**
     * A shrinker of one plan.
     *
     * @param ruleBroken runs a plan and says which rule it breaks; empty for none
     * @param limits when to stop
     * @param progress hears of every success
     */
    public Shrinker(Plan plan, Function<Plan, String> ruleBroken, Limits limits, Consumer<String> progress) {
        this.smallest = plan;
        this.ruleBroken = ruleBroken;
        this.limits = limits;
        this.progress = progress;
    }

    /** Which rule a plan breaks; empty for none. A plan that cannot be run breaks none. */
    public static String ruleBroken(Plan plan) {
        return ruleBroken(plan, new Registers());
    }

    /** Which rule a plan breaks when it drives a state machine; empty for none. */
    static String ruleBroken(Plan plan, Workload<?, ?, ?> workload) {
        try {
            Simulation.run(plan, workload, "", builder -> {});
            return "";
        } catch (SimulationFailure failure) {
            return failure.rule();
        } catch (IllegalArgumentException settingsThatDoNotGoTogether) {
            return "";
        }
    }

    /** How many items a failing plan has left after it was shrunk. */
    public static int sizeAfter(Plan plan, int maxRuns, Duration maxTime) {
        return new Shrinker(plan, Shrinker::ruleBroken, new Limits(maxRuns, maxTime), step -> {})
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
        leaveOut();
        if (smallest.items().size() > READABLE) {
            attempts = STUBBORN_ATTEMPTS;
            leaveOut();
        }
        attempts = 1;
        durations();
        return smallest;
    }

    private void leaveOut() {
        int before;
        do {
            before = weight(smallest);
            end();
            items(item -> Families.isFault(item.kind()));
            items(item -> !Families.isFault(item.kind()));
            servers();
            fates();
            knobs();
        } while (weight(smallest) < before && mayGoOn());
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

    private boolean mayGoOn() {
        return runs < limits.runs()
                && System.nanoTime() - startedNanos < limits.time().toNanos();
    }

    private boolean accept(Plan candidate) {
        for (int i = 0; i < attempts; i++) {
            if (acceptAsItIs(candidate.withSeed(candidate.seed() + i))) {
                return true;
            }
        }
        return false;
    }

    private boolean acceptAsItIs(Plan candidate) {
        if (!mayGoOn()) {
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

    /** Ends the plan as soon as can be: what comes after a failure takes time and tells nothing. */
    private void end() {
        Duration tooEarly = Duration.ZERO;
        for (int i = 0; i < BISECTIONS && !smallest.items().isEmpty(); i++) {
            Duration middle = tooEarly.plus(smallest.length()).dividedBy(2);
            if (!accept(smallest.endingAt(middle))) {
                tooEarly = middle;
            }
        }
    }

    /** Leaves out runs of items of one sort: all of them, halves, quarters, and so on. */
    private void items(Predicate<Item> which) {
        int size = count(which);
        for (int chunk = size; chunk >= 1; chunk /= 2) {
            for (int from = 0; mayGoOn() && from < count(which); ) {
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

    /** Makes what lasts a while last a tenth of it, and a tenth of that. */
    private void durations() {
        for (int i = 0; mayGoOn() && i < smallest.items().size(); i++) {
            Optional<Item> shorter = smallest.items().get(i).shorter();
            while (shorter.isPresent() && accept(smallest.with(replaced(i, shorter.get())))) {
                shorter = smallest.items().get(i).shorter();
            }
        }
    }

    private List<Item> replaced(int index, Item by) {
        List<Item> items = new ArrayList<>(smallest.items());
        items.set(index, by);
        return items;
    }
}
