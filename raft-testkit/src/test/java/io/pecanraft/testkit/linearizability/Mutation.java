package io.pecanraft.testkit.linearizability;

import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Answer;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.CompareAndSet;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Done;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Request;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Value;
import io.pecanraft.testkit.linearizability.CompareAndSetRegister.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/**
 * Lies that make a legal history of a register illegal for certain. Each is built on a proof, not on the checker; where the
 * proof needs something that the history does not have the lie is not told.
 */
enum Mutation {

    /** A read returns what nobody has ever written. */
    READ_OF_A_VALUE_FROM_NOWHERE {
        @Override
        Optional<List<Operation<Request, Answer>>> of(List<Operation<Request, Answer>> legal, Random random) {
            return pick(readsOf(legal), random).map(read -> replace(legal, read, value(greatest(legal) + 1)));
        }
    },

    /**
     * A value that was read is written by nobody: all that could have written it are dropped. Values come from operations
     * alone, so the read has none to come from.
     */
    WRITE_DROPPED {
        @Override
        Optional<List<Operation<Request, Answer>>> of(List<Operation<Request, Answer>> legal, Random random) {
            return pick(readsOf(legal), random).map(read -> {
                long value = ((Value) read.output().orElseThrow()).value().orElseThrow();
                return legal.stream()
                        .filter(operation ->
                                written(operation).filter(v -> v == value).isEmpty())
                        .toList();
            });
        }
    },

    /**
     * A read returns what was overwritten before it was called. The only operation that writes {@code old} returned before
     * the only one that writes {@code read} was called, whose value another read has returned before the changed one was
     * called: so after {@code old} came {@code read} and after that the changed read.
     */
    READ_OF_AN_OLD_VALUE {
        @Override
        Optional<List<Operation<Request, Answer>>> of(List<Operation<Request, Answer>> legal, Random random) {
            List<List<Operation<Request, Answer>>> lies = new ArrayList<>();
            for (Operation<Request, Answer> seen : readsOf(legal)) {
                for (Operation<Request, Answer> write : onlyWriterOf(valueIn(seen), legal)) {
                    for (Operation<Request, Answer> old : legal) {
                        if (old.input() instanceof Write overwritten
                                && old.isAnswered()
                                && old.returnedAt() < write.calledAt()
                                && onlyWriterOf(overwritten.value(), legal).size() == 1) {
                            readsOf(legal).stream()
                                    .filter(read -> read.calledAt() > seen.returnedAt())
                                    .findFirst()
                                    .ifPresent(read -> lies.add(replace(legal, read, value(overwritten.value()))));
                        }
                    }
                }
            }
            return pick(lies, random);
        }
    };

    /** A history that is illegal for certain; empty if this one does not allow for the lie. */
    abstract Optional<List<Operation<Request, Answer>>> of(List<Operation<Request, Answer>> legal, Random random);

    private static <T> Optional<T> pick(List<T> some, Random random) {
        return some.isEmpty() ? Optional.empty() : Optional.of(some.get(random.nextInt(some.size())));
    }

    /** The reads that returned a number. */
    private static List<Operation<Request, Answer>> readsOf(List<Operation<Request, Answer>> history) {
        return history.stream()
                .filter(operation -> operation
                        .output()
                        .filter(output ->
                                output instanceof Value value && value.value().isPresent())
                        .isPresent())
                .toList();
    }

    private static long valueIn(Operation<Request, Answer> read) {
        return ((Value) read.output().orElseThrow()).value().orElseThrow();
    }

    private static Value value(long value) {
        return new Value(Optional.of(value));
    }

    private static List<Operation<Request, Answer>> onlyWriterOf(long value, List<Operation<Request, Answer>> history) {
        List<Operation<Request, Answer>> writers = history.stream()
                .filter(operation -> written(operation).filter(v -> v == value).isPresent())
                .toList();
        return writers.size() == 1 ? writers : List.of();
    }

    /** What an operation may have written. */
    private static Optional<Long> written(Operation<Request, Answer> operation) {
        if (operation.output().filter(output -> !(output instanceof Done)).isPresent()) {
            return Optional.empty();
        }
        if (operation.input() instanceof Write write) {
            return Optional.of(write.value());
        }
        return operation.input() instanceof CompareAndSet change ? Optional.of(change.value()) : Optional.empty();
    }

    private static long greatest(List<Operation<Request, Answer>> history) {
        return history.stream()
                .flatMap(operation -> written(operation).stream())
                .mapToLong(Long::longValue)
                .max()
                .orElse(0);
    }

    private static List<Operation<Request, Answer>> replace(
            List<Operation<Request, Answer>> history, Operation<Request, Answer> read, Value answer) {
        return history.stream()
                .map(operation -> operation == read
                        ? Operation.answered(
                                read.client(), read.input(), read.calledAt(), (Answer) answer, read.returnedAt())
                        : operation)
                .toList();
    }
}
