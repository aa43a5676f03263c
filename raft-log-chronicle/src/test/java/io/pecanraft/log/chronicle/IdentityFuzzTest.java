package io.pecanraft.log.chronicle;

import io.pecanraft.spi.StorageIdentity;
import java.io.IOException;

/** Whose data a directory holds. */
class IdentityFuzzTest extends DiskCodecFuzz<StorageIdentity> {

    IdentityFuzzTest() throws IOException {
        super(new IdentityPropertiesTest());
    }

    @Override
    byte[] essence(byte[] file) {
        return file;
    }

    @Override
    byte[] sealed(byte[] essence) {
        return sealedAtTheEnd(essence);
    }
}
