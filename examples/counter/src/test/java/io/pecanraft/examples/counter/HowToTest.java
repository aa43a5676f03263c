package io.pecanraft.examples.counter;

import static io.pecanraft.examples.counter.Counters.add;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.NotLeaderException;
import io.pecanraft.RaftException;
import io.pecanraft.RaftNode;
import io.pecanraft.log.chronicle.ChronicleStorage;
import io.pecanraft.log.chronicle.SnapshotArchive;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.Membership;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftRole;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.statemachine.CommandBatch;
import io.pecanraft.statemachine.SnapshotSource;
import io.pecanraft.statemachine.SnapshotView;
import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.InMemoryNetwork;
import io.pecanraft.testkit.InMemoryStorage;
import io.pecanraft.transport.netty.TransportException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The answers of the guide do what it says of them. */
class HowToTest {

    private static final ClusterId CLUSTER = ClusterId.fromName("how-to");

    @TempDir
    Path directory;

    private final InMemoryNetwork network = new InMemoryNetwork();
    private final List<MemberAddress> founders = IntStream.rangeClosed(1, 3)
            .mapToObj(number -> new MemberAddress(NodeId.of("n" + number), "host" + number + ":7000"))
            .toList();
    private final List<RaftNode> nodes = new ArrayList<>();

    @AfterEach
    void close() {
        nodes.forEach(RaftNode::close);
    }

    private RaftNode start(RaftNode.Builder builder, NodeId id) {
        return start(
                builder,
                new Counter(),
                new InMemoryStorage(
                        new StorageIdentity(CLUSTER, GroupId.DEFAULT, id, InMemoryStorage.randomIncarnation())));
    }

    private RaftNode start(RaftNode.Builder builder, StateMachine stateMachine, Storage storage) {
        RaftNode node = builder.stateMachine(stateMachine)
                .storage(storage)
                .transport(network.transport())
                .build();
        nodes.add(node);
        node.start().join();
        return node;
    }

    private void startFounders() {
        founders.forEach(founder -> start(RaftNode.builder().bootstrapMembers(founders), founder.node()));
        add(nodes.get(0), 5);
    }

