package io.pecanraft.log.chronicle;

import java.io.IOException;

/** How far the log is flushed, in the only slot that is valid. */
class WatermarkFuzzTest extends DiskCodecFuzz<WatermarkFile.Watermark> {

    WatermarkFuzzTest() throws IOException {
        super(new WatermarkPropertiesTest());
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
