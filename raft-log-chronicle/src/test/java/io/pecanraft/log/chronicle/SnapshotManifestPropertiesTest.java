package io.pecanraft.log.chronicle;

import io.pecanraft.model.SnapshotMeta;
import io.pecanraft.spi.StorageIdentity;
import java.io.IOException;
import java.util.Optional;

/** What a snapshot's data stands for. */
class SnapshotManifestPropertiesTest extends OneCopyProperties<SnapshotMeta> {

    private static final StorageIdentity IDENTITY = new RandomContent(1).identity();

    @Override
    SnapshotMeta draw(RandomContent random) {
        return random.snapshot();
    }

    @Override
    byte[] encode(SnapshotMeta meta) {
        return SnapshotManifest.encode(IDENTITY, meta);
    }

    @Override
    Optional<SnapshotMeta> decode(byte[] bytes) throws IOException {
        try {
            return Optional.of(SnapshotManifest.read(fileOf(bytes), IDENTITY));
        } catch (NotWholeException e) {
            return Optional.empty();
        }
    }
}
