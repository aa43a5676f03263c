package io.pecanraft.protocol;

import io.pecanraft.model.Incarnation;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What a leader does for each acknowledgement: which index has a majority? In the package of what it measures. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class QuorumBenchmark {

    /** How many vote. */
    @Param({"3", "5", "7"})
    public int voters;

    private final Map<MemberId, Long> matchIndex = new HashMap<>();
    private Membership membership;

    /** Servers at different indexes. */
    @Setup
    public void setUp() {
        membership = Membership.ofVoters(
                1,
                IntStream.range(0, voters)
                        .mapToObj(i -> new Member(
                                new MemberId(NodeId.of("n" + i), new Incarnation(i, i)), "127.0.0.1:" + (9_000 + i)))
                        .toList());
        membership.voters().forEach(voter -> matchIndex.put(voter.id(), (long) voter.hashCode()));
    }

    /** The commit rule. */
    @Benchmark
    public long reachedByQuorum() {
        return Quorum.reachedByQuorum(membership, matchIndex::get);
    }
}
