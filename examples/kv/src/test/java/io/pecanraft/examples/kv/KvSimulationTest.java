package io.pecanraft.examples.kv;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.examples.kv.store.Bytes;
import io.pecanraft.examples.kv.store.Expiry;
import io.pecanraft.examples.kv.store.KvStateMachine;
import io.pecanraft.examples.kv.store.Operation;
import io.pecanraft.examples.kv.store.Operation.Condition;
import io.pecanraft.examples.kv.store.OperationCodec;
import io.pecanraft.examples.kv.store.Result;
import io.pecanraft.examples.kv.store.ResultCodec;
import io.pecanraft.testkit.SimCluster;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.sim.SimScheduler;
import io.pecanraft.testkit.swarm.Outcome;
import io.pecanraft.testkit.swarm.Seeds;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * Keys with deadlines and transactions on three simulated servers that die, lose power, stop, and cannot hear each other. The simulator
 * compares the replies of all replicas; here is what a client may rely on. {@code -Dsim.seed=N} runs one seed,
 * {@code -Dsim.kv.seeds=COUNT} the first so many.
 */
class KvSimulationTest {

    private static final Seeds SEEDS = Seeds.of(KvSimulationTest.class, "examples/kv", "sim.kv.seeds", 40);
    private static final int ROUNDS = 25;
    private static final int CLIENTS = 4;
    private static final Bytes LEFT = Bytes.of("left");
    private static final Bytes RIGHT = Bytes.of("right");

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** A clock that runs too fast by 100 ppm, with room to spare. */
    private static final double FASTEST = 0.999;

    @Test
    void noKeyDiesBeforeItsTimeAndNoTransactionIsSeenInPart() throws Exception {
        Map<String, Long> totals = SEEDS.runInTwoJvms(KvSimulationTest::run);
        if (!SEEDS.single() && SEEDS.count() >= SEEDS.inBuild()) {
            assertThat(totals)
                    .as("a run without these shows nothing about them")
                    .containsKeys("set", "seen alive", "seen dead", "transactions", "pairs seen");
        }
    }

    /** The other JVM. */
    public static void main(String[] arguments) {
        Seeds.printHashes(arguments, KvSimulationTest::run);
    }

    private static Outcome run(long seed) {
        return new Run(seed).run(seed);
    }

    /** One seed. */
    private static final class Run {

        /** What the one client of a key knows: it lives at least until then, in nanoseconds of the world. */
        private final Map<Bytes, Long> livesUntil = new HashMap<>();

        private final Map<String, Long> counts = new TreeMap<>();
        private final SimRandom random;
        private final SimCluster cluster;
        private boolean over;
        private int sequence;

        Run(long seed) {
            random = SimRandom.stream(seed, "kv faults");
            cluster = SimCluster.builder()
                    .seed(seed)
                    .replay(SEEDS.replay(seed))
                    .stateMachine(node -> new KvStateMachine())
                    .build();
        }

        Outcome run(long seed) {
            cluster.start();
            every(Duration.ofMillis(100), this::tick);
            every(Duration.ofMillis(40), this::moveBothTogether);
            every(Duration.ofMillis(30), this::lookAtBoth);
            for (int i = 0; i < CLIENTS; i++) {
                setAndLook();
            }
            for (int round = 0; round < ROUNDS; round++) {
                disturb(cluster.node(random.nextInt(cluster.nodes().size())));
                cluster.run(Duration.ofMillis(random.between(100, 2_000)));
                if (random.chance(0.6)) {
                    cluster.heal();
                    cluster.start();
                }
            }
            over = true;
            cluster.heal();
            cluster.start();
            cluster.awaitLeader();
            cluster.run(Duration.ofSeconds(10));
            cluster.awaitConvergence();
            return Outcome.of(seed, cluster, counts);
        }

        // ---- a client sets a key of its own with a time to live, then looks whether it is still there

        /** A new key each time: the outcome of an attempt that is not answered is never known. */
        private void setAndLook() {
            if (over) {
                return;
            }
            Bytes key = Bytes.of("k" + sequence);
            long ttlMillis = random.between(50, 3_000);
            long before = cluster.nowNanos();
            Operation set =
                    new Operation.Set(key, Bytes.of(sequence++), Condition.ALWAYS, false, new Expiry.After(ttlMillis));
            propose(
                    set,
                    result -> {
                        count("set");
                        // The entry's time is not before the call; from then on the log's clock runs as fast as the
                        // fastest.
                        livesUntil.put(key, before + (long) (ttlMillis * 1_000_000 * FASTEST));
                        look(key);
                    },
                    () -> after(Duration.ofMillis(500), this::setAndLook));
        }

