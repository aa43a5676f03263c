package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.RaftMessage;
import io.pecanraft.testkit.fuzz.HostileInputContract;
import java.util.ArrayList;
import java.util.List;

/**
 * What a member may say in frames whose checksum is right: a message, something newer, or a refusal; nothing else. What was accepted
 * says the same when it is said again.
 *
 * <p>The input is a frame from its header length on: length and checksum before it are made right, since no mutation would hit them.
 */
class MessageCodecFuzzTest extends HostileInputContract {

    private static final int SAMPLES_OF_A_KIND = 4;

    @Override
    protected List<byte[]> samples() {
        List<byte[]> samples = new ArrayList<>();
        for (Class<?> kind : RandomMessages.kindsInTheModel()) {
            for (int seed = 0; seed < SAMPLES_OF_A_KIND; seed++) {
                byte[] frame = Frames.encode(Frames.identity("n1", 0), new RandomMessages(seed).next(kind));
                samples.add(Frames.afterChecksum(frame));
            }
        }
        return samples;
    }

    @Override
    protected void decode(byte[] input) throws MalformedFrameException {
        RaftMessage message;
        try {
            message = Frames.decode(Frames.sealed(input));
        } catch (MalformedFrameException refused) {
            assertThat(refused).hasMessageMatching("(?s).+");
            return;
        }
        if (message != null) {
            assertThat(Frames.decode(Frames.encode(Frames.identity("n1", 0), message)))
                    .isEqualTo(message);
        }
    }
}
