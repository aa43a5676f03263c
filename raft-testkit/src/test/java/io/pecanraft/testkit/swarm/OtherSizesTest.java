package io.pecanraft.testkit.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.Seeds;
import io.pecanraft.testkit.Story;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Clusters of sizes that nobody should run, but which must be safe: a majority of an even number is more than half. {@code -Dsim.seed=N}
 * runs one seed of each, {@code -Dsim.sizes.seeds=COUNT} with {@code -Dsim.base=START} that many.
 */
public class OtherSizesTest {

    private static final int IN_BUILD = 10;

    private final Seeds seeds = Seeds.of(OtherSizesTest.class, "sim.sizes.seeds", IN_BUILD);

    @ParameterizedTest
    @EnumSource(names = "(ONE|TWO|FOUR|SIX|SEVEN)_SERVERS?", mode = EnumSource.Mode.MATCH_ALL)
    void clustersOfAnySizeAreSafe(Story story) throws Exception {
        assertThat(story.runAll(seeds, IN_BUILD).get("entries committed")).isPositive();
    }
}
