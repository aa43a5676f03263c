package io.pecanraft.log.chronicle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.RaftConfig;
import io.pecanraft.RaftException;
import io.pecanraft.RaftNode;
import io.pecanraft.SessionSequence;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.ReadConsistency;
import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import io.pecanraft.testkit.InMemoryNetwork;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a cluster, in one directory or in a backup, becomes another cluster of real nodes. */
@Timeout(120)
class NewClusterTest {

    private static final NodeId OLD = ThreeNodes.NAMES.get(2);
    private static final NodeId ADDED = NodeId.of("b2");
    private static final MemberAddress FOUNDER = new MemberAddress(NodeId.of("b1"), "memory:b1");
    private static final ClusterId CLUSTER = ClusterId.fromName("the new one");
    private static final NewCluster NEW = new NewCluster(CLUSTER, FOUNDER, TestLog.smallSegments());
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int COMMANDS = 800;

    @TempDir
    Path directory;

    private final InMemoryNetwork network = new InMemoryNetwork();

    @Test
    void theDirectoryOfOneServerThatIsLeftIsTakenOver() throws Exception {
        try (ThreeNodes nodes = threeNodes().startAll()) {
            propose(nodes.node(OLD), 0, COMMANDS);
            SnapshotMeta snapshot = snapshotOfAll(nodes.node(OLD), COMMANDS);
            assertThat(snapshot.lastIncludedIndex()).isGreaterThanOrEqualTo(COMMANDS);
            propose(nodes.node(OLD), COMMANDS, 2 * COMMANDS);
        }
        Map<Path, String> before = DirectoryContent.of(old());
        EntryId last = takeOver(directory.resolve("new"));
        assertThat(DirectoryContent.of(old()))
                .as("the old directory is only read")
                .isEqualTo(before);
        StorageReport report = inspected(directory.resolve("new"));
        assertThat(report.last()).isEqualTo(last);
        assertThat(report.verdict()).isEqualTo(StorageReport.Verdict.INTACT);
        assertThat(report.identity().cluster()).isEqualTo(CLUSTER);
        becomesACluster(directory.resolve("new"), 2 * COMMANDS);
    }

    /** Which names the old members in the midst of its log; they are none of the new one's. */
    @Test
    void aLogWithoutASnapshotIsTakenOverWithoutTheMembersInIt() throws Exception {
        try (ThreeNodes nodes = threeNodes().startAll()) {
            propose(nodes.node(OLD), 0, 50);
            nodes.eventually(
                    ThreeNodes.NAMES, node -> node.changeMembership(MembershipChange.demote(ThreeNodes.NAMES.get(0))));
            propose(nodes.node(OLD), 50, 100);
        }
        takeOver(directory.resolve("new"));
        becomesACluster(directory.resolve("new"), 100);
    }

    /** The process died after it had stored a leader's snapshot, and before its log, of a branch that lost, was emptied. */
    @Test
    void aSnapshotThatTheLogDoesNotHoldIsTheEnd() throws Exception {
        for (long logEnd : new long[] {120, 40}) {
            Path left = directory.resolve("left-" + logEnd);
            try (TestLog log = TestLog.open(left)) {
                log.aloneInTerm(5);
                log.append(TestLog.entries(1, logEnd, 3));
                log.snapshot(new EntryId(5, 100));
            }
            StorageReport report = inspected(left);
            assertThat(report.last()).isEqualTo(new EntryId(3, logEnd));
            assertThat(report.end()).isEqualTo(new EntryId(5, 100));
            Path fresh = directory.resolve("fresh-" + logEnd);
            try (StorageInspection old = StorageInspection.open(left)) {
                assertThat(NEW.takeOver(old, fresh)).isEqualTo(new EntryId(5, 100));
            }
            assertThat(inspected(fresh).end()).isEqualTo(new EntryId(5, 100));
            assertThat(inspected(fresh).verdict()).isEqualTo(StorageReport.Verdict.INTACT);
        }
    }

    @Test
    void whatIsSoundOfADamagedLogIsTakenOver() throws Exception {
        try (ThreeNodes nodes = threeNodes().startAll()) {
            propose(nodes.node(OLD), 0, COMMANDS);
        }
        EntryId end = inspected(old()).last();
        Path segment = DirectoryLayout.segments(DirectoryLayout.log(old().resolve("data")))
                .firstEntry()
                .getValue()
                .resolve(DirectoryLayout.SEGMENT_FILE);
        DamageTest.overwrite(segment, 20_000, new byte[] {1, 2, 3, 4});
        EntryId last = takeOver(directory.resolve("new"));
        assertThat(last).isEqualTo(inspected(old()).last()).isLessThan(end);
        try (RaftNode node = start(directory.resolve("new"), FOUNDER.node(), false)) {
            assertThat(missing(node, COMMANDS)).hasSizeBetween(1, COMMANDS - 1);
        }
    }

