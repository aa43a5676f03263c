package io.pecanraft.examples.counter;

import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.contract.StateMachineContract;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The counter may be replicated. */
// tag::contract
class CounterContractTest extends StateMachineContract {

    @Override
    protected StateMachine newStateMachine() {
        return new Counter();
    }

    @Override
    protected ByteBuffer randomCommand(RandomGenerator random) {
        return Counter.encode(random.nextLong());
    }

    @Override
    protected Optional<ByteBuffer> randomQuery(RandomGenerator random) {
        return Optional.of(ByteBuffer.allocate(0));
    }
}
// end::contract
