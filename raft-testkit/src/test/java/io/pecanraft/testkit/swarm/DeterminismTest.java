package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.pecanraft.RaftNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A seed is the whole run: no address, no hash code of an object, no thread and no JVM has a say in it. */
class DeterminismTest {

    private static final int SEEDS = 40;

    /** Where Debian and Ubuntu packages of Temurin put it; {@code -Dsim.otherJdk} names another. */
    private static final Path OTHER_JDK =
            Path.of(System.getProperty("sim.otherJdk", "/usr/lib/jvm/temurin-25-jdk-amd64"));

    @Test
    void anotherJdkGivesTheSameRuns() throws Exception {
        assumeTrue(Files.isExecutable(OTHER_JDK.resolve("bin/java")), "no other JDK at " + OTHER_JDK);
        Process other = TraceHashes.start(OTHER_JDK, 1, SEEDS);
        Map<Long, Long> here = new TreeMap<>();
        for (long seed = 1; seed <= SEEDS; seed++) {
            here.put(seed, Simulation.run(Plan.of(seed), "").traceHash());
        }
        assertThat(TraceHashes.read(other)).isEqualTo(here);
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
