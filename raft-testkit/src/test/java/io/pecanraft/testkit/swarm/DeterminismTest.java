package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.pecanraft.RaftNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** A seed is the whole run: no address, no hash code of an object, no thread and no JVM has a say in it. */
class DeterminismTest {

    /** Who replays a failure with its log must see that failure. */
    @Test
    void theLevelOfTheLogChangesNothing() {
        Logger log = (Logger) LoggerFactory.getLogger(RaftNode.class);
        Map<Level, List<Long>> hashes = new HashMap<>();
        Level before = log.getLevel();
        log.setAdditive(false);
        try {
            // Not OFF: other simulations run beside, whose errors are looked at.
            for (Level level : List.of(Level.ERROR, Level.WARN, Level.DEBUG)) {
                log.setLevel(level);
                hashes.put(
                        level,
                        LongStream.rangeClosed(1, 10)
                                .map(seed -> Simulation.run(Plan.of(seed), "").traceHash())
                                .boxed()
                                .toList());
            }
        } finally {
            log.setLevel(before);
            log.setAdditive(true);
        }
        assertThat(hashes.get(Level.WARN)).isEqualTo(hashes.get(Level.ERROR));
        assertThat(hashes.get(Level.DEBUG)).isEqualTo(hashes.get(Level.ERROR));
    }
}
