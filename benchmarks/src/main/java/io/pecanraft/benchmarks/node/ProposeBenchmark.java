package io.pecanraft.benchmarks.node;

import io.pecanraft.LeadershipListener;
import io.pecanraft.RaftNode;
import io.pecanraft.benchmarks.pecanraft.PecanRaftMap;
import io.pecanraft.benchmarks.system.Put;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.testkit.InMemoryNetwork;
import io.pecanraft.testkit.InMemoryStorage;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** From propose to the reply at a server that is alone: mailbox, turn, commit, apply path, completion of the future. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ProposeBenchmark {

    private static final int TOGETHER = 1_024;
    private static final int VALUE_BYTES = 256;

    private final SplittableRandom random = new SplittableRandom(1);
    private final byte[] value = new byte[VALUE_BYTES];
    private RaftNode node;

    /** A cluster of one, which leads. */
    @Setup
    public void setUp() {
        List<MemberAddress> members = List.of(new MemberAddress(NodeId.of("n1"), "n1"));
        node = RaftNode.builder()
                .stateMachine(new PecanRaftMap())
                .storage(new InMemoryStorage(new StorageIdentity(
                        ClusterId.fromBootstrap(members),
                        GroupId.DEFAULT,
                        NodeId.of("n1"),
                        InMemoryStorage.randomIncarnation())))
                .transport(new InMemoryNetwork().transport())
                .bootstrapMembers(members)
                .build();
        CompletableFuture<Void> leads = new CompletableFuture<>();
        node.onLeadership(new LeadershipListener() {
            @Override
            public void elected(long term) {
                leads.complete(null);
            }

            @Override
            public void lost(long term) {
                // nobody is there to lose it to
            }
        });
        node.start().join();
        leads.join();
    }

    /** One at a time: what the hand-overs between threads cost. */
    @Benchmark
    public Object one() {
        return propose().join();
    }

    /** Many at a time: what is left of them when they are shared. */
    @Benchmark
    @OperationsPerInvocation(TOGETHER)
    public void together() {
        CompletableFuture.allOf(
                        IntStream.range(0, TOGETHER).mapToObj(i -> propose()).toArray(CompletableFuture<?>[]::new))
                .join();
    }

    private CompletableFuture<ByteBuffer> propose() {
        return node.propose(Put.encode(Put.key(random.nextInt(Put.KEYS)), value));
    }

    /** Ends the node. */
    @TearDown
    public void tearDown() {
        node.close();
    }
}
