package io.pecanraft.log.chronicle;

import java.io.IOException;

/** A record of any type. */
class LogRecordFuzzTest extends DiskCodecFuzz<LogRecordPropertiesTest.Written> {

    LogRecordFuzzTest() throws IOException {
        super(new LogRecordPropertiesTest());
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
