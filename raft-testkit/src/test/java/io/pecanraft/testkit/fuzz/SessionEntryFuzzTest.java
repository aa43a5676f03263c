package io.pecanraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.SessionEntry;
import io.pecanraft.model.SessionLimits;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.stream.Stream;

/** What a client's server forwards as an entry of a session. What is accepted is the only way to say it. */
// tag::fuzz
class SessionEntryFuzzTest extends HostileInputContract {

    @Override
    protected List<byte[]> samples() {
        return Stream.of(
                        new SessionEntry.Open(new SessionLimits(60_000, 100, 1 << 20, 1000, 1 << 24)),
                        new SessionEntry.Command(5, 9, 7, ByteBuffer.wrap(new byte[] {1, 2, 3})),
                        new SessionEntry.KeepAlive(5, 9),
                        new SessionEntry.Close(5))
                .map(entry -> entry.encode().array())
                .toList();
    }

    @Override
    protected void decode(byte[] input) {
        SessionEntry entry;
        try {
            entry = SessionEntry.decode(ByteBuffer.wrap(input));
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertThat(entry.encode()).isEqualTo(ByteBuffer.wrap(input));
    }
}
// end::fuzz
