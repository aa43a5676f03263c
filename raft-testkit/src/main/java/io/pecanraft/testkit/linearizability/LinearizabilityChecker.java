package io.pecanraft.testkit.linearizability;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Judges histories by a model. Immutable; safe for use by several threads.
 *
 * @param <S> the state of the model
 * @param <I> what is asked
 * @param <O> what is answered
 */
public final class LinearizabilityChecker<S, I, O> {

    /** How long a check may take unless told otherwise. */
    public static final Duration DEFAULT_TIME_LIMIT = Duration.ofMinutes(1);

    /** How many configurations a check may look at unless told otherwise; each takes some 200 bytes. */
    public static final long DEFAULT_MAX_CONFIGURATIONS = 2_000_000;

    private final SequentialModel<S, I, O> model;
    private final Duration timeLimit;
    private final long maxConfigurations;
    private final ToLongFunction<? super Operation<I, O>> position;

    private LinearizabilityChecker(
            SequentialModel<S, I, O> model,
            Duration timeLimit,
            long maxConfigurations,
            ToLongFunction<? super Operation<I, O>> position) {
        this.model = model;
        this.timeLimit = timeLimit;
        this.maxConfigurations = maxConfigurations;
        this.position = position;
    }

    /** A checker with the default limits. */
    public static <S, I, O> LinearizabilityChecker<S, I, O> of(SequentialModel<S, I, O> model) {
        return new LinearizabilityChecker<>(model, DEFAULT_TIME_LIMIT, DEFAULT_MAX_CONFIGURATIONS, operation -> 0);
    }

    /** The same with another time limit for a whole history. What takes longer is {@link Judgement.NotDecided}. */
    public LinearizabilityChecker<S, I, O> within(Duration limit) {
        return new LinearizabilityChecker<>(model, limit, maxConfigurations, position);
    }

    /**
     * The same with another limit of configurations for a whole history. What needs more is {@link Judgement.NotDecided},
     * always, where a time limit depends on the machine.
     */
    public LinearizabilityChecker<S, I, O> withMaxConfigurations(long max) {
        return new LinearizabilityChecker<>(model, timeLimit, max, position);
    }

    /**
     * The same that tries one order first, which may be known where the operations went through a log. It is proved or it is not used: a
     * wrong one costs a little time and changes no verdict. A right one spares the search, which takes long where many calls were under
     * way at once.
     *
     * @param claimed where a change stands in that order, by any positive number that grows with it; 0 for one that is not there. Not
     *     asked about reads
     */
    public LinearizabilityChecker<S, I, O> tryingFirst(ToLongFunction<? super Operation<I, O>> claimed) {
        return new LinearizabilityChecker<>(model, timeLimit, maxConfigurations, claimed);
    }

    /** Judges a history, in any order. */
    public Judgement<S, I, O> check(List<Operation<I, O>> history) {
        Map<Object, List<Operation<I, O>>> byKey = new LinkedHashMap<>();
        for (Operation<I, O> operation : history) {
            byKey.computeIfAbsent(model.keyOf(operation.input()), key -> new ArrayList<>())
                    .add(operation);
        }
        Budget budget = new Budget(timeLimit, maxConfigurations);
        for (Map.Entry<Object, List<Operation<I, O>>> entry : byKey.entrySet()) {
            if (new GivenOrder<>(model, entry.getValue(), position).explains()) {
                continue;
            }
            Optional<Boolean> found = new Search<>(model, entry.getValue(), budget).run();
            if (found.isEmpty()) {
                return new Judgement.NotDecided<>(
                        entry.getKey(), entry.getValue().size(), budget.elapsed(), budget.configurations());
            }
            if (!found.get()) {
                return explain(entry.getKey(), entry.getValue(), budget.configurations());
            }
        }
        return new Judgement.Linearizable<>(budget.configurations());
    }

