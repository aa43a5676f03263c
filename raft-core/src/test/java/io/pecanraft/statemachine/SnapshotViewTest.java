package io.pecanraft.statemachine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SnapshotViewTest {

    @Test
    void whatWasEncodedIsFrozen() throws IOException {
        ByteBuffer encoded = ByteBuffer.wrap("-state".getBytes(UTF_8)).position(1);
        SnapshotView view = SnapshotView.of(encoded);
        encoded.put(1, (byte) 'S');

        ByteArrayOutputStream written = new ByteArrayOutputStream();
        view.writeTo(written);

        assertThat(written.toString(UTF_8)).isEqualTo("state");
        assertThat(encoded.position()).isEqualTo(1);
    }
}
