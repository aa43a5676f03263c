package io.pecanraft.testkit.swarm.workload;

import io.pecanraft.RaftException;
import io.pecanraft.testkit.linearizability.HistoryPage;
import io.pecanraft.testkit.linearizability.HistoryRecorder;
import io.pecanraft.testkit.linearizability.Judgement;
import io.pecanraft.testkit.linearizability.LinearizabilityChecker;
import io.pecanraft.testkit.linearizability.Operation;
import io.pecanraft.testkit.linearizability.SequentialModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * What the clients were told, judged in the end for linearizability. Unlike {@link CommittedStates} it believes nothing that the
 * servers say of answered calls, neither their index nor what was committed when: the order of the log is tried first, and proved or
 * given up.
 */
final class History<S, I, O> {

    /** Far more than any seed has needed. A limit of time would make the verdict depend on the machine. */
    private static final long MAX_CONFIGURATIONS = 500_000;

    private static final Path PAGES = Path.of("target", "histories");

    /** What was asked: a command with the number of its call, or a query with 0. */
    record Request<I>(I input, long call) {}

    /** What one server alone would do. */
    private static final class Model<S, I, O> implements SequentialModel<S, Request<I>, O> {

        private final Workload<S, I, O> workload;

        Model(Workload<S, I, O> workload) {
            this.workload = workload;
        }

        @Override
        public S initial() {
            return workload.initial();
        }

        @Override
        public Optional<S> answered(S state, Request<I> request, O output) {
            Step<S, O> step = workload.step(state, request.input());
            return step.output().equals(output) ? Optional.of(step.after()) : Optional.empty();
        }

        @Override
        public S unanswered(S state, Request<I> request) {
            return workload.step(state, request.input()).after();
        }

        @Override
        public Object keyOf(Request<I> request) {
            return workload.keyOf(request.input());
        }

        @Override
        public boolean isRead(Request<I> request) {
            return request.call() == 0;
        }

        @Override
        public String describe(Operation<Request<I>, O> operation) {
            return operation.input().input()
                    + operation.output().map(output -> " -> " + output).orElse(" -> ?");
        }
    }

    private final Model<S, I, O> model;
    private final HistoryRecorder<Request<I>, O> recorder;
    private final long maxConfigurations;

    History(Workload<S, I, O> workload, LongSupplier clock) {
        this(workload, clock, MAX_CONFIGURATIONS);
    }

    /** A history in which the search for an order ends after so many configurations. */
    History(Workload<S, I, O> workload, LongSupplier clock, long maxConfigurations) {
        this.model = new Model<>(workload);
        this.recorder = HistoryRecorder.withClock(clock);
        this.maxConfigurations = maxConfigurations;
    }

    /** A command is proposed. */
    HistoryRecorder.Call<Request<I>, O> command(String client, I command, long call) {
        return recorder.call(client, new Request<>(command, call));
    }

    /** A query is asked. */
    HistoryRecorder.Call<Request<I>, O> query(String client, I query) {
        return recorder.call(client, new Request<>(query, 0));
    }

    /** A call has failed; it is forgotten if it has certainly not been done. */
    static void failed(HistoryRecorder.Call<?, ?> call, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RaftException typed && typed.outcome() == RaftException.Outcome.NOT_DONE) {
            call.notDone();
        }
    }

    /**
     * What is to be said against a history.
     *
     * @param rule what it breaks; {@code undecided} where the search for an order was given up, which is not to say that there is one
     */
    record Complaint(String rule, String text) {}

    /**
     * What is wrong with the history, with the page that shows it; empty if it is linearizable.
     *
     * @param effects what became of the command of a call according to the committed log. Believed for unanswered ones only: there may
     *     be dozens, and which of them were done, in which order, is more than a search can guess. For the others it is a claim.
     */
    Optional<Complaint> complaint(String name, LongFunction<Optional<CommittedStates.Effect<O>>> effects) {
        List<Operation<Request<I>, O>> operations = new ArrayList<>();
        for (Operation<Request<I>, O> operation : recorder.operations()) {
            if (operation.isAnswered()) {
                operations.add(operation);
            } else {
                effects.apply(operation.input().call())
                        .map(effect -> Operation.answerLost(
                                operation.client(), operation.input(), operation.calledAt(), effect.output()))
                        .ifPresent(operations::add);
            }
        }
        LinearizabilityChecker<S, Request<I>, O> checker = LinearizabilityChecker.of(model)
                .within(Duration.ofDays(1))
                .withMaxConfigurations(maxConfigurations)
                .tryingFirst(operation -> effects.apply(operation.input().call())
                        .map(CommittedStates.Effect::index)
                        .orElse(0L));
        Judgement<S, Request<I>, O> judgement = checker.check(operations);
        if (judgement instanceof Judgement.Violation<S, Request<I>, O> violation) {
            return Optional.of(new Complaint(
                    "linearizability",
                    checker.describe(violation) + "\n" + new HistoryPage<>(model, name, violation).writeTo(PAGES)));
        }
        if (judgement instanceof Judgement.NotDecided<S, Request<I>, O>) {
            return Optional.of(new Complaint(
                    "undecided",
                    "no order of " + operations.size() + " calls was found or ruled out within " + maxConfigurations
                            + " configurations"));
        }
        return Optional.empty();
    }
}
