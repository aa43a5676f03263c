package io.pecanraft.log.chronicle;

import java.io.IOException;

/** Term and vote, in the only slot that is valid. */
class HardStateFuzzTest extends DiskCodecFuzz<HardStatePropertiesTest.Stored> {

    HardStateFuzzTest() throws IOException {
        super(new HardStatePropertiesTest());
    }

    @Override
    byte[] essence(byte[] file) {
        return firstSlot(file);
    }

    @Override
    byte[] sealed(byte[] essence) {
        return sealedSlot(essence);
    }
}
