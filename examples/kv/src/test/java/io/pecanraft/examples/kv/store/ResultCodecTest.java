package io.pecanraft.examples.kv.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The form of replies between servers. */
class ResultCodecTest {

    private static final List<Result> RESULTS = List.of(
            new Result.Done(),
            new Result.Absent(),
            new Result.Int(Long.MIN_VALUE),
            new Result.Value(Bytes.of("value")),
            new Result.Value(Bytes.EMPTY),
            new Result.Values(List.of(Optional.of(Bytes.of("a")), Optional.empty(), Optional.of(Bytes.EMPTY))),
            new Result.Page(-7, List.of(Bytes.of("a"), Bytes.EMPTY)),
            new Result.All(List.of(new Result.Done(), new Result.Refused("ERR x"), new Result.Value(Bytes.of("v")))),
            new Result.Refused("ERR no, não"));

    @Test
    void readsBackWhatItWrote() {
        assertThat(ResultCodec.decode(ResultCodec.encode(RESULTS))).isEqualTo(RESULTS);
    }

    @Test
    void coversEveryKindOfResult() {
        assertThat(Arrays.stream(Result.class.getPermittedSubclasses()))
                .allSatisfy(kind -> assertThat(RESULTS).hasAtLeastOneElementOfType(kind));
    }

    @Test
    void namesAVersionThatItDoesNotKnow() {
        assertThatThrownBy(() -> ResultCodec.decode(ByteBuffer.wrap(new byte[] {9})))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("version 9");
    }
}
