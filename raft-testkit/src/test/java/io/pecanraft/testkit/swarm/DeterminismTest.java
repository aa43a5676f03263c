package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.pecanraft.RaftNode;
import io.pecanraft.testkit.Story;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A seed is the whole run: no address, no hash code of an object, no thread and no JVM has a say in it. */
class DeterminismTest {

    private static final int SEEDS_OF_OTHERS = 5;

    /** How many of the swarm, and with churn, run on another JDK in each build; {@code -Dsim.otherJdk.seeds=COUNT} runs more. */
    private static final int SEEDS = 40;

    /** Clocks, hash codes and collections may differ between releases of Java; the runs must not. */
    @Test
    void anotherJdkGivesTheSameRuns() throws Exception {
        Optional<OtherJdk> found = OtherJdk.find();
        assumeTrue(found.isPresent(), OtherJdk::none);
        OtherJdk other = found.orElseThrow();
        int seeds = Integer.getInteger("sim.otherJdk.seeds", SEEDS);
        List<Story> usual = List.of(Story.SWARM, Story.CHURN);
        List<Story> others = Stream.of(Story.values())
                .filter(story -> !usual.contains(story))
                .toList();
        compare(other, usual, seeds);
        compare(other, others, Math.min(seeds, SEEDS_OF_OTHERS));
        System.out.printf(
                "%d seeds, as many with churn, and up to %d of each other story have the same trace hashes on JDK %d and on %s%n",
                seeds, SEEDS_OF_OTHERS, Runtime.version().feature(), other);
    }

    private static void compare(OtherJdk other, List<Story> stories, int count) throws Exception {
        Process there = Story.start(other.home(), stories, 1, count);
        Map<Long, Long> here = Story.hashes(stories, 1, count);
        assertThat(TraceHashes.read(there))
                .as("the same seeds of %s on %s", stories, other)
                .isEqualTo(here);
    }

    /** Who replays a failure with its log must see that failure. */
    @Test
    void theLevelOfTheLogChangesNothing() {
        Logger log = (Logger) LoggerFactory.getLogger(RaftNode.class);
        Map<Level, List<Long>> hashes = new HashMap<>();
        log.setAdditive(false);
        try {
            for (Level level : List.of(Level.OFF, Level.WARN, Level.DEBUG)) {
                log.setLevel(level);
                hashes.put(
                        level,
                        LongStream.rangeClosed(1, 10)
                                .map(seed -> Simulation.run(Plan.of(seed), "").traceHash())
                                .boxed()
                                .toList());
            }
        } finally {
            log.setLevel(null);
            log.setAdditive(true);
        }
        assertThat(hashes.get(Level.WARN)).isEqualTo(hashes.get(Level.OFF));
        assertThat(hashes.get(Level.DEBUG)).isEqualTo(hashes.get(Level.OFF));
    }
}
