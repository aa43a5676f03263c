package io.pecanraft.examples.counter;

import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.contract.StateMachineContract;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.io.TempDir;

/** The counter with a file of its own may be replicated. */
class DiskCounterContractTest extends StateMachineContract {

    @TempDir
    Path directory;

    private int machines;

    @Override
    protected StateMachine newStateMachine() throws IOException {
        return new DiskCounter(directory.resolve("counter-" + ++machines));
    }

    @Override
    protected ByteBuffer randomCommand(RandomGenerator random) {
        return Counter.encode(random.nextLong());
    }

    @Override
    protected Optional<ByteBuffer> randomQuery(RandomGenerator random) {
        return Optional.of(ByteBuffer.allocate(0));
    }

    // Every batch is flushed.
    @Override
    protected int commands() {
        return 40;
    }
}
