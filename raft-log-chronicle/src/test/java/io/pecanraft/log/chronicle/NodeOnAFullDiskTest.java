package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pecanraft.NotLeaderException;
import io.pecanraft.RaftConfig;
import io.pecanraft.RaftEvent;
import io.pecanraft.RaftException;
import io.pecanraft.RaftNode;
import io.pecanraft.StorageFullException;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.testkit.InMemoryNetwork;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * D16. A node whose disk is filled under load and then freed: it refuses commands with a typed error, serves reads, goes on by itself,
 * and has everything that it acknowledged.
 */
@Timeout(180)
class NodeOnAFullDiskTest {

    private static final int COMMAND_BYTES = 4_000;
    private static final long RESERVE_BYTES = 2 << 20;
    private static final List<MemberAddress> MEMBERS = List.of(new MemberAddress(TestLog.NODE, "memory:n1"));

    @TempDir
    Path directory;

    private long acknowledged;

    /** Makes room again. */
    private interface Room {
        void make() throws Exception;
    }

    /** On a file system of 24 MiB, most of it taken by a file that is removed later. */
    @Test
    void onARealFileSystemThatIsFull() throws Exception {
        onFileSystemOf("24m", () -> {
            Path ballast = directory.resolve("ballast");
            Files.write(ballast, new byte[14 << 20]);
            fillAndFree(Barrier.OPERATING_SYSTEM, () -> Files.delete(ballast));
        });
    }

    private interface Story {
        void tell() throws Exception;
    }

    private void onFileSystemOf(String size, Story story) throws Exception {
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=" + size, "pecanraft-test", directory.toString()),
                "SKIPPED: mounting a small file system needs root");
        try {
            story.tell();
        } finally {
            assertThat(run("umount", directory.toString())).isTrue();
        }
    }

    /** Spare segments give their room back when a write fails, so that the next one of the same snapshot succeeds. */
    @Test
    void aSnapshotOfWhichAPieceFoundNoRoomIsNotCompleted() throws Exception {
        onFileSystemOf("2m", () -> {
            Path spare = directory.resolve("spare");
            Files.write(spare, new byte[1 << 20]);
            AtomicBoolean lacked = new AtomicBoolean();
            try (SnapshotDraft draft = SnapshotDraft.create(directory.resolve("draft"), () -> {
                        lacked.set(spare.toFile().delete());
                    });
                    PrintStream swallowing = new PrintStream(draft.stream())) {
                for (int i = 0; i < 3; i++) {
                    swallowing.write(new byte[500_000], 0, 500_000);
                }
                assertThat(lacked).isTrue();
                assertThatThrownBy(() -> draft.finish(Barrier.OPERATING_SYSTEM))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("earlier write");
            }
        });
    }

    @Test
    void onADiskThatIsOnlySaidToBeFull() throws Exception {
        SaidToBeFull disk = new SaidToBeFull();
        fillAndFree(disk, () -> disk.usableBytes = Long.MAX_VALUE);
    }

    private static final class SaidToBeFull implements Barrier {
        private volatile long usableBytes = RESERVE_BYTES;

        @Override
        public void force(FileChannel channel, Path file) {}

        @Override
        public void forceDirectory(Path path) {}

        @Override
        public long usableBytes(Path path) {
            return usableBytes;
        }
    }

    private void fillAndFree(Barrier disk, Room room) throws Exception {
        CountDownLatch low = new CountDownLatch(1);
        CountDownLatch roomAgain = new CountDownLatch(1);
        try (RaftNode node = open(disk)) {
            node.subscribe(event -> {
                if (event instanceof RaftEvent.StorageLow) {
                    low.countDown();
                } else if (event instanceof RaftEvent.StorageRoomAgain) {
                    roomAgain.countDown();
                }
            });
            node.start().get(60, TimeUnit.SECONDS);
            StorageFullException refusal = fill(node);
            assertThat(refusal.outcome()).isEqualTo(RaftException.Outcome.NOT_DONE);
            assertThat(refusal).hasMessageContaining("bytes left").hasMessageContaining("free some space");
            assertThat(low.await(60, TimeUnit.SECONDS)).isTrue();
            assertThat(read(node)).as("what is read while the disk is full").isEqualTo(acknowledged);

            room.make();

            assertThat(roomAgain.await(60, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < 100; i++) {
                propose(node);
            }
            assertThat(read(node)).isEqualTo(acknowledged);
        }
        try (RaftNode node = open(Barrier.OPERATING_SYSTEM)) {
            node.start().get(60, TimeUnit.SECONDS);
            proposeWhenLeading(node);
            assertThat(read(node)).as("what was acknowledged, after a restart").isEqualTo(acknowledged);
        }
    }

    private RaftNode open(Barrier disk) {
        ChronicleStorageConfig config = TestLog.small()
                .segmentBytes(1 << 20)
                .freeSpaceReserveBytes(RESERVE_BYTES)
                .spaceCheckInterval(Duration.ofMillis(20))
                .build();
        return RaftNode.builder()
                .stateMachine(new CommandCount())
                .storage(ChronicleStorage.open(
                        directory.resolve("node"),
                        ClusterId.fromBootstrap(MEMBERS),
                        GroupId.DEFAULT,
                        TestLog.NODE,
                        config,
                        disk))
                .transport(new InMemoryNetwork().transport())
                .bootstrapMembers(MEMBERS)
                .config(RaftConfig.builder()
                        .electionTimeout(Duration.ofMillis(100))
                        .heartbeatInterval(Duration.ofMillis(20))
                        .build())
                .build();
    }

    private StorageFullException fill(RaftNode node) throws Exception {
        proposeWhenLeading(node);
        for (int i = 0; i < 100_000; i++) {
            try {
                propose(node);
            } catch (ExecutionException e) {
                return (StorageFullException) e.getCause();
            }
        }
        throw new AssertionError("the disk is not full after " + acknowledged + " commands");
    }

    private void propose(RaftNode node) throws Exception {
        node.propose(ByteBuffer.allocate(COMMAND_BYTES)).get(60, TimeUnit.SECONDS);
        acknowledged++;
    }

    /** Until the only member leads, it says so. */
    private void proposeWhenLeading(RaftNode node) throws Exception {
        while (true) {
            try {
                propose(node);
                return;
            } catch (ExecutionException e) {
                if (e.getCause() instanceof StorageFullException) {
                    return;
                }
                assertThat(e.getCause()).isInstanceOf(NotLeaderException.class);
                Thread.onSpinWait();
            }
        }
    }

    private static long read(RaftNode node) throws Exception {
        return node.read(ByteBuffer.allocate(0), ReadConsistency.linearizable())
                .get(60, TimeUnit.SECONDS)
                .getLong(0);
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
        } catch (IOException e) {
            return false; // there is no such program here
        }
    }
}