    /**
     * Demands that a history is linearizable.
     *
     * @param name what to call it, also in the name of the page that shows a failure
     * @param directory where to write that page
     * @throws LinearizabilityFailure if it is not, or if that could not be decided
     */
    public void demand(List<Operation<I, O>> history, String name, Path directory) {
        Judgement<S, I, O> judgement = check(history);
        if (judgement instanceof Judgement.Violation<S, I, O> violation) {
            Path page = new HistoryPage<>(model, name, violation).writeTo(directory);
            throw new LinearizabilityFailure(
                    LinearizabilityFailure.Kind.NOT_LINEARIZABLE, name + ": " + describe(violation) + "\n" + page);
        }
        if (judgement instanceof Judgement.NotDecided<S, I, O> undecided) {
            throw new LinearizabilityFailure(
                    LinearizabilityFailure.Kind.NOT_DECIDED, name + ": " + describe(undecided));
        }
    }

    /** A violation in a few lines. */
    public String describe(Judgement.Violation<S, I, O> violation) {
        StringBuilder out = new StringBuilder();
        out.append("not linearizable");
        if (!violation.key().equals("")) {
            out.append(", key ").append(violation.key());
        }
        out.append(": of ").append(violation.operations().size()).append(" operations ");
        out.append(violation.order().size()).append(" can be ordered, to the state ");
        out.append(model.describe(violation.lastState())).append(". After them cannot come");
        for (Operation<I, O> operation : violation.blocked()) {
            out.append("\n  ").append(operation.client()).append(": ").append(model.describe(operation));
        }
        out.append("\nThere was an order until this was answered:\n  ");
        return out.append(violation.culprit().client())
                .append(": ")
                .append(model.describe(violation.culprit()))
                .toString();
    }

    /** Why a history was not decided. */
    public String describe(Judgement.NotDecided<S, I, O> undecided) {
        return "not decided: after " + undecided.elapsed().toMillis() + " ms and " + undecided.configurations()
                + " configurations the search for an order of the " + undecided.operations() + " operations with key "
                + undecided.key() + " was given up (limits: " + timeLimit.toMillis() + " ms, " + maxConfigurations
                + "). Spread the operations over more keys, or record fewer of unknown outcome.";
    }

    /**
     * Cuts the history at the first answer that leaves no order. What is illegal stays illegal whatever comes later, so that
     * answer is found by bisection.
     */
    private Judgement<S, I, O> explain(Object key, List<Operation<I, O>> operations, long configurations) {
        List<Long> returns = operations.stream()
                .filter(Operation::isAnswered)
                .map(Operation::returnedAt)
                .sorted()
                .distinct()
                .toList();
        int legal = -1;
        int illegal = returns.size() - 1;
        while (illegal - legal > 1) {
            int middle = (legal + illegal) >>> 1;
            // Undecided counts as legal: the cut is then later than need be, but still one that leaves no order.
            if (failedSearch(until(operations, returns.get(middle))) != null) {
                illegal = middle;
            } else {
                legal = middle;
            }
        }
        long cut = returns.get(illegal);
        List<Operation<I, O>> seen = until(operations, cut);
        Search<S, I, O> search = failedSearch(seen);
        if (search == null) {
            throw new IllegalStateException("the history was found illegal and is not any more; is the model pure?");
        }
        Operation<I, O> culprit = seen.stream()
                .filter(operation -> operation.returnedAt() == cut)
                .findFirst()
                .orElseThrow();
        return new Judgement.Violation<>(
                key, seen, culprit, search.order(), search.states(), search.blocked(), configurations);
    }

    /** A search of these operations that has found no order; null if there is one, or if that took too long. */
    private @Nullable Search<S, I, O> failedSearch(List<Operation<I, O>> operations) {
        Search<S, I, O> search = new Search<>(model, operations, new Budget(timeLimit, maxConfigurations));
        return search.run().filter(found -> !found).map(found -> search).orElse(null);
    }

    /** What had been called by then. Answers that came later may be used, but need not be explained. */
    private List<Operation<I, O>> until(List<Operation<I, O>> operations, long time) {
        List<Operation<I, O>> seen = new ArrayList<>();
        for (Operation<I, O> operation : operations) {
            if (operation.calledAt() <= time) {
                seen.add(operation.returnedAt() <= time ? operation : operation.beforeAnswer());
            }
        }
        return seen;
    }
}
