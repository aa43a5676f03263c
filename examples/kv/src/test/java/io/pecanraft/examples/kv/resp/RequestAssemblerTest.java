package io.pecanraft.examples.kv.resp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.redis.FixedRedisMessagePool;
import io.netty.handler.codec.redis.RedisDecoder;
import io.pecanraft.examples.kv.store.Bytes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests out of bytes, however they are cut, and what cannot be a request. */
class RequestAssemblerTest {

    private final EmbeddedChannel channel = newChannel();

    private static EmbeddedChannel newChannel() {
        return new EmbeddedChannel(
                new RedisDecoder(RespLimits.MAX_LINE_BYTES, FixedRedisMessagePool.INSTANCE, true),
                new RequestAssembler(() -> true));
    }

    private static final String TWO_REQUESTS =
            "*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\nb\0\r\n*2\r\n$3\r\nGET\r\n$0\r\n\r\n";

    @Test
    void findsTheSameRequestsWhereverTheBytesAreCut() {
        byte[] bytes = TWO_REQUESTS.getBytes(StandardCharsets.ISO_8859_1);
        for (int first = 0; first <= bytes.length; first++) {
            for (int second = first; second <= bytes.length; second++) {
                EmbeddedChannel cut = newChannel();
                cut.writeInbound(Unpooled.copiedBuffer(bytes, 0, first));
                cut.writeInbound(Unpooled.copiedBuffer(bytes, first, second - first));
                cut.writeInbound(Unpooled.copiedBuffer(bytes, second, bytes.length - second));
                assertThat(requests(cut)).containsExactly(List.of("SET", "k", "a\r\nb\0"), List.of("GET", ""));
            }
        }
    }

    @Test
    void takesLinesAsPeopleTypeThem() {
        feed("PING\r\n\r\n  SET  k\tv \r\n");
        assertThat(requests(channel)).containsExactly(List.of("PING"), List.of("SET", "k", "v"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*0\r\n", "*-1\r\n", "\r\n"})
    void whatAsksForNothingIsNoRequest(String nothing) {
        feed(nothing + "PING\r\n");
        assertThat(requests(channel)).containsExactly(List.of("PING"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "+OK\\r\\n                       | expected '*', got a reply",
                "-ERR x\\r\\n                    | expected '*', got a reply",
                ":1\\r\\n                        | expected '*', got a reply",
                "$3\\r\\nabc\\r\\n               | expected '*', got '$'",
                "$0\\r\\n\\r\\n                  | expected '*', got '$'",
                "*1\\r\\n*1\\r\\n                | expected '$', got '*'",
                "*1\\r\\nPING\\r\\n              | expected '$', got 'P'",
                "*1\\r\\n$-1\\r\\n               | invalid bulk length",
                "*1048577\\r\\n                  | invalid multibulk length",
            })
    void refusesWhatAClientMayNotSend(String input, String reason) {
        assertThatThrownBy(() -> feed(input.strip().replace("\\r\\n", "\r\n")))
                .isInstanceOf(DecoderException.class)
                .cause()
                .isInstanceOf(ProtocolException.class)
                .hasMessage(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"*x\r\n", "*1\r\n$x\r\n", "*1\r\n$99999999999999999999\r\n", "*1\r\n$3\r\nabcdef\r\n", "*1\n\n"})
    void refusesWhatIsNotResp(String input) {
        assertThatThrownBy(() -> feed(input)).isInstanceOf(DecoderException.class);
    }

    @Test
    void doesNotCollectALineWithoutEnd() {
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 100; i++) {
                        feed("x".repeat(1_000));
                    }
                })
                .isInstanceOf(DecoderException.class);
    }

    @Test
    void skipsAnArgumentThatIsTooLongAndReadsOn() {
        int length = RespLimits.MAX_ARGUMENT_BYTES + 1;
        feed("*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$" + length + "\r\n");
        for (int sent = 0; sent < length; sent += 4_096) {
            feed("x".repeat(Math.min(4_096, length - sent)));
        }
        feed("\r\nPING\r\n");

        assertThat(channel.<Object>readInbound())
                .isEqualTo(new RequestAssembler.Oversized(
                        "argument of 1048577 bytes is larger than the limit of 1048576 bytes"));
        assertThat(requests(channel)).containsExactly(List.of("PING"));
    }

    @Test
    void takesTheLongestArgument() {
        String value = "x".repeat(RespLimits.MAX_ARGUMENT_BYTES);
        feed("*2\r\n$4\r\nECHO\r\n$" + value.length() + "\r\n" + value + "\r\n");
        assertThat(requests(channel)).containsExactly(List.of("ECHO", value));
    }

    @Test
    void skipsARequestThatIsTooLargeInSum() {
        String value = "x".repeat(RespLimits.MAX_ARGUMENT_BYTES);
        feed("*5\r\n$4\r\nMGET\r\n");
        for (int i = 0; i < 4; i++) {
            feed("$" + value.length() + "\r\n" + value + "\r\n");
        }
        feed("PING\r\n");
        assertThat(channel.<Object>readInbound())
                .isInstanceOfSatisfying(
                        RequestAssembler.Oversized.class,
                        oversized ->
                                assertThat(oversized.reason()).contains("limit of " + RespLimits.MAX_REQUEST_BYTES));
        assertThat(requests(channel)).containsExactly(List.of("PING"));
    }

    @Test
    void countsManyEmptyArgumentsToo() {
        feed("*200000\r\n" + "$0\r\n\r\n".repeat(200_000));
        assertThat(channel.<Object>readInbound()).isInstanceOf(RequestAssembler.Oversized.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void anyGarbageEndsInRequestsOrADecoderException(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            EmbeddedChannel victim = newChannel();
            byte[] garbage = new byte[random.nextInt(200)];
            random.nextBytes(garbage);
            for (int i = 0; i < garbage.length; i++) {
                if (random.nextInt(3) == 0) {
                    garbage[i] = (byte) "*$\r\n:+-0123456789".charAt(random.nextInt(16));
                }
            }
            try {
                victim.writeInbound(Unpooled.wrappedBuffer(garbage));
            } catch (DecoderException expected) {
                assertThat(expected.getCause()).isNotInstanceOf(OutOfMemoryError.class);
            }
            victim.releaseInbound();
        }
    }

    private void feed(String text) {
        ByteBuf bytes = Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
        channel.writeInbound(bytes);
    }

    private static List<List<String>> requests(EmbeddedChannel channel) {
        List<List<String>> requests = new ArrayList<>();
        for (Object message = channel.readInbound(); message != null; message = channel.readInbound()) {
            requests.add(((Request) message).args().stream().map(Bytes::utf8).toList());
        }
        return requests;
    }
}
