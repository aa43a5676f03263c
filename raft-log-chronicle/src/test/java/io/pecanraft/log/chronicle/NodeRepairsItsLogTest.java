package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.NodeId;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.model.RepairMarker;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.concurrent.CompletableFuture;
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

    private static final NodeId DAMAGED = ThreeNodes.NAMES.get(2);
    private static final int COMMANDS = 1_500;
    private static final int COMMANDS_AT_ONCE = 50;
    private static final int COMMAND_BYTES = 200;

    @TempDir
    Path directory;

    private List<NodeId> reachable = ThreeNodes.NAMES;
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
            NavigableMap<Long, Path> segments = DirectoryLayout.segments(DirectoryLayout.log(data));
            switch (this) {
                case A_BIT_IN_EVERY_SEGMENT -> {
                    for (Path segment : segments.values()) {
                        flip(segment.resolve(DirectoryLayout.SEGMENT_FILE), 9_000);
                    }
                }
                case THE_NEWEST_SEGMENT_IS_GONE ->
                    FileTree.delete(segments.lastEntry().getValue());
                case THE_LOG_AND_ITS_WATERMARK_ARE_GONE -> {
                    Files.delete(DirectoryLayout.watermark(data));
                    for (Path segment : segments.values()) {
                        FileTree.delete(segment);
                    }
                }
                case THE_SNAPSHOT_THAT_THE_LOG_RESTS_ON -> {
                    assertThat(segments.firstKey())
                            .as("the first segment, without which the log does not make up for the snapshot, is gone")
                            .isGreaterThan(1);
                    for (Path snapshot : FileTree.list(DirectoryLayout.snapshots(data))) {
                        flip(snapshot.resolve("data"), 20);
                    }
                }
            }
        }

        private static void flip(Path file, int position) throws IOException {
            byte[] content = Files.readAllBytes(file);
            int at = Math.min(position, content.length - 1);
            content[at] ^= 4;
            Files.write(file, content);
        }
    }

    /** What is done to the directory of the server that is down. */
    private interface ByHand {
        void to(Path directory) throws IOException;
    }

    @ParameterizedTest
    @EnumSource
    void withoutAnOperator(Damage damage) throws Exception {
        comesBack(damage, directoryOfNode -> {});
    }

    /** An operator who discards what is damaged makes no other server of it: it is refilled, and votes as one that has lost data. */
    @ParameterizedTest
    @EnumSource
    void afterARepairByHand(Damage damage) throws Exception {
        comesBack(damage, directoryOfNode -> {
            try (StorageRepair repair = StorageRepair.open(directoryOfNode)) {
                RepairMarker marker = repair.run(true, TestLog.smallSegments()).marker();
                assertThat(marker.epoch()).isEqualTo(1);
                assertThat(marker.repairing()).isTrue();
            }
        });
    }

    private void comesBack(Damage damage, ByHand byHand) throws Exception {
        long snapshotLogBytes = damage.needsSnapshots ? 50_000 : 0;
        try (ThreeNodes nodes = new ThreeNodes(
                        directory,
                        SeenNumbers::new,
                        config -> config.snapshotLogBytes(snapshotLogBytes).retainedLogEntries(50))
                .startAll()) {
            acknowledge(nodes, COMMANDS);
            if (damage.needsSnapshots) {
                await(() -> nodes.node(DAMAGED).status().firstIndex() > 1);
            }
            nodes.stop(DAMAGED);
            Path data = nodes.data(DAMAGED);
            damage.to(data);
            byHand.to(FileTree.parent(data));
            reachable = ThreeNodes.NAMES.subList(0, 2);
            acknowledge(nodes, 100);

            nodes.start(DAMAGED);

            acknowledge(nodes, 100);
            NodeId first = ThreeNodes.NAMES.get(0);
            await(() -> nodes.node(DAMAGED).status().appliedIndex()
                    == nodes.node(first).status().appliedIndex());
            await(() -> !aside(data));
            nodes.stop(first);
            reachable = ThreeNodes.NAMES.subList(1, 3);
            // A majority of two, one of which is the one whose log was damaged; both have all.
            acknowledge(nodes, 100);
            for (NodeId name : reachable) {
                ByteBuffer missing =
                        nodes.eventually(List.of(name), node -> node.read(all(), ReadConsistency.linearizable()));
                assertThat(missing.remaining()).as("lost on %s", name).isZero();
            }
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

    private void acknowledge(ThreeNodes nodes, int count) throws Exception {
        for (int i = 0; i < count; i += COMMANDS_AT_ONCE) {
            int first = acknowledged.size();
            NodeId asked = reachable.get(i / COMMANDS_AT_ONCE % reachable.size());
            nodes.eventually(List.of(asked), node -> {
                List<CompletableFuture<?>> calls = new ArrayList<>();
                for (int number = first; number < first + COMMANDS_AT_ONCE; number++) {
                    ByteBuffer command = ByteBuffer.allocate(COMMAND_BYTES).putInt(0, number);
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
}
