package io.pecanraft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.RaftMessage.ForwardProposal;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionEntryTest {

    private static final SessionLimits LIMITS = new SessionLimits(60_000, 128, 1_048_576, 10_000, 67_108_864);

    private static final List<SessionEntry> ALL = List.of(
            new SessionEntry.Open(LIMITS),
            new SessionEntry.Command(7, 5, 3, ByteBuffer.wrap(new byte[] {1, 2, 3})),
            new SessionEntry.KeepAlive(7, 3),
            new SessionEntry.Close(7));

    /** The bytes are in logs, and so a promise to every later version. */
    @Test
    void theBytesOfVersionOneStay() {
        assertThat(ALL.stream().map(entry -> hex(entry.encode())))
                .containsExactly(
                        "0101" + "000000000000ea60" + "00000080" + "0000000000100000" + "00002710" + "0000000004000000",
                        "0102" + "0000000000000007" + "0000000000000005" + "0000000000000003" + "010203",
                        "0103" + "0000000000000007" + "0000000000000003",
                        "0104" + "0000000000000007");
    }

    @Test
    void everyKindComesBackAsItWas() {
        for (SessionEntry entry : ALL) {
            assertThat(SessionEntry.decode(entry.encode())).isEqualTo(entry);
        }
    }

    @Test
    void whatIsNoSessionEntryIsRefused() {
        for (SessionEntry entry : ALL) {
            ByteBuffer bytes = entry.encode();
            boolean command = entry instanceof SessionEntry.Command;
            int fixed = command ? SessionEntry.COMMAND_HEADER_BYTES : bytes.limit();
            for (int length = 0; length < fixed; length++) {
                ByteBuffer cut = bytes.duplicate().limit(length);
                assertThatThrownBy(() -> SessionEntry.decode(cut))
                        .as("%s cut to %d", entry, length)
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("too early");
            }
        }
        assertRefused("0201", "version 2");
        assertRefused("0109", "kind 9");
        assertRefused("01040000000000000007ff", "1 bytes too many");
        assertRefused("01040000000000000000", "positive");
        assertRefused("0102" + "0000000000000007" + "0000000000000002" + "0000000000000003", "below the first");
    }

    /** Every server must be able to read what is in the log, so nothing else is let in by a peer. */
    @Test
    void aForwardedProposalIsACommandOrASessionEntryThatCanBeRead() {
        ByteBuffer noSession = ByteBuffer.allocate(3);
        assertThatThrownBy(() -> new ForwardProposal(1, new Incarnation(7, 8), 1, 1, 1, EntryType.SESSION, noSession))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () -> new ForwardProposal(1, new Incarnation(7, 8), 1, 1, 1, EntryType.MEMBERSHIP, noSession))
                .hasMessageContaining("clients propose no MEMBERSHIP");
    }

    private static void assertRefused(String hex, String why) {
        assertThatThrownBy(
                        () -> SessionEntry.decode(ByteBuffer.wrap(HexFormat.of().parseHex(hex))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return HexFormat.of().formatHex(copy);
    }
}
