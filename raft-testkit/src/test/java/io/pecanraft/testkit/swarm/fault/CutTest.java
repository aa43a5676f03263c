package io.pecanraft.testkit.swarm.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.schedule.Draw;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A cut that is drawn cuts something: one that did not would count as a fault, and be none. */
class CutTest {

    private static final int DRAWS = 300;

    @Test
    void noShapeIsDrawnWhereItCutsNothing() {
        Map<String, Integer> fewest = new TreeMap<>();
        for (Cut shape : List.of(new Ring(), new Chain(), new Bridge())) {
            for (int nodes = 1; nodes <= 7; nodes++) {
                Draw draw = new Draw(SimRandom.stream(nodes, shape.word()), nodes, Duration.ofSeconds(1), List.of());
                if (shape.suits(draw)) {
                    fewest.putIfAbsent(shape.word(), nodes);
                    for (int i = 0; i < DRAWS; i++) {
                        assertThat(shape.links(draw))
                                .as(shape.word() + " of " + nodes)
                                .isNotEmpty();
                    }
                }
            }
        }
        assertThat(fewest).isEqualTo(Map.of("ring", 4, "chain", 3, "bridge", 3));
    }
}
