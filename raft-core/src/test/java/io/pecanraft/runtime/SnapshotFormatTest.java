package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.SessionLimits;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class SnapshotFormatTest {

    /** The bytes are a promise to every later version. */
    @Test
    void theHeaderIsMagicVersionAndAnEmptySessionSection() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SnapshotFormat.writeHeader(SessionsImage.EMPTY, out);
        assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo("5052534e" + "0001" + "0000000000000000");
    }

    /** Likewise a promise; each line is one of the format's. */
    @Test
    void theSectionOfSessionsHasTheBytesItAlwaysHad() throws IOException {
        String session1 = "0000000000000001" + "00000000000003e8" + "0000000000002715" + "0000000000000002"
                + "00000000000003e8" + "00000004" + "00000002"
                + ("0000000000000002" + "0000000000000004" + "00000003" + "333a62") // its reply is "3:b"
                + ("0000000000000003" + "0000000000000003" + "00000003" + "323a63"); // its reply is "2:c"
        String session5 = "0000000000000005" + "00000000000007d0" + "0000000000002715" + "0000000000000001"
                + "000000000000003c" + "00000005" + "00000001"
                + ("0000000000000001" + "0000000000000006" + "ffffffff"); // its reply is not kept
        String session7 = "0000000000000007" + "0000000000000bb8" + "000000000000271c" + "0000000000000001"
                + "0000000000000000" + "00000001" + "00000000";
        String sessions = "0001" + "0000000000001770" + "00000003" + session1 + session5 + session7;
        String golden = "5052534e" + "0001" + String.format("%016x", sessions.length() / 2) + sessions;

        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SnapshotFormat.writeHeader(threeSessions().freeze(), out);
        assertThat(HexFormat.of().formatHex(out.toByteArray())).isEqualTo(golden);

        SessionTable restored = new SessionTable();
        restored.restore(SnapshotFormat.readHeader(
                new ByteArrayInputStream(HexFormat.of().parseHex(golden))));
        assertThat(HexFormat.of().formatHex(SessionBench.image(restored))).isEqualTo(sessions);
    }

    /** One that has forgotten its first command, one whose reply was too large to be kept, one that has sent nothing. */
    private static SessionTable threeSessions() {
        SessionBench bench = new SessionBench();
        long first = bench.open(new SessionLimits(1_000, 4, 1_000, 3, 5_000));
        bench.send(first, 1, 1, "a");
        bench.advanceMillis(5);
        bench.send(first, 3, 2, "c");
        bench.send(first, 2, 2, "b");
        long second = bench.open(new SessionLimits(2_000, 5, 60, 3, 6_000));
        bench.send(second, 1, 1, "d");
        bench.advanceMillis(7);
        bench.open(new SessionLimits(3_000, 1, 0, 3, 6_000));
        return bench.apply().table;
    }

    @Test
    void afterTheHeaderComesTheState() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        SnapshotFormat.writeHeader(SessionsImage.EMPTY, out);
        out.write(42);
        ByteArrayInputStream in = new ByteArrayInputStream(out.toByteArray());
        SnapshotFormat.readHeader(in);
        assertThat(in.read()).isEqualTo(42);
        assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void whatIsNoSnapshotIsRefused() {
        assertRefused("000000000001" + "0000000000000000", "not a snapshot");
        assertRefused("5052534e" + "0002" + "0000000000000000", "version 2");
        assertRefused("5052534e" + "0001" + "0000000000000005" + "0001000000", "end too early");
        assertRefused("5052534e" + "0001" + "0000", "ends within its header");
    }

    private static void assertRefused(String hex, String why) {
        assertThatThrownBy(() -> SnapshotFormat.readHeader(
                        new ByteArrayInputStream(HexFormat.of().parseHex(hex))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(why);
    }
}