        private void look(Bytes key) {
            read(
                    new Operation.Get(key),
                    result -> {
                        boolean dead = result instanceof Result.Absent;
                        count(dead ? "seen dead" : "seen alive");
                        if (dead && cluster.nowNanos() < livesUntil.get(key)) {
                            cluster.verdict()
                                    .fail(
                                            "time-to-live",
                                            key.utf8() + " is gone " + (livesUntil.get(key) - cluster.nowNanos())
                                                    + " ns too early");
                        }
                        after(Duration.ofMillis(random.between(1, 300)), () -> {
                            if (dead) {
                                setAndLook();
                            } else {
                                look(key);
                            }
                        });
                    },
                    () -> after(Duration.ofMillis(100), () -> look(key)));
        }

        // ---- two keys that are only ever changed together

        private void moveBothTogether() {
            Bytes value = Bytes.of(sequence++);
            propose(
                    new Operation.Transaction(List.of(
                            new Operation.Set(LEFT, value, Condition.ALWAYS, false),
                            new Operation.Append(RIGHT, Bytes.of("x")),
                            new Operation.Set(RIGHT, value, Condition.ALWAYS, true))),
                    result -> count("transactions"),
                    () -> count("transactions without an answer"));
        }

        private void lookAtBoth() {
            read(
                    new Operation.GetAll(List.of(LEFT, RIGHT)),
                    result -> {
                        count("pairs seen");
                        List<Optional<Bytes>> pair = ((Result.Values) result).values();
                        if (!pair.get(0).equals(pair.get(1))) {
                            cluster.verdict().fail("transaction-atomicity", "saw a part of a transaction");
                        }
                    },
                    () -> {});
        }

        private void tick() {
            propose(new Operation.Tick(), result -> {}, () -> {});
        }

        // ---- calls, at any server

        private void propose(Operation operation, Consumer<Result> done, Runnable failed) {
            SimNode node = cluster.node(random.nextInt(cluster.nodes().size()));
            ByteBuffer command = OperationCodec.encode(List.of(operation));
            giveUpAfterPatience(node.propose(command)).whenComplete((result, failure) -> {
                if (result == null) {
                    failed.run();
                } else {
                    done.accept(ResultCodec.decode(result.reply()).get(0));
                }
            });
        }

        private void read(Operation operation, Consumer<Result> done, Runnable failed) {
            SimNode node = cluster.node(random.nextInt(cluster.nodes().size()));
            giveUpAfterPatience(node.read(OperationCodec.encode(List.of(operation))))
                    .whenComplete((answer, failure) -> {
                        if (answer == null) {
                            failed.run();
                        } else {
                            done.accept(ResultCodec.decode(answer).get(0));
                        }
                    });
        }

        /** A server that is down never answers. */
        private <T> CompletableFuture<T> giveUpAfterPatience(CompletableFuture<T> call) {
            CompletableFuture<T> answer = call.thenApply(result -> result);
            after(PATIENCE, () -> answer.cancel(false));
            return answer;
        }

        private void disturb(SimNode node) {
            switch (random.nextInt(7)) {
                case 0 -> node.crash(SimNode.Crash.POWER);
                case 1 -> node.restart(SimNode.Crash.PROCESS);
                case 2 -> node.pause(Duration.ofMillis(random.between(100, 4_000)));
                case 3 -> cluster.isolate(node);
                case 4 -> cluster.leader().ifPresent(cluster::isolate);
                case 5 -> node.transferLeadership(Optional.empty());
                default -> node.takeSnapshot();
            }
        }

        private void every(Duration period, Runnable what) {
            after(period, () -> {
                if (!over) {
                    what.run();
                    every(period, what);
                }
            });
        }

        private void after(Duration delay, Runnable what) {
            cluster.scheduler().after(delay.toNanos(), SimScheduler.NO_NODE, what);
        }

        private void count(String what) {
            counts.merge(what, 1L, Long::sum);
        }
    }
}
