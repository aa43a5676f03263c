package io.pecanraft.log.chronicle;

import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import io.pecanraft.spi.StorageIdentity;
import java.io.IOException;
import java.util.Optional;

/** Whose data a directory holds. */
class IdentityPropertiesTest extends OneCopyProperties<StorageIdentity> {

    @Override
    StorageIdentity draw(RandomContent random) {
        return random.identity();
    }

    @Override
    byte[] encode(StorageIdentity identity) {
        return IdentityFile.encode(identity);
    }

    @Override
    Optional<StorageIdentity> decode(byte[] bytes) throws IOException {
        try {
            return Optional.of(IdentityFile.read(fileOf(bytes)));
        } catch (StorageException e) {
            if (e.reason() != Reason.CORRUPT) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
