package io.pecanraft.log.chronicle;

import io.pecanraft.model.FormationRecord;
import java.io.IOException;
import java.util.Optional;

/** The formation record. */
class FormationFuzzTest extends DiskCodecFuzz<Optional<FormationRecord>> {

    FormationFuzzTest() throws IOException {
        super(new FormationPropertiesTest());
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
