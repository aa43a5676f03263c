package io.pecanraft.log.chronicle;

import java.io.IOException;

/** The first record of a segment. */
class SegmentHeaderFuzzTest extends DiskCodecFuzz<SegmentHeader> {

    SegmentHeaderFuzzTest() throws IOException {
        super(new SegmentHeaderPropertiesTest());
    }

    @Override
    byte[] essence(byte[] file) {
        return file;
    }

    @Override
    byte[] sealed(byte[] essence) {
        return sealedRecord(essence);
    }
}
