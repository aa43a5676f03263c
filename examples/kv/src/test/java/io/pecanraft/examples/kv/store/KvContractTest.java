package io.pecanraft.examples.kv.store;

import io.pecanraft.examples.kv.store.Operation.Condition;
import io.pecanraft.examples.kv.store.Operation.DeadlineCondition;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.contract.StateMachineContract;
import java.nio.ByteBuffer;
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
        return OperationCodec.encode(List.of(randomOperation(random, key, other), new Operation.Count()));
    }

    private static Operation randomOperation(RandomGenerator random, Bytes key, Bytes other) {
        Bytes value = Bytes.of(random.nextInt(1_000));
        return switch (random.nextInt(17)) {
            case 0 -> new Operation.Delete(List.of(key, other));
            case 1 -> new Operation.Append(key, value);
            case 2 -> new Operation.Increment(key, random.nextLong());
            case 3 -> new Operation.SetAll(List.of(new Operation.Pair(key, value), new Operation.Pair(other, key)));
            case 4 -> new Operation.TakeOut(key);
            case 5 -> new Operation.GetAndExpire(key, randomExpiry(random));
            case 6, 7 ->
                new Operation.Expire(
                        key,
                        random.nextLong(-50, 500),
                        List.of(DeadlineCondition.values()).get(random.nextInt(5)));
            case 8 -> new Operation.Persist(key);
            case 9 -> new Operation.Tick();
            case 10 -> random.nextInt(4) == 0 ? new Operation.Clear() : new Operation.TimeToLive(key);
            case 11 -> new Operation.Scan(random.nextInt(), Bytes.of("k*"), 3);
            case 13 ->
                new Operation.Announce(key, random.nextBoolean() ? Bytes.EMPTY : value, Bytes.of(random.nextInt(9)));
            case 12 ->
                new Operation.Transaction(
                        List.of(new Operation.Get(key), new Operation.Append(other, value), new Operation.Get(other)));
            default ->
                new Operation.Set(
                        key,
                        value,
                        List.of(Condition.values()).get(random.nextInt(3)),
                        random.nextBoolean(),
                        randomExpiry(random));
        };
    }

    /** Each command moves the time of the log on by 10 ms, so these end among the commands of a test. */
    private static Expiry randomExpiry(RandomGenerator random) {
        return switch (random.nextInt(3)) {
            case 0 -> new Expiry.Never();
            case 1 -> new Expiry.Keep();
            default -> new Expiry.After(random.nextLong(1, 500));
        };
    }

    @Override
    protected Optional<ByteBuffer> randomQuery(RandomGenerator random) {
        Bytes key = key(random.nextInt(KEYS));
        return Optional.of(OperationCodec.encode(List.of(
                new Operation.GetAll(List.of(key, key(random.nextInt(KEYS)))),
                new Operation.TimeToLive(key),
                new Operation.Keys(Bytes.of("*")),
                new Operation.Scan(random.nextInt(), Bytes.of("*"), 2))));
    }

    private static Bytes key(int number) {
        return Bytes.of("k" + number);
    }
}
