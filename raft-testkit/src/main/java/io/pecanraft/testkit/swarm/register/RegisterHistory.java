package io.pecanraft.testkit.swarm.register;

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
import org.jspecify.annotations.Nullable;

/**
 * What the clients of the registers were told, judged in the end for linearizability. Unlike the {@link RegisterModel} it
 * believes nothing that the servers say of answered calls: neither their index nor what was committed when.
 */
final class RegisterHistory {

    /** Far more than any seed has needed. A limit of time would make the verdict depend on the machine. */
    private static final long MAX_CONFIGURATIONS = 500_000;

    private static final Path PAGES = Path.of("target", "histories");

    /** A command with the number of its call, or a read if there is none. */
    record Request(int key, @Nullable RegisterCommand command, long call) {}

    /** A register knows how often it was changed, so an answer leaves little choice and the search is short. */
    static final class Model implements SequentialModel<Register, Request, Register> {

        @Override
        public Register initial() {
            return Register.EMPTY;
        }

        @Override
        public Optional<Register> answered(Register state, Request request, Register answer) {
            return Optional.of(unanswered(state, request)).filter(answer::equals);
        }

        @Override
        public Register unanswered(Register state, Request request) {
            RegisterCommand command = request.command();
            return command == null ? state : state.after(command);
        }

        @Override
        public Object keyOf(Request request) {
            return request.key();
        }

        @Override
        public boolean isRead(Request request) {
            return request.command() == null;
        }

        @Override
        public String describe(Register state) {
            return state.value() + " (" + state.version() + ")";
        }

        @Override
        public String describe(Operation<Request, Register> operation) {
            RegisterCommand command = operation.input().command();
            return (command == null ? "read" : command.kind() + " " + command.value()) + " -> "
                    + operation.output().map(this::describe).orElse("?");
        }
    }

    private final Model model = new Model();
    private final HistoryRecorder<Request, Register> recorder;
    private final long maxConfigurations;

    RegisterHistory(LongSupplier clock) {
        this(clock, MAX_CONFIGURATIONS);
    }

    /** A history in which the search for an order ends after so many configurations. */
    RegisterHistory(LongSupplier clock, long maxConfigurations) {
        this.recorder = HistoryRecorder.withClock(clock);
        this.maxConfigurations = maxConfigurations;
    }

    HistoryRecorder.Call<Request, Register> call(String client, Request request) {
        return recorder.call(client, request);
    }

    /** A call has failed; it is forgotten if it has certainly not been done. */
    static void failed(HistoryRecorder.Call<Request, Register> call, Throwable failure) {
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
     * @param effects what became of the command of a call according to the committed log. Asked about unanswered ones only:
     *     there may be dozens, and which of them were done, in which order, is more than a search can guess.
     */
    Optional<Complaint> complaint(String name, LongFunction<Optional<Register>> effects) {
        List<Operation<Request, Register>> operations = new ArrayList<>();
        for (Operation<Request, Register> operation : recorder.operations()) {
            if (operation.isAnswered()) {
                operations.add(operation);
            } else {
                effects.apply(operation.input().call())
                        .map(effect -> Operation.answerLost(
                                operation.client(), operation.input(), operation.calledAt(), effect))
                        .ifPresent(operations::add);
            }
        }
        LinearizabilityChecker<Register, Request, Register> checker =
                LinearizabilityChecker.of(model).within(Duration.ofDays(1)).withMaxConfigurations(maxConfigurations);
        Judgement<Register, Request, Register> judgement = checker.check(operations);
        if (judgement instanceof Judgement.Violation<Register, Request, Register> violation) {
            return Optional.of(new Complaint(
                    "linearizability",
                    checker.describe(violation) + "\n" + new HistoryPage<>(model, name, violation).writeTo(PAGES)));
        }
        if (judgement instanceof Judgement.NotDecided<Register, Request, Register>) {
            return Optional.of(new Complaint(
                    "undecided",
                    "no order of " + operations.size() + " calls was found or ruled out within " + maxConfigurations
                            + " configurations"));
        }
        return Optional.empty();
    }
}
