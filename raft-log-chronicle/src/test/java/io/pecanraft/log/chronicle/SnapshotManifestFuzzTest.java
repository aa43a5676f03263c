package io.pecanraft.log.chronicle;

import io.pecanraft.model.SnapshotMeta;
import java.io.IOException;

/** What a snapshot's data stands for. */
class SnapshotManifestFuzzTest extends DiskCodecFuzz<SnapshotMeta> {

    SnapshotManifestFuzzTest() throws IOException {
        super(new SnapshotManifestPropertiesTest());
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
