package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clusters of sizes that nobody should run, but which must be safe: a majority of an even number is more than half. */
class OtherSizesTest {

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 6, 7})
    void clustersOfAnySizeAreSafe(int nodes) {
        long committed = 0;
        for (long seed = 1; seed <= 10; seed++) {
            Outcome outcome =
                    Simulation.run(Plan.of(seed, nodes), "Simulation of seed " + seed + ", " + nodes + " nodes");
            committed += outcome.counts().get("entries committed");
        }
        assertThat(committed).isPositive();
    }
}
