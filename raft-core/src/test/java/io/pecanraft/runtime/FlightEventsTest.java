package io.pecanraft.runtime;

import static io.pecanraft.runtime.TestCluster.CONFIG;
import static io.pecanraft.runtime.TestCluster.command;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.RaftConfig;
import io.pecanraft.RaftNode;
import io.pecanraft.model.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Event;
import jdk.jfr.EventType;
import jdk.jfr.Recording;
import jdk.jfr.ValueDescriptor;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recording of JDK Flight Recorder shows of nodes. */
class FlightEventsTest {

    private static final RaftConfig NO_TAIL =
            CONFIG.toBuilder().retainedLogEntries(0).build();
    private static final Set<String> OF_EVERY_EVENT =
            Set.of("startTime", "duration", "eventThread", "stackTrace", "node", "group");

    @TempDir
    Path directory;

    @Test
    void elections() throws IOException {
        try (Recording recording = started("0 ns")) {
            TestCluster cluster = new TestCluster("n1", "n2", "n3");
            RaftNode leader = cluster.startAll(CONFIG);
            RecordedEvent won = events(recording, "RoleChange").stream()
                    .filter(event -> event.getString("to").equals("LEADER"))
                    .reduce((first, last) -> last)
                    .orElseThrow();
            assertThat(won.getString("node")).isEqualTo(nameOf(leader));
            assertThat(won.getLong("group")).isZero();
            assertThat(won.getString("from")).isEqualTo("CANDIDATE");
            assertThat(won.getLong("term")).isEqualTo(leader.status().term());
            assertThat(won.getString("reason")).isNotEmpty();
        }
    }

    @Test
    void commitsWithTheAgeOfTheirOldestProposalAndFlushes() throws IOException {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode leader = cluster.startAll(CONFIG);
        try (Recording recording = started("0 ns")) {
            commitAfter(cluster, leader, 30);
            assertThat(events(recording, "Commit")).anySatisfy(event -> {
                assertThat(event.getString("node")).isEqualTo(nameOf(leader));
                assertThat(event.getDuration("took")).isEqualTo(Duration.ofMillis(30));
                assertThat(event.getInt("entries")).isEqualTo(1);
                assertThat(event.getLong("commitIndex"))
                        .isEqualTo(leader.status().commitIndex());
            });
            assertThat(events(recording, "LogFlush")).anySatisfy(event -> {
                assertThat(event.getDuration("took")).isEqualTo(Duration.ofNanos(1_000));
                assertThat(event.getInt("writes")).isEqualTo(1);
                assertThat(event.getInt("entries")).isEqualTo(1);
                assertThat(event.getLong("bytes")).isEqualTo(4);
            });
        }
    }

    @Test
    void onlySlowCommitsAndFlushesUnlessAskedForAll() throws IOException {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode leader = cluster.startAll(CONFIG);
        try (Recording recording = new Recording()) {
            recording.start();
            commitAfter(cluster, leader, 0);
            commitAfter(cluster, leader, 10);
            assertThat(events(recording, "Commit"))
                    .extracting(event -> event.getDuration("took"))
                    .containsExactly(Duration.ofMillis(10));
            assertThat(events(recording, "LogFlush")).isEmpty();
        }
    }

    @Test
    void snapshotsThatWereTakenAndInstalled() throws IOException {
        TestCluster cluster = new TestCluster("n1", "n2", "n3");
        RaftNode leader = cluster.startAll(NO_TAIL);
        RaftNode behind = cluster.follower();
        try (Recording recording = started("0 ns")) {
            cluster.isolate(behind);
            leader.propose(command("abcd"));
            cluster.time.settle();
            leader.takeSnapshot();
            cluster.time.settle();
            cluster.network.cutOff.remove(NodeId.of(nameOf(behind)));
            cluster.time.advanceMillis(2_000);

            long last = behind.status().snapshotIndex();
            assertThat(last).isPositive();
            RecordedEvent taken = events(recording, "SnapshotTaken").get(0);
            RecordedEvent installed = events(recording, "SnapshotInstalled").get(0);
            assertThat(taken.getString("node")).isEqualTo(nameOf(leader));
            assertThat(installed.getString("node")).isEqualTo(nameOf(behind));
            assertThat(taken.getLong("lastIncludedIndex")).isEqualTo(last);
            assertThat(installed.getLong("lastIncludedIndex")).isEqualTo(last);
            assertThat(taken.getLong("bytes")).isPositive().isEqualTo(installed.getLong("bytes"));
            assertThat(taken.getDuration("took")).isGreaterThanOrEqualTo(taken.getDuration("capture"));
        }
    }

