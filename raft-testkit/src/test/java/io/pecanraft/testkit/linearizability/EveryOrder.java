package io.pecanraft.testkit.linearizability;

import java.util.ArrayList;
import java.util.List;

/** The definition of linearizability, word for word: tries every order of every choice of unanswered operations. */
final class EveryOrder {

    private EveryOrder() {}

    static <S, I, O> boolean explains(SequentialModel<S, I, O> model, List<Operation<I, O>> history) {
        return explains(model, model.initial(), history);
    }

    private static <S, I, O> boolean explains(
            SequentialModel<S, I, O> model, S state, List<Operation<I, O>> remaining) {
        if (remaining.stream().noneMatch(Operation::isAnswered)) {
            return true;
        }
        for (Operation<I, O> first : remaining) {
            if (remaining.stream().anyMatch(other -> other.returnedAt() < first.calledAt())) {
                continue;
            }
            List<Operation<I, O>> rest = new ArrayList<>(remaining);
            rest.remove(first);
            boolean explained = first.isAnswered()
                    ? model.answered(state, first.input(), first.output().orElseThrow())
                            .filter(next -> explains(model, next, rest))
                            .isPresent()
                    : explains(model, model.unanswered(state, first.input()), rest);
            if (explained) {
                return true;
            }
        }
        return false;
    }
}