    @Test
    void aBackupOfARunningServerIsRestored() throws Exception {
        Path backup = directory.resolve("backup");
        SnapshotArchive.Content written;
        try (ThreeNodes nodes = threeNodes().startAll()) {
            propose(nodes.node(OLD), 0, COMMANDS);
            snapshotOfAll(nodes.node(OLD), COMMANDS);
            written = SnapshotArchive.write(old(), backup);
            propose(nodes.node(OLD), COMMANDS, COMMANDS + 50);
        }
        assertThat(SnapshotArchive.verify(backup)).isEqualTo(written);
        EntryId at = NEW.restore(backup, directory.resolve("new"));
        assertThat(at.index()).isEqualTo(written.meta().lastIncludedIndex() + NewCluster.RESTORED_INDEX_OFFSET);
        becomesACluster(directory.resolve("new"), COMMANDS);
    }

    /**
     * A session's id is the index of the entry that opened it. A client whose session is younger than the backup must not be taken for
     * another one, whose session has been opened since; one whose session is older goes on, and nothing is done twice.
     */
    @Test
    void noSessionOfARestoredClusterIsTakenForALostOne() throws Exception {
        Path backup = directory.resolve("backup");
        SessionSequence older;
        SessionSequence lost;
        try (ThreeNodes nodes = threeNodes().startAll()) {
            older = firstOfASession(nodes.node(OLD), 0);
            snapshotOfAll(nodes.node(OLD), 1);
            SnapshotArchive.write(old(), backup);
            lost = firstOfASession(nodes.node(OLD), 2);
        }
        NEW.restore(backup, directory.resolve("new"));
        try (RaftNode node = start(directory.resolve("new"), FOUNDER.node(), false)) {
            for (int i = 0; i < 20; i++) {
                assertThat(firstOfASession(node, 3).sessionId()).isGreaterThan(lost.sessionId());
            }
            long again = node.sessions()
                    .propose(older, command(0), LIMIT)
                    .get(30, TimeUnit.SECONDS)
                    .index();
            assertThat(again).as("where it was applied, before the backup").isLessThan(lost.sessionId());
            assertThatThrownBy(() ->
                            node.sessions().propose(lost, command(2), LIMIT).get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("session");
        }
    }

    @Test
    void theIdOfTheOldClusterIsRefused() throws Exception {
        alone(10);
        Path backup = directory.resolve("backup");
        SnapshotArchive.write(old(), backup);
        NewCluster same = new NewCluster(TestLog.CLUSTER, FOUNDER, TestLog.smallSegments());
        refused(Reason.FOREIGN, "another name", () -> same.restore(backup, directory.resolve("new")));
        try (StorageInspection source = StorageInspection.open(old())) {
            refused(Reason.FOREIGN, "another name", () -> same.takeOver(source, directory.resolve("new")));
        }
        assertThat(directory.resolve("new")).doesNotExist();
    }

    @Test
    void aDirectoryThatIsNotEmptyIsNotTouched() throws Exception {
        alone(10);
        Path backup = directory.resolve("backup");
        SnapshotArchive.write(old(), backup);
        Map<Path, String> before = DirectoryContent.of(old());
        refused(Reason.INACCESSIBLE, "is not empty", () -> NEW.restore(backup, old()));
        assertThat(DirectoryContent.of(old())).isEqualTo(before);
        refused(Reason.INACCESSIBLE, "is not empty", () -> NEW.restore(backup, backup));
        Path left = Files.createDirectory(directory.resolve("new.tmp"));
        Files.writeString(left.resolve("LOCK"), "of an attempt that was killed");
        refused(Reason.INACCESSIBLE, "left of an earlier attempt", () -> NEW.restore(backup, directory.resolve("new")));
        NEW.restore(backup, Files.createDirectory(directory.resolve("empty")));
    }

    @Test
    void aDamagedBackupLeavesNothingBehind() throws Exception {
        alone(10);
        Path backup = directory.resolve("backup");
        SnapshotArchive.write(old(), backup);
        byte[] content = Files.readAllBytes(backup);
        content[content.length - 1] ^= 1;
        Files.write(backup, content);
        refused(Reason.CORRUPT, "is damaged", () -> NEW.restore(backup, directory.resolve("new")));
        assertThat(FileTree.list(directory)).containsExactly(backup, old());
    }

    @Test
    void anEmptyDirectoryHasNothingToTakeOver() throws Exception {
        TestLog.open(old()).close();
        try (StorageInspection source = StorageInspection.open(old())) {
            refused(Reason.CORRUPT, "nothing can be taken over", () -> NEW.takeOver(source, directory.resolve("new")));
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private static void refused(Reason reason, String message, Action action) {
        assertThatThrownBy(action::run)
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.reason()).isEqualTo(reason))
                .hasMessageContaining(message);
    }

    private Path old() {
        return directory.resolve(OLD.toString());
    }

    private ThreeNodes threeNodes() {
        return new ThreeNodes(
                directory,
                SeenNumbers::new,
                config -> config.snapshotLogBytes(0).retainedLogEntries(50));
    }

    private void alone(int entries) throws IOException {
        try (TestLog log = TestLog.open(old())) {
            log.aloneInTerm(1);
            log.append(TestLog.entries(1, entries, 1));
            log.snapshot(new EntryId(1, entries));
        }
    }

    private static StorageReport inspected(Path server) {
        try (StorageInspection inspection = StorageInspection.open(server)) {
            return inspection.report();
        }
    }

    private EntryId takeOver(Path target) {
        try (StorageInspection source = StorageInspection.open(old())) {
            return NEW.takeOver(source, target);
        }
    }

    /** It has all commands, takes more, and is joined by a server that gets everything from it. */
    private void becomesACluster(Path founder, int commands) throws Exception {
        try (RaftNode node = start(founder, FOUNDER.node(), false);
                RaftNode added = start(directory.resolve("added"), ADDED, true)) {
            assertThat(missing(node, commands)).isEmpty();
            propose(node, commands, commands + 10);
            node.changeMembership(MembershipChange.add(new MemberAddress(ADDED, "memory:" + ADDED)))
                    .get(60, TimeUnit.SECONDS);
            assertThat(missing(added, commands + 10)).isEmpty();
            assertThat(node.status().membership().orElseThrow().members())
                    .extracting(member -> member.node().value())
                    .containsExactly("b1", "b2");
        }
        try (RaftNode node = start(founder, FOUNDER.node(), false);
                RaftNode added = start(directory.resolve("added"), ADDED, true)) {
            assertThat(missing(node, commands + 10)).as("after a restart").isEmpty();
            assertThat(missing(added, commands + 10)).isEmpty();
        }
    }

    private RaftNode start(Path at, NodeId name, boolean joins) throws Exception {
        RaftNode.Builder builder = RaftNode.builder()
                .stateMachine(new SeenNumbers())
                .storage(ChronicleStorage.open(at, CLUSTER, GroupId.DEFAULT, name, TestLog.smallSegments()))
                .transport(network.transport())
                .config(RaftConfig.builder()
                        .electionTimeout(Duration.ofMillis(300))
                        .heartbeatInterval(Duration.ofMillis(50))
                        .readTimeout(LIMIT)
                        .proposalTimeout(LIMIT)
                        .build());
        RaftNode node = (joins ? builder.joining() : builder.bootstrapMembers(List.of(FOUNDER))).build();
        node.start().get(60, TimeUnit.SECONDS);
        return node;
    }

    /** A follower may be behind what it has forwarded; a read that is linearizable waits for it. */
    private static SnapshotMeta snapshotOfAll(RaftNode node, int commands) throws Exception {
        assertThat(missing(node, commands)).isEmpty();
        return node.takeSnapshot().get(30, TimeUnit.SECONDS);
    }

    /** Repeats what an election has prevented. */
    private static <T> T eventually(RaftNode node, Function<RaftNode, CompletableFuture<T>> call) throws Exception {
        while (true) {
            try {
                return call.apply(node).get(60, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                assertThat(e.getCause()).isInstanceOf(RaftException.class);
            }
        }
    }

    private static SessionSequence firstOfASession(RaftNode node, int number) throws Exception {
        long id = eventually(node, asked -> asked.sessions().open(LIMIT)).sessionId();
        SessionSequence first = new SessionSequence(id, 1, 1, true);
        node.sessions().propose(first, command(number), LIMIT).get(30, TimeUnit.SECONDS);
        return first;
    }

    private static ByteBuffer command(int number) {
        return ByteBuffer.allocate(100).putInt(0, number);
    }

    private static void propose(RaftNode node, int from, int to) throws Exception {
        eventually(
                node,
                asked -> CompletableFuture.allOf(IntStream.range(from, to)
                        .mapToObj(number -> asked.propose(command(number)))
                        .toArray(CompletableFuture[]::new)));
    }

    private static List<Integer> missing(RaftNode node, int numbers) throws Exception {
        ByteBuffer query = ByteBuffer.allocate(Integer.BYTES * numbers);
        IntStream.range(0, numbers).forEach(query::putInt);
        query.flip();
        ByteBuffer answer = eventually(node, asked -> asked.read(query, ReadConsistency.linearizable()));
        return IntStream.range(0, answer.remaining() / Integer.BYTES)
                .mapToObj(i -> answer.getInt(answer.position() + Integer.BYTES * i))
                .toList();
    }
}
