package io.pecanraft.examples.lock;

import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.contract.StateMachineContract;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The locks may be replicated. Leases are of a few commands, for each moves the time of the log on by 10 ms. */
class LocksContractTest extends StateMachineContract {

    @Override
    protected StateMachine newStateMachine() {
        return new Locks();
    }

    @Override
    protected ByteBuffer randomCommand(RandomGenerator random) {
        String name = randomName(random);
        // Tokens are indexes: some of these are those of the holder.
        long token = random.nextLong(1, commands());
        Duration lease = Duration.ofMillis(random.nextLong(1, 500));
        return switch (random.nextInt(8)) {
            case 0 -> ByteBuffer.wrap(new byte[] {(byte) random.nextInt(), (byte) random.nextInt()});
            case 1, 2 -> LockCommand.renew(name, token, lease).encode();
            case 3, 4 -> LockCommand.release(name, token).encode();
            default ->
                LockCommand.acquire(name, "owner " + random.nextInt(3), lease).encode();
        };
    }

    @Override
    protected Optional<ByteBuffer> randomQuery(RandomGenerator random) {
        return Optional.of(StandardCharsets.UTF_8.encode(randomName(random)));
    }

    private static String randomName(RandomGenerator random) {
        return "lock " + random.nextInt(3);
    }
}
