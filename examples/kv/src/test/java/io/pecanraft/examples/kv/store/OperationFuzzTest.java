package io.pecanraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.testkit.fuzz.HostileInputContract;
import java.nio.ByteBuffer;
import java.util.List;

/** A command as another server may have proposed it: refused by all servers alike, or understood. */
class OperationFuzzTest extends HostileInputContract {

    @Override
    protected List<byte[]> samples() {
        return OperationCodecTest.operations()
                .map(operation ->
                        OperationCodec.encode(List.of(operation, operation)).array())
                .toList();
    }

    @Override
    protected void decode(byte[] input) {
        List<Operation> operations;
        try {
            operations = OperationCodec.decode(ByteBuffer.wrap(input));
        } catch (OperationCodec.UnknownVersionException | IllegalArgumentException refused) {
            return;
        }
        assertThat(OperationCodec.decode(OperationCodec.encode(operations))).isEqualTo(operations);
    }
}
