package io.pecanraft.testkit.linearizability;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/**
 * Histories that are linearizable by construction: at one moment between its call and its answer each operation is done on a
 * real state. Some lose their answers, before or after it was done.
 */
final class LegalHistories {

    private LegalHistories() {}

    private static final class Client<I, O> {
        private Optional<I> input = Optional.empty();
        private Optional<O> output = Optional.empty();
        private long calledAt;
    }

    /** A state that is told what to do and answers. */
    interface Server<I, O> extends Function<I, O> {}

    static <I, O> List<Operation<I, O>> draw(
            Random random, int clients, int operations, double lost, Server<I, O> server, Function<Random, I> inputs) {
        List<Operation<I, O>> history = new ArrayList<>();
        List<Client<I, O>> idle = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            idle.add(new Client<>());
        }
        long now = 0;
        while (history.size() < operations) {
            int number = random.nextInt(clients);
            Client<I, O> client = idle.get(number);
            now++;
            if (client.input.isEmpty()) {
                client.input = Optional.of(inputs.apply(random));
                client.calledAt = now;
                continue;
            }
            I input = client.input.get();
            boolean loses = random.nextDouble() < lost;
            if (client.output.isEmpty() && !loses) {
                client.output = Optional.of(server.apply(input));
                continue;
            }
            String name = "client " + number;
            history.add(
                    loses || client.output.isEmpty()
                            ? Operation.unanswered(name, input, client.calledAt)
                            : Operation.answered(name, input, client.calledAt, client.output.get(), now));
            idle.set(number, new Client<>());
        }
        for (int number = 0; number < clients; number++) {
            String name = "client " + number;
            Client<I, O> client = idle.get(number);
            client.input.ifPresent(input -> history.add(Operation.unanswered(name, input, client.calledAt)));
        }
        return history;
    }

    /** A register; every value is written by one operation only. */
    static List<Operation<CompareAndSetRegister.Request, CompareAndSetRegister.Answer>> register(
            Random random, int clients, int operations, double lost) {
        long[] last = new long[1];
        return register(random, clients, operations, lost, r -> {
            int kind = r.nextInt(3);
            if (kind == 0) {
                return new CompareAndSetRegister.Read();
            }
            long value = ++last[0];
            return kind == 1
                    ? new CompareAndSetRegister.Write(value)
                    : new CompareAndSetRegister.CompareAndSet(Math.max(1, value - r.nextInt(4)), value);
        });
    }

    /** A register whose few values come again and again. */
    static List<Operation<CompareAndSetRegister.Request, CompareAndSetRegister.Answer>> narrowRegister(
            Random random, int clients, int operations, double lost) {
        return register(random, clients, operations, lost, r -> {
            int kind = r.nextInt(3);
            if (kind == 0) {
                return new CompareAndSetRegister.Read();
            }
            long value = r.nextInt(3);
            return kind == 1
                    ? new CompareAndSetRegister.Write(value)
                    : new CompareAndSetRegister.CompareAndSet(r.nextInt(3), value);
        });
    }

    private static List<Operation<CompareAndSetRegister.Request, CompareAndSetRegister.Answer>> register(
            Random random,
            int clients,
            int operations,
            double lost,
            Function<Random, CompareAndSetRegister.Request> inputs) {
        List<Optional<Long>> state = new ArrayList<>(List.of(Optional.empty()));
        CompareAndSetRegister model = new CompareAndSetRegister();
        return draw(
                random,
                clients,
                operations,
                lost,
                request -> {
                    Optional<Long> before = state.get(0);
                    state.set(0, model.unanswered(before, request));
                    if (request instanceof CompareAndSetRegister.Read) {
                        return new CompareAndSetRegister.Value(before);
                    }
                    return request instanceof CompareAndSetRegister.CompareAndSet change
                                    && !before.equals(Optional.of(change.expected()))
                            ? new CompareAndSetRegister.Different()
                            : new CompareAndSetRegister.Done();
                },
                inputs);
    }
}
