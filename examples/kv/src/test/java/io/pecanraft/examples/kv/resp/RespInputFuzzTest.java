package io.pecanraft.examples.kv.resp;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.redis.FixedRedisMessagePool;
import io.netty.handler.codec.redis.RedisCodecException;
import io.netty.handler.codec.redis.RedisDecoder;
import io.pecanraft.examples.kv.store.Bytes;
import io.pecanraft.testkit.fuzz.HostileInputContract;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Whatever a client sends is requests, up to the first that cannot be one, and the same ones however the bytes are cut. A request that
 * was taken is the same when it is said in the plainest form.
 *
 * <p>The first byte of the input says where it is cut; the stream is the rest.
 */
class RespInputFuzzTest extends HostileInputContract {

    /** What came of a stream. */
    private record Outcome(List<Object> requests, boolean refused) {}

    @Override
    protected List<byte[]> samples() {
        return Stream.of(
                        "\1*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\na\r\nb\0\r\n*2\r\n$3\r\nGET\r\n$0\r\n\r\n",
                        "\7PING\r\n\r\n  SET  k\tv \r\nGET k\r\n",
                        "\3*0\r\n*-1\r\n*1\r\n$4\r\nPING\r\n*2\r\n$4\r\nECHO\r\n$1048577\r\nabc",
                        " *2\r\n$3\r\nDEL\r\n$0\r\n\r\n*1\r\n$-1\r\n+OK\r\n:1\r\n-ERR x\r\n")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    // Every piece costs what Netty makes for it; what an argument announces must not come on top of that.
    @Override
    protected long allocationLimitBytes(int inputBytes) {
        return (512 << 10) + (8L << 10) * inputBytes;
    }

    @Override
    protected void decode(byte[] input) {
        if (input.length == 0) {
            return;
        }
        Outcome whole = read(input, input.length);
        assertThat(read(input, 1 + (input[0] & 0xff) / 4)).isEqualTo(whole);

        byte[] plain = plain(whole.requests());
        if (plain != null) {
            assertThat(read(plain, plain.length).requests()).isEqualTo(whole.requests());
        }
    }

    private static Outcome read(byte[] input, int piece) {
        Requests requests = new Requests();
        EmbeddedChannel channel = new EmbeddedChannel(
                new RedisDecoder(RespLimits.MAX_LINE_BYTES, FixedRedisMessagePool.INSTANCE, true),
                new RequestAssembler(() -> true),
                requests);
        for (int from = 1; from < input.length; from += piece) {
            channel.writeInbound(Unpooled.wrappedBuffer(input, from, Math.min(piece, input.length - from)));
        }
        channel.finishAndReleaseAll();
        return new Outcome(List.copyOf(requests.taken), requests.refused);
    }

    /** As a {@link RespConnection} does: what comes behind what cannot be a request is looked at no more. */
    private static final class Requests extends ChannelInboundHandlerAdapter {

        private final List<Object> taken = new ArrayList<>();
        private boolean refused;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (!refused) {
                taken.add(message);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            Throwable root = cause.getCause();
            assertThat(refused || root instanceof ProtocolException || root instanceof RedisCodecException)
                    .as("refused by %s", cause)
                    .isTrue();
            refused = true;
        }
    }

    /** The requests as arrays of bulk strings; null when one of them was too large to be kept. */
    private static byte @Nullable [] plain(List<Object> requests) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(0);
        for (Object message : requests) {
            if (!(message instanceof Request request)) {
                return null;
            }
            out.writeBytes(("*" + request.size() + "\r\n").getBytes(StandardCharsets.US_ASCII));
            for (Bytes argument : request.args()) {
                out.writeBytes(("$" + argument.length() + "\r\n").getBytes(StandardCharsets.US_ASCII));
                out.writeBytes(argument.toArray());
                out.writeBytes(new byte[] {'\r', '\n'});
            }
        }
        return out.toByteArray();
    }
}
