package io.pecanraft.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
