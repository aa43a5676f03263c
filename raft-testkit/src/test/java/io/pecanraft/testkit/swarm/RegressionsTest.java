package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.Story;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Plans that once broke a rule, made small by the shrinker, and stories worth keeping. They run for ever, in two JVMs. */
public class RegressionsTest {

    private static final Path DIRECTORY = Path.of("src/test/resources/regressions");

    @Test
    void allAreCleanEverSince() throws Exception {
        int plans = plans().size();
        assertThat(plans).isPositive();
        Story.REGRESSIONS.runAll(Story.REGRESSIONS.seeds("sim.regressions", plans));
    }

    /** Runs the first, second, and so on. */
    public static Outcome run(int number) {
        Path file = plans().get(number - 1);
        try {
            Outcome outcome = Simulation.run(
                    PlanText.read(Files.readString(file)),
                    "raft-testkit/sim replay --plan raft-testkit/" + file + " --html run.html");
            return new Outcome(
                    number, outcome.events(), outcome.virtualMillis(), outcome.traceHash(), outcome.counts());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> plans() {
        try (Stream<Path> found = Files.list(DIRECTORY)) {
            return found.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
