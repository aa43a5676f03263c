package io.pecanraft.testkit.swarm;

import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.swarm.Accounts.Order;
import io.pecanraft.testkit.swarm.workload.Draft;
import io.pecanraft.testkit.swarm.workload.Step;
import io.pecanraft.testkit.swarm.workload.Workload;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** What the customers of a bank ask, and what a bank with one server would answer. Asking for a balance is an order of kind -1. */
public class AccountsWorkload implements Workload<List<Long>, Order, Long> {

    @Override
    public StateMachine newStateMachine() {
        return new Accounts();
    }

    @Override
    public List<Long> initial() {
        return Collections.nCopies(Accounts.COUNT, 0L);
    }

    @Override
    public Step<List<Long>, Long> step(List<Long> balances, Order order) {
        if (order.kind() < 0) {
            return new Step<>(balances, balances.get(order.account()));
        }
        long[] after = balances.stream().mapToLong(Long::longValue).toArray();
        long answer = Accounts.carryOut(after, order);
        return new Step<>(Arrays.stream(after).boxed().toList(), answer);
    }

    @Override
    public boolean hasCanonicalSnapshots() {
        return true;
    }

    @Override
    public Order command(Draft draft) {
        return new Order(draft.variant(), draft.key() % Accounts.COUNT, draft.value());
    }

    @Override
    public Order query(int key) {
        return new Order(-1, key % Accounts.COUNT, 0);
    }

    @Override
    public ByteBuffer encode(Order order) {
        return order.kind() < 0
                ? ByteBuffer.allocate(Integer.BYTES).putInt(0, order.account())
                : ByteBuffer.allocate(16)
                        .putInt(order.kind())
                        .putInt(order.account())
                        .putLong(order.amount())
                        .flip();
    }

    @Override
    public Long decode(Order order, ByteBuffer answer) {
        return answer.getLong(answer.position());
    }
}
