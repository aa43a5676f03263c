package io.pecanraft.protocol;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** C07, C08, M13: majorities of any size, plain and joint, against counting. */
class QuorumPropertiesTest {

    @Property(tries = 2_000)
    void aQuorumIsMoreThanHalfOfEveryConfiguration(@ForAll long seed) {
        QuorumModel.run(seed);
    }
}