    private RaftNode leader() {
        while (true) {
            for (RaftNode node : nodes) {
                if (node.status().role() == RaftRole.LEADER) {
                    return node;
                }
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void anApplicationBeginsAndEndsWithItsServer() throws IOException {
        NodeId self = NodeId.of("n1");
        List<MemberAddress> alone = Counters.members(1);
        // The second finds port and directory free, and what the first has written.
        for (long run = 1; run <= 2; run++) {
            try (ServerOfAnApplication server =
                    new ServerOfAnApplication(new Counter(), directory.resolve("data"), alone, self)) {
                assertThat(server.health().live()).isTrue();
                assertThat(server.health().ready()).isFalse();
                server.start().join();
                assertThat(add(server.node(), 5)).isEqualTo(5 * run);
                assertThat(server.health().ready()).isTrue();
                Path other = directory.resolve("other");
                for (int attempt = 1; attempt <= 2; attempt++) { // each leaves its directory free for the next
                    assertThatThrownBy(() -> new ServerOfAnApplication(new Counter(), other, alone, self))
                            .isInstanceOf(TransportException.class)
                            .hasMessageContaining("cannot listen");
                }
            }
        }
    }

    @Test
    void aServerIsReplacedByAnother() {
        startFounders();
        RaftNode leader = leader();
        NodeId old = founders.stream()
                .map(MemberAddress::node)
                .filter(id -> !id.equals(leader.status().identity().node()))
                .findFirst()
                .orElseThrow();
        NodeId fresh = NodeId.of("n4");
        start(RaftNode.builder().joining(), fresh);

        Membership membership = HowTo.replace(leader, old, new MemberAddress(fresh, "host4:7000"))
                .join();

        assertThat(membership.voters().stream().map(Member::node))
                .contains(fresh)
                .doesNotContain(old);
    }

    @Test
    void aReadElsewhereSeesTheOwnWriteAndOneOfABoundedAgeSeesWhatIsOlder() {
        startFounders();
        assertThat(HowTo.addAndRead(leader(), nodes.get(2), 7).join()).isEqualTo(12);
        assertThat(HowTo.recentSum(nodes.get(1)).join()).isIn(5L, 12L);
    }

    @Test
    void onlyWhatWasCertainlyNotDoneMayBeRepeated() {
        RaftException notDone = new NotLeaderException("no leader", Optional.empty(), 1);
        assertThat(HowTo.mayRepeat(notDone)).isTrue();
        assertThat(HowTo.mayRepeat(new IllegalStateException())).isFalse();
    }

    @Test
    void workOfTheLeaderBeginsWithItsTermAndEnds() {
        startFounders();
        CompletableFuture<Long> began = new CompletableFuture<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        RaftNode leader = leader();
        HowTo.whileLeading(leader, began::complete, () -> ended.complete(null));

        assertThat(began.join()).isEqualTo(leader.status().term());
        leader.close();
        ended.join();
    }

    @Test
    void theNewFormatWaitsUntilEverybodyReadsIt() {
        startFounders();
        ByteBuffer newFormat = Counter.encode(2);
        ByteBuffer oldFormat = Counter.encode(1);

        assertThat(HowTo.inNewestFormat(leader(), 1, newFormat, oldFormat)).isSameAs(oldFormat);
        assertThat(HowTo.inNewestFormat(leader(), 0, newFormat, oldFormat)).isSameAs(newFormat);
    }

    @Test
    void aStateMachineWithAFileOfItsOwnIsNotGivenAgainWhatItHas() throws IOException {
        List<MemberAddress> alone = founders.subList(0, 1);
        for (int start = 0; start < 2; start++) {
            AtomicInteger applied = new AtomicInteger();
            RaftNode node = start(
                    RaftNode.builder().bootstrapMembers(alone),
                    counting(new DiskCounter(directory.resolve("sum")), applied),
                    ChronicleStorage.open(
                            directory.resolve("raft"),
                            CLUSTER,
                            GroupId.DEFAULT,
                            alone.get(0).node()));

            assertThat(add(node, 7)).isEqualTo(7L * (start + 1));
            assertThat(applied).hasValue(1);
            node.close();
            nodes.clear();
        }
    }

    @Test
    void aBackupAndWhatIsLeftOfALostClusterBecomeOthers() {
        MemberAddress first = founders.get(0);
        Path lost = directory.resolve("lost");
        Path backup = directory.resolve("backup");
        RaftNode node = start(
                RaftNode.builder().bootstrapMembers(List.of(first)),
                new Counter(),
                ChronicleStorage.open(lost, CLUSTER, GroupId.DEFAULT, first.node()));
        assertThat(add(node, 5)).isEqualTo(5);
        SnapshotArchive.Content content = HowTo.backUp(node, lost, backup);
        assertThat(content.cluster()).isEqualTo(CLUSTER);
        assertThat(add(node, 2)).isEqualTo(7);
        long last = node.status().appliedIndex();
        node.close();
        nodes.clear();

        ClusterId restored = ClusterId.fromName("restored");
        assertThat(addInAnother(HowTo.restore(backup, directory.resolve("restored"), restored, first), first))
                .as("of what came after the backup nothing is there")
                .isEqualTo(6);

        ClusterId left = ClusterId.fromName("left");
        Path fresh = directory.resolve("left");
        assertThat(HowTo.takeOver(lost, fresh, left, first).index()).isGreaterThanOrEqualTo(last);
        assertThat(addInAnother(ChronicleStorage.open(fresh, left, GroupId.DEFAULT, first.node()), first))
                .isEqualTo(8);
    }

    private long addInAnother(Storage storage, MemberAddress first) {
        RaftNode node = start(RaftNode.builder().bootstrapMembers(List.of(first)), new Counter(), storage);
        long sum = add(node, 1);
        node.close();
        nodes.clear();
        return sum;
    }

    private static StateMachine counting(DiskCounter counter, AtomicInteger applied) {
        return new StateMachine() {
            @Override
            public void apply(CommandBatch batch) {
                applied.addAndGet(batch.size());
                counter.apply(batch);
            }

            @Override
            public ByteBuffer query(ByteBuffer query) {
                return counter.query(query);
            }

            @Override
            public SnapshotView captureSnapshot() {
                return counter.captureSnapshot();
            }

            @Override
            public void restore(SnapshotSource source) throws IOException {
                counter.restore(source);
            }

            @Override
            public long appliedIndex() {
                return counter.appliedIndex();
            }
        };
    }
}
