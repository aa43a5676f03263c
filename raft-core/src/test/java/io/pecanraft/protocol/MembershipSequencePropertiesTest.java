package io.pecanraft.protocol;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** M01, M13: whatever the changes, no two configurations in a row have quorums that do not meet. */
class MembershipSequencePropertiesTest {

    @Property(tries = 200)
    void consecutiveQuorumsMeet(@ForAll long seed) {
        MembershipSequence.run(seed);
    }
}
