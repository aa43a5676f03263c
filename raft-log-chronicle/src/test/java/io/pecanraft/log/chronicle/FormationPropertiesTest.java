package io.pecanraft.log.chronicle;

import io.pecanraft.model.FormationRecord;
import io.pecanraft.model.Incarnation;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Optional;

/** The formation record. That there is none yet is a value as well, and never what damage is taken for. */
class FormationPropertiesTest extends OneCopyProperties<Optional<FormationRecord>> {

    private static final Incarnation STORAGE = new Incarnation(11, 12);

    @Override
    Optional<FormationRecord> draw(RandomContent random) {
        return random.below(5) == 0 ? Optional.empty() : Optional.of(random.formation());
    }

    @Override
    byte[] encode(Optional<FormationRecord> formation) throws IOException {
        FormationFile file = new FormationFile(newFile(), STORAGE, CrashImages.NO_FLUSH);
        if (formation.isPresent()) {
            file.store(formation.get());
        } else {
            file.create();
        }
        return Files.readAllBytes(file());
    }

    @Override
    Optional<Optional<FormationRecord>> decode(byte[] bytes) throws IOException {
        try {
            return Optional.of(new FormationFile(fileOf(bytes), STORAGE, CrashImages.NO_FLUSH).read());
        } catch (StorageException e) {
            if (e.reason() != Reason.CORRUPT) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
