package io.pecanraft.examples.kv.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Replies as bytes, in both versions of the protocol. */
class ReplyEncoderTest {

    static Stream<Arguments> replies() {
        Reply map = new Reply.Pairs(List.of(new Reply.Pair("a", new Reply.Int(1)), new Reply.Pair("b", Reply.NULL)));
        return Stream.of(
                same(Reply.OK, "+OK\r\n"),
                same(Reply.error("no"), "-ERR no\r\n"),
                same(Reply.error("two\r\nlines"), "-ERR two  lines\r\n"),
                same(new Reply.Int(Long.MIN_VALUE), ":-9223372036854775808\r\n"),
                same(Reply.bulk("é\r\n"), "$4\r\né\r\n\r\n"),
                same(Reply.bulk(""), "$0\r\n\r\n"),
                same(new Reply.Array(List.of()), "*0\r\n"),
                Arguments.of(Reply.NULL, "$-1\r\n", "_\r\n"),
                Arguments.of(
                        new Reply.Array(List.of(Reply.OK, Reply.NULL, new Reply.Array(List.of(new Reply.Int(2))))),
                        "*3\r\n+OK\r\n$-1\r\n*1\r\n:2\r\n",
                        "*3\r\n+OK\r\n_\r\n*1\r\n:2\r\n"),
                Arguments.of(
                        map, "*4\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n$-1\r\n", "%2\r\n$1\r\na\r\n:1\r\n$1\r\nb\r\n_\r\n"));
    }

    private static Arguments same(Reply reply, String bytes) {
        return Arguments.of(reply, bytes, bytes);
    }

    @ParameterizedTest
    @MethodSource("replies")
    void writesBothVersions(Reply reply, String resp2, String resp3) {
        assertThat(write(reply, Protocol.RESP2)).isEqualTo(resp2);
        assertThat(write(reply, Protocol.RESP3)).isEqualTo(resp3);
    }

    private static String write(Reply reply, Protocol protocol) {
        ByteBuf out = Unpooled.buffer();
        ReplyEncoder.write(reply, protocol, out);
        return out.toString(StandardCharsets.UTF_8);
    }
}
