package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.Story;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Clusters of sizes that nobody should run, but which must be safe: a majority of an even number is more than half. {@code -Dsim.seed=N}
 * runs one seed of each, {@code -Dsim.sizes.seeds=COUNT} with {@code -Dsim.base=START} that many.
 */
public class OtherSizesTest {

    private static final int IN_BUILD = 10;
    private static final List<Story> SIZES =
            List.of(Story.ONE_SERVER, Story.TWO_SERVERS, Story.FOUR_SERVERS, Story.SIX_SERVERS, Story.SEVEN_SERVERS);

    private final Seeds seeds = Story.ONE_SERVER.seeds("sim.sizes.seeds", IN_BUILD);

    @Test
    void clustersOfAnySizeAreSafe() throws Exception {
        Story.runAll(SIZES, seeds)
                .forEach((size, totals) -> assertThat(totals.get("entries committed"))
                        .as("%s", size)
                        .isPositive());
    }
}