    @Test
    void ofSeveralRecordingsTheOneThatWantsMostCounts() {
        AtLeast setting = new AtLeast();
        assertThat(setting.combine(new LinkedHashSet<>(List.of("1 s", "20 us", "3 ms"))))
                .isEqualTo("20 us");
        setting.setValue("20 us");
        assertThat(setting.nanos()).isEqualTo(20_000);
        setting.setValue("soon");
        assertThat(setting.nanos()).isEqualTo(10_000_000);
    }

    /** docs/metrics.md says of every event what it means and what is in it, and of no other. */
    @Test
    void everyEventIsDocumentedWithItsFields() throws IOException {
        TreeMap<String, Set<String>> documented = new TreeMap<>();
        for (MatchResult row : Pattern.compile(
                        "^\\| `(io\\.pecanraft\\.\\w+)` \\|[^|]*\\|([^|]*)\\|", Pattern.MULTILINE)
                .matcher(Files.readString(Path.of("../docs/metrics.md")))
                .results()
                .toList()) {
            documented.put(
                    row.group(1),
                    Pattern.compile("`(\\w+)`")
                            .matcher(row.group(2))
                            .results()
                            .map(field -> field.group(1))
                            .collect(Collectors.toSet()));
        }
        TreeMap<String, Set<String>> events = new TreeMap<>();
        for (Class<? extends Event> event : FlightEvents.ALL) {
            EventType type = EventType.getEventType(event);
            assertThat(type.getDescription()).isNotEmpty();
            events.put(
                    type.getName(),
                    type.getFields().stream()
                            .map(ValueDescriptor::getName)
                            .filter(field -> !OF_EVERY_EVENT.contains(field))
                            .collect(Collectors.toSet()));
        }
        assertThat(documented).isEqualTo(events);
    }

    @Test
    void aJvmWithoutFlightRecorderRunsWithoutIt() throws IOException, InterruptedException {
        String classPath = Arrays.stream(System.getProperty("java.class.path").split(":"))
                .filter(entry -> !entry.contains("logback"))
                .collect(Collectors.joining(":"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--limit-modules",
                        "java.base",
                        "-cp",
                        classPath,
                        WithoutFlightRecorder.class.getName())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output).contains("committed without Flight Recorder");
    }

    /** Commits one command, so long after it was proposed. */
    private static void commitAfter(TestCluster cluster, RaftNode leader, long millis) {
        List<RaftNode> others = new ArrayList<>(cluster.nodes.values());
        others.remove(leader);
        others.forEach(node -> cluster.threadOf(node).suspend());
        leader.propose(command("abcd"));
        cluster.time.advanceMillis(millis);
        others.forEach(node -> cluster.threadOf(node).resume());
        cluster.time.settle();
    }

    private static Recording started(String atLeast) {
        Recording recording = new Recording();
        Stream.of("Commit", "LogFlush")
                .forEach(name -> recording.enable("io.pecanraft." + name).with("atLeast", atLeast));
        recording.start();
        return recording;
    }

    private List<RecordedEvent> events(Recording recording, String name) throws IOException {
        Path file = directory.resolve(name + ".jfr");
        recording.dump(file);
        return RecordingFile.readAllEvents(file).stream()
                .filter(event -> event.getEventType().getName().equals("io.pecanraft." + name))
                .toList();
    }

    private static String nameOf(RaftNode node) {
        return node.status().identity().node().value();
    }
}
