package io.pecanraft.examples.kv.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import io.pecanraft.examples.kv.chaos.Injection.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The chaos rig over nodes that are no processes: what it finds, and what it writes. */
@Timeout(120)
class RoundTest {

    @TempDir
    Path directory;

    private final LyingNodes nodes = new LyingNodes();

    @Test
    void aServerThatForgetsAcknowledgedWritesIsFoundAndKept() throws Exception {
        nodes.forgets.set(true);
        RoundResult result = run();
        assertThat(result.isClean()).isFalse();
        assertThat(result.verdict().get(0)).startsWith("not linearizable, key rig:");
        assertThat(directory.resolve("history.txt")).isNotEmptyFile();
        assertThat(directory.resolve("injections.txt")).isNotEmptyFile();
    }

    @Test
    void whatWritesOfUnknownOutcomeDoLaterIsNoViolation() throws Exception {
        nodes.late.set(true);
        RoundResult result = run();
        assertThat(result.verdict()).isEmpty();
        assertThat(result.unknown()).isPositive();
    }

    @Test
    void aServerThatEndsUnasked() throws Exception {
        assertThat(run(List.of("n2 ended with exit code 4")).verdict()).containsExactly("n2 ended with exit code 4");
    }

    @Test
    void theLedgerComesBackAndTheReportNeedsNothingElse() throws Exception {
        RoundResult result = run();
        assertThat(result.verdict()).isEmpty();
        assertThat(result.answered()).isPositive();
        assertThat(result.failoverMillis()).isNotNegative();
        RoundLedger ledger = new RoundLedger(directory);
        ledger.add(result);
        ledger.add(result);
        assertThat(new RoundLedger(directory).rounds()).containsExactly(result, result);
        RigPage.write(directory, ledger.rounds(), List.of("EIO: <no> strace"));
        assertThat(Files.readString(directory.resolve(RigPage.NAME)))
                .contains("all 2 rounds clean", "EIO: &lt;no&gt; strace", "<svg")
                .doesNotContain("http:", "https:", "src=");
    }

    @Test
    void aSeedIsAPlanThatBeginsWithTheLeaderAndKnowsEveryFault() {
        Set<Kind> seen = EnumSet.noneOf(Kind.class);
        for (long seed = 0; seed < 100; seed++) {
            List<Injection> plan = InjectionPlan.draw(seed, 5, 30);
            assertThat(plan).isEqualTo(InjectionPlan.draw(seed, 5, 30));
            assertThat(plan.get(0).kind()).isEqualTo(Kind.KILL);
            assertThat(plan.get(0).node()).isEqualTo(Injection.LEADER);
            assertThat(plan).allMatch(injection -> injection.atMillis() + injection.forMillis() <= 30_000);
            plan.forEach(injection -> seen.add(injection.kind()));
        }
        assertThat(seen).containsExactlyInAnyOrder(Kind.values());
    }

    private RoundResult run(List<String> surprises) throws IOException, InterruptedException {
        List<Disk> disks = IntStream.range(0, 3)
                .<Disk>mapToObj(i -> new PlainDisk(directory))
                .toList();
        Round.Settings settings = new Round.Settings(7, 3, 2, Duration.ofSeconds(1), "test", directory);
        try (Links links = new Links(List.of())) {
            return new Round(settings, new Lying(surprises), links, disks, Permitted.nothing("a test")).run();
        }
    }

    private RoundResult run() throws IOException, InterruptedException {
        return run(List.of());
    }

    /** Says that all is well, whatever is done to it. */
    private final class Lying implements Servers, UnbreakableNodes {

        private final List<String> surprises;

        Lying(List<String> surprises) {
            this.surprises = surprises;
        }

        @Override
        public List<String> names() {
            return nodes.names();
        }

        @Override
        public void pause(int i) {}

        @Override
        public Optional<JsonObject> ask(int i) {
            JsonObject status = new JsonObject();
            status.addProperty("role", i == 0 ? "LEADER" : "FOLLOWER");
            status.addProperty("term", 1);
            return Optional.of(status);
        }

        @Override
        public Client connect(int i) {
            return nodes.connect(i);
        }

        @Override
        public void expectEnd(int i) {}

        @Override
        public void diskIsFull(int i, boolean full) {}

        @Override
        public int clockServer() {
            return 0;
        }

        @Override
        public void setClockOff(long seconds) {}

        @Override
        public void terminate(int i) {}

        @Override
        public long pid(int i) {
            return 0;
        }

        @Override
        public CompletableFuture<Integer> end(int i) {
            return new CompletableFuture<>();
        }

        @Override
        public List<String> surprises() {
            return surprises;
        }

        @Override
        public List<String> starts() {
            return List.of("no Java");
        }

        @Override
        public void close() {}
    }
}
