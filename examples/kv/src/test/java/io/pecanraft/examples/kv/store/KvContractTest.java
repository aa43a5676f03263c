package io.pecanraft.examples.kv.store;

import io.pecanraft.examples.kv.store.Operation.Condition;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.contract.StateMachineContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The replicated map may be replicated. */
class KvContractTest extends StateMachineContract {

    private static final int KEYS = 10;

    @Override
    protected StateMachine newStateMachine() {
        return new KvStateMachine();
    }

    @Override
    protected ByteBuffer randomCommand(RandomGenerator random) {
        Bytes key = key(random.nextInt(KEYS));
        Bytes other = key(random.nextInt(KEYS));
        Bytes value = Bytes.of(random.nextInt(1_000));
        Operation operation = switch (random.nextInt(6)) {
            case 0 -> new Operation.Delete(List.of(key, other));
            case 1 -> new Operation.Append(key, value);
            case 2 -> new Operation.Increment(key, random.nextLong());
            case 3 -> new Operation.SetAll(List.of(new Operation.Pair(key, value), new Operation.Pair(other, key)));
            default ->
                new Operation.Set(key, value, List.of(Condition.values()).get(random.nextInt(3)), random.nextBoolean());
        };
        return OperationCodec.encode(List.of(operation, new Operation.Count()));
    }

    @Override
    protected Optional<ByteBuffer> randomQuery(RandomGenerator random) {
        return Optional.of(OperationCodec.encode(
                List.of(new Operation.GetAll(List.of(key(random.nextInt(KEYS)), key(random.nextInt(KEYS)))))));
    }

    /** A snapshot has the order of a hash table, which is no part of the state. */
    @Override
    protected ByteBuffer canonical(ByteBuffer snapshot) {
        byte[] bytes = new byte[snapshot.remaining()];
        snapshot.duplicate().get(bytes);
        KvStateMachine machine = new KvStateMachine();
        try {
            Commands.restore(machine, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        StringBuilder content = new StringBuilder();
        content.append(Commands.query(machine, new Operation.Count()));
        for (int i = 0; i < KEYS; i++) {
            content.append(Commands.query(machine, new Operation.Get(key(i))));
        }
        return ByteBuffer.wrap(content.toString().getBytes(StandardCharsets.UTF_8));
    }

    private static Bytes key(int number) {
        return Bytes.of("k" + number);
    }
}
