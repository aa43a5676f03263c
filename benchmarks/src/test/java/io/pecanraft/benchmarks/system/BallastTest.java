package io.pecanraft.benchmarks.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BallastTest {

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 65_535, 65_536, 200_000})
    void whatWasWrittenIsSkippedToTheLastByte(long bytes) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(written(bytes));
        Ballast.skip(in);
        assertThat(in.available()).isZero();
    }

    @Test
    void otherBytesAreNotTakenForIt() throws IOException {
        byte[] wrong = written(100_000);
        wrong[wrong.length - 1]++;
        assertThatThrownBy(() -> Ballast.skip(new ByteArrayInputStream(wrong)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not what was written");
    }

    private static byte[] written(long bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Ballast.write(bytes, out);
        return out.toByteArray();
    }
}
