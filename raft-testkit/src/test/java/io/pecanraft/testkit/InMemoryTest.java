package io.pecanraft.testkit;

import static io.pecanraft.testkit.Tally.add;
import static io.pecanraft.testkit.Tally.get;
import static io.pecanraft.testkit.Tally.number;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftEvent;
import io.pecanraft.RaftNode;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.spi.RaftLog;
import io.pecanraft.spi.SnapshotStore;
import io.pecanraft.spi.Storage;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageIdentity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A cluster in one process with real threads, without disk and sockets. */
class InMemoryTest {

    private static final RaftConfig CONFIG = RaftConfig.builder()
            .electionTimeout(Duration.ofMillis(250))
            .heartbeatInterval(Duration.ofMillis(50))
            .build();

    private static final List<MemberAddress> MEMBERS = List.of(member("n1"), member("n2"), member("n3"));

    private static MemberAddress member(String name) {
        return new MemberAddress(NodeId.of(name), "memory:" + name);
    }

    private static InMemoryStorage storage(MemberAddress member) {
        return new InMemoryStorage(new StorageIdentity(
                ClusterId.fromBootstrap(MEMBERS), GroupId.DEFAULT, member.node(), InMemoryStorage.randomIncarnation()));
    }

    private static RaftNode node(InMemoryNetwork network, Storage storage) {
        return RaftNode.builder()
                .stateMachine(new Tally())
                .storage(storage)
                .transport(network.transport())
                .bootstrapMembers(MEMBERS)
                .config(CONFIG)
                .build();
    }

    @Test
    void threeNodesOfOneProcessAgreeAndARestartKeepsWhatTheyHad() throws Exception {
        InMemoryNetwork network = new InMemoryNetwork();
        List<InMemoryStorage> storages =
                MEMBERS.stream().map(InMemoryTest::storage).toList();
        assertThat(sumAfterAdding(network, storages, 40)).isEqualTo(40);

        List<InMemoryStorage> reopened =
                storages.stream().map(InMemoryStorage::reopen).toList();

        assertThat(sumAfterAdding(network, reopened, 2)).isEqualTo(42);
    }

    private static long sumAfterAdding(InMemoryNetwork network, List<InMemoryStorage> storages, long number)
            throws Exception {
        List<RaftNode> nodes = new ArrayList<>();
        CountDownLatch leaderKnown = new CountDownLatch(storages.size());
        for (InMemoryStorage storage : storages) {
            RaftNode node = node(network, storage);
            node.subscribe(event -> {
                if (event instanceof RaftEvent.LeaderChanged changed
                        && changed.leader().isPresent()) {
                    leaderKnown.countDown();
                }
            });
            nodes.add(node);
        }
        nodes.forEach(RaftNode::start);
        try {
            assertThat(leaderKnown.await(30, TimeUnit.SECONDS)).isTrue();
            RaftNode any = nodes.get(0);
            any.propose(add(number)).get(30, TimeUnit.SECONDS);
            return number(any.read(get(), ReadConsistency.linearizable()).get(30, TimeUnit.SECONDS));
        } finally {
            nodes.forEach(RaftNode::close);
        }
    }

    @Test
    void aStorageIsForOneNodeAtATime() {
        InMemoryStorage storage = storage(member("n1"));
        assertThatThrownBy(storage::reopen).isInstanceOf(StorageException.class).hasMessageContaining("still open");
    }

    /** An election takes several flushes, and must not take longer than the time after which the next begins. */
    @Test
    void aDiskThatIsSlowForTheElectionTimeoutIsToldOf() throws Exception {
        assertThat(warningsAtAStartWithAFlushOf(CONFIG.electionTimeout().dividedBy(4)))
                .isEmpty();
        assertThat(warningsAtAStartWithAFlushOf(Duration.ofMillis(100)))
                .containsExactly("the disk is slow for this election timeout");
    }

    private static List<String> warningsAtAStartWithAFlushOf(Duration flush) throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(RaftNode.class);
        Level before = logger.getLevel();
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        logger.setLevel(Level.WARN);
        logger.setAdditive(false);
        try (RaftNode node = node(new InMemoryNetwork(), new SlowStorage(storage(MEMBERS.get(0)), flush))) {
            node.start().get(10, TimeUnit.SECONDS);
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(before);
            logger.setAdditive(true);
        }
        return lines.list.stream()
                .filter(line -> line.getLevel() == Level.WARN)
                .map(ILoggingEvent::getMessage)
                .toList();
    }

    /** A storage that says how slow it is. */
    private record SlowStorage(InMemoryStorage storage, Duration slowestProbe) implements Storage {

        @Override
        public StorageIdentity identity() {
            return storage.identity();
        }

        @Override
        public RaftLog log() {
            return storage.log();
        }

        @Override
        public SnapshotStore snapshots() {
            return storage.snapshots();
        }

        @Override
        public void close() {
            storage.close();
        }
    }
}
