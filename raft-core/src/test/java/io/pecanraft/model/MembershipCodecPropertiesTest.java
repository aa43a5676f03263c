package io.pecanraft.model;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** The bytes of a configuration. */
class MembershipCodecPropertiesTest {

    @Property(tries = 300)
    void everyConfigurationComesBackAsItWas(@ForAll long seed) {
        MembershipCodecModel.roundTrips(seed);
    }

    @Property(tries = 20)
    void bytesThatAreCutShortOrTooLongAreRefused(@ForAll long seed) {
        MembershipCodecModel.rejectsTruncationAndExcess(seed);
    }

    @Property(tries = 500)
    void damagedBytesAreRefusedOrAnotherConfiguration(@ForAll long seed) {
        MembershipCodecModel.damageNeverCausesAnythingButARefusal(seed);
    }
}
