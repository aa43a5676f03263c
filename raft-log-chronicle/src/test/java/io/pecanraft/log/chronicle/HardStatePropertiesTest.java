package io.pecanraft.log.chronicle;

import io.pecanraft.model.HardState;
import io.pecanraft.model.RepairMarker;
import io.pecanraft.spi.StorageException;
import io.pecanraft.spi.StorageException.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Term and vote, with what else is kept beside them. */
class HardStatePropertiesTest extends TwoSlotProperties<HardStatePropertiesTest.Stored> {

    /** All that the file holds. */
    record Stored(HardState state, int generation, byte formationState, RepairMarker repair) {}

    @Override
    Stored draw(RandomContent random) {
        return new Stored(random.hardState(), random.anyInt(), (byte) random.below(3), random.repairMarker());
    }

    @Override
    byte[] encode(Stored stored) throws IOException {
        Path file = newFile();
        byte[] payload =
                HardStateFile.encode(stored.state(), stored.generation(), stored.formationState(), stored.repair());
        TwoSlotFile.create(file, HardStateFile.MAGIC, STORAGE, CrashImages.NO_FLUSH, payload);
        return Files.readAllBytes(file);
    }

    @Override
    Optional<Found<Stored>> read(byte[] bytes) throws IOException {
        try (HardStateFile file = HardStateFile.openToRead(fileOf(bytes), STORAGE)) {
            HardState state = file.read();
            Stored stored = new Stored(state, file.generation(), file.formationState(), file.repair());
            return Optional.of(new Found<>(stored, file.damagedSlotPosition()));
        } catch (StorageException e) {
            if (e.reason() != Reason.CORRUPT) {
                throw e;
            }
            return Optional.empty();
        }
    }
}
