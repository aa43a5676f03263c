package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException;
import io.pecanraft.RaftNode;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.testkit.InMemoryNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * K21 on real nodes: the log of one of three is damaged while it is down. It starts as always, is refilled by the others without an
 * operator, and then a majority of which it is one still has everything that was ever acknowledged.
 */
@Timeout(180)
class NodeRepairsItsLogTest {

    private static final List<NodeId> NAMES =
            Stream.of("n1", "n2", "n3").map(NodeId::of).toList();
    private static final NodeId DAMAGED = NAMES.get(2);
    private static final List<MemberAddress> MEMBERS = NAMES.stream()
            .map(name -> new MemberAddress(name, "memory:" + name))
            .toList();
    private static final int COMMANDS = 1_500;
    private static final int COMMANDS_AT_ONCE = 50;

    @TempDir
    Path directory;

    private final InMemoryNetwork network = new InMemoryNetwork();
    private List<NodeId> reachable = NAMES;
    private final Map<NodeId, RaftNode> nodes = new HashMap<>();
    private final List<Integer> acknowledged = new ArrayList<>();

    /** What happens to the data of a server that is down. */
    enum Damage {
        A_BIT_IN_EVERY_SEGMENT(false),
        THE_NEWEST_SEGMENT_IS_GONE(false),
        THE_LOG_AND_ITS_WATERMARK_ARE_GONE(false),
        THE_SNAPSHOT_THAT_THE_LOG_RESTS_ON(true);

        private final boolean needsSnapshots;

        Damage(boolean needsSnapshots) {
            this.needsSnapshots = needsSnapshots;
        }

        private void to(Path data) throws IOException {
            List<Path> segments = segments(data);
            switch (this) {
                case A_BIT_IN_EVERY_SEGMENT -> {
                    for (Path segment : segments) {
                        flip(segment.resolve(DirectoryLayout.SEGMENT_FILE), 9_000);
                    }
                }
                case THE_NEWEST_SEGMENT_IS_GONE -> FileTree.delete(segments.get(segments.size() - 1));
                case THE_LOG_AND_ITS_WATERMARK_ARE_GONE -> {
                    Files.delete(DirectoryLayout.watermark(data));
                    for (Path segment : segments) {
                        FileTree.delete(segment);
                    }
                }
                case THE_SNAPSHOT_THAT_THE_LOG_RESTS_ON -> {
                    assertThat(segments.get(0).endsWith("seg-" + DirectoryLayout.digits(1)))
                            .as("the log still has all that the snapshot stands for")
                            .isFalse();
                    for (Path snapshot : FileTree.list(DirectoryLayout.snapshots(data))) {
                        flip(snapshot.resolve("data"), 20);
                    }
                }
            }
        }

        private static List<Path> segments(Path data) throws IOException {
            return FileTree.list(DirectoryLayout.log(data)).stream()
                    .filter(path -> DirectoryLayout.segmentId(path.getFileName().toString())
                            .isPresent())
                    .toList();
        }

        private static void flip(Path file, int position) throws IOException {
            byte[] content = Files.readAllBytes(file);
            int at = Math.min(position, content.length - 1);
            content[at] ^= 4;
            Files.write(file, content);
        }
    }

    @AfterEach
    void close() {
        nodes.values().forEach(RaftNode::close);
    }

    @ParameterizedTest
    @EnumSource
    void withoutAnOperator(Damage damage) throws Exception {
        for (NodeId name : NAMES) {
            start(name, damage.needsSnapshots);
        }
        acknowledge(COMMANDS);
        if (damage.needsSnapshots) {
            await(() -> node(DAMAGED).status().firstIndex() > 1);
        }
        node(DAMAGED).close();
        nodes.remove(DAMAGED);
        Path data = directory.resolve(DAMAGED + "/data");
        damage.to(data);
        reachable = NAMES.subList(0, 2);
        acknowledge(100);

        start(DAMAGED, damage.needsSnapshots);

        acknowledge(100);
        await(() -> node(DAMAGED).status().appliedIndex()
                == node(NAMES.get(0)).status().appliedIndex());
        await(() -> !aside(data));
        node(NAMES.get(0)).close();
        nodes.remove(NAMES.get(0));
        reachable = NAMES.subList(1, 3);
        // A majority of two, one of which is the one whose log was damaged; both have all.
        acknowledge(100);
        for (NodeId name : reachable) {
            ByteBuffer missing = eventually(name, node -> node.read(all(), ReadConsistency.linearizable()));
            assertThat(missing.remaining()).as("lost on %s", name).isZero();
        }
    }

    private static boolean aside(Path data) throws IOException {
        return FileTree.list(DirectoryLayout.log(data)).stream()
                .anyMatch(path -> path.getFileName().toString().startsWith(DirectoryLayout.ASIDE));
    }

    private ByteBuffer all() {
        ByteBuffer query = ByteBuffer.allocate(Integer.BYTES * acknowledged.size());
        acknowledged.forEach(query::putInt);
        return query.flip();
    }

    private void acknowledge(int count) throws Exception {
        for (int i = 0; i < count; i += COMMANDS_AT_ONCE) {
            int first = acknowledged.size();
            ByteBuffer padded = ByteBuffer.allocate(200);
            eventually(reachable.get(i / COMMANDS_AT_ONCE % reachable.size()), node -> {
                List<CompletableFuture<?>> calls = new ArrayList<>();
                for (int number = first; number < first + COMMANDS_AT_ONCE; number++) {
                    ByteBuffer command = ByteBuffer.allocate(padded.capacity()).putInt(0, number);
                    calls.add(node.propose(command));
                }
                return CompletableFuture.allOf(calls.toArray(CompletableFuture[]::new));
            });
            for (int number = first; number < first + COMMANDS_AT_ONCE; number++) {
                acknowledged.add(number);
            }
        }
    }

    private interface Condition {
        boolean holds() throws IOException;
    }

    private static void await(Condition condition) throws IOException {
        while (!condition.holds()) {
            Thread.onSpinWait();
        }
    }

    private RaftNode node(NodeId name) {
        RaftNode node = nodes.get(name);
        if (node == null) {
            throw new AssertionError(name + " is not running");
        }
        return node;
    }

    /** Asks until it is done. What is asked may happen more than once. */
    private <T> T eventually(NodeId name, Function<RaftNode, CompletableFuture<T>> call) throws Exception {
        while (true) {
            try {
                return call.apply(node(name)).get(60, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(RaftException.class);
            }
        }
    }

    private void start(NodeId name, boolean snapshots) throws Exception {
        RaftNode node = RaftNode.builder()
                .stateMachine(new SeenNumbers())
                .storage(ChronicleStorage.open(
                        directory.resolve(name.toString()),
                        ClusterId.fromBootstrap(MEMBERS),
                        GroupId.DEFAULT,
                        name,
                        TestLog.smallSegments()))
                .transport(network.transport())
                .bootstrapMembers(MEMBERS)
                .config(RaftConfig.builder()
                        .electionTimeout(Duration.ofMillis(300))
                        .heartbeatInterval(Duration.ofMillis(50))
                        .snapshotLogBytes(snapshots ? 50_000 : 0)
                        .retainedLogEntries(50)
                        .build())
                .build();
        nodes.put(name, node);
        node.start().get(60, TimeUnit.SECONDS);
    }
}
