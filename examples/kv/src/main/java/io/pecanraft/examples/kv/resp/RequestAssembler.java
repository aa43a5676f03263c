package io.pecanraft.examples.kv.resp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.MessageToMessageDecoder;
import io.netty.handler.codec.redis.ArrayHeaderRedisMessage;
import io.netty.handler.codec.redis.BulkStringHeaderRedisMessage;
import io.netty.handler.codec.redis.BulkStringRedisContent;
import io.netty.handler.codec.redis.FullBulkStringRedisMessage;
import io.netty.handler.codec.redis.InlineCommandRedisMessage;
import io.netty.handler.codec.redis.LastBulkStringRedisContent;
import io.netty.handler.codec.redis.RedisMessage;
import io.pecanraft.examples.kv.store.Bytes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.StringTokenizer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts the parts that {@code RedisDecoder} finds together to requests, and holds them to the limits while they arrive:
 * Netty's aggregators believe what a header announces, up to half a gigabyte, and this one believes only what came.
 *
 * <p>A request that is too large is skipped to its end and refused, so the connection stays usable. What cannot be a
 * request is a {@link ProtocolException}.
 */
final class RequestAssembler extends MessageToMessageDecoder<RedisMessage> {

    /** A request that was skipped, and why. */
    record Oversized(String reason) {}

    private static final int FIRST_ALLOCATION_BYTES = 16 * 1024;

    private final BooleanSupplier known;
    private int argumentsToCome; // 0: between requests
    private List<Bytes> args = new ArrayList<>();
    private long sizeBytes;
    private @Nullable String tooLarge;

    private byte[] argument = new byte[0];
    private int argumentLength;
    private int received;

    /**
     * An assembler.
     *
     * @param known whether the client has said the password, or needs not: strangers have narrower limits
     */
    RequestAssembler(BooleanSupplier known) {
        super(RedisMessage.class);
        this.known = known;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, RedisMessage message, List<Object> out) {
        if (message instanceof ArrayHeaderRedisMessage header) {
            beginRequest(header.length());
        } else if (message instanceof FullBulkStringRedisMessage full) {
            if (full.isNull()) {
                throw new ProtocolException("invalid bulk length");
            }
            beginArgument(0);
            endArgument(out);
        } else if (message instanceof BulkStringHeaderRedisMessage header) {
            beginArgument(header.bulkStringLength());
        } else if (message instanceof BulkStringRedisContent content) {
            receive(content.content());
            if (message instanceof LastBulkStringRedisContent) {
                endArgument(out);
            }
        } else if (message instanceof InlineCommandRedisMessage line) {
            inline(line.content(), out);
        } else {
            throw new ProtocolException("expected '*', got a reply");
        }
    }

    private void beginRequest(long length) {
        if (argumentsToCome > 0) {
            throw new ProtocolException("expected '$', got '*'");
        }
        if (length > RespLimits.MAX_ARGUMENTS) {
            throw new ProtocolException("invalid multibulk length");
        }
        if (length > RespLimits.MAX_STRANGER_ARGUMENTS && !known.getAsBoolean()) {
            throw new ProtocolException("unauthenticated multibulk length");
        }
        argumentsToCome = (int) Math.max(0, length); // none at all is no request, as with Redis
        args = new ArrayList<>();
        sizeBytes = 0;
        tooLarge = null;
    }

    private void beginArgument(int length) {
        if (argumentsToCome == 0) {
            throw new ProtocolException("expected '*', got '$'");
        }
        if (length > RespLimits.MAX_STRANGER_ARGUMENT_BYTES && !known.getAsBoolean()) {
            throw new ProtocolException("unauthenticated bulk length");
        }
        sizeBytes += length + Request.ARGUMENT_OVERHEAD_BYTES;
        if (tooLarge == null && length > RespLimits.MAX_ARGUMENT_BYTES) {
            tooLarge = "argument of " + length + " bytes is larger than the limit of " + RespLimits.MAX_ARGUMENT_BYTES
                    + " bytes";
        }
        if (tooLarge == null && sizeBytes > RespLimits.MAX_REQUEST_BYTES) {
            tooLarge = "request is larger than the limit of " + RespLimits.MAX_REQUEST_BYTES + " bytes";
        }
        if (tooLarge != null) {
            args = List.of();
            length = 0;
        }
        argument = new byte[Math.min(length, FIRST_ALLOCATION_BYTES)];
        argumentLength = length;
        received = 0;
    }

    private void receive(ByteBuf content) {
        if (tooLarge != null) {
            return;
        }
        int count = content.readableBytes();
        if (received + count > argument.length) {
            argument =
                    Arrays.copyOf(argument, Math.min(argumentLength, Math.max(2 * argument.length, received + count)));
        }
        content.readBytes(argument, received, count);
        received += count;
    }

    private void endArgument(List<Object> out) {
        if (tooLarge == null) {
            args.add(Bytes.wrap(argument));
        }
        argument = new byte[0];
        argumentsToCome--;
        if (argumentsToCome == 0) {
            out.add(tooLarge == null ? new Request(args, (int) sizeBytes) : new Oversized(tooLarge));
            args = List.of();
        }
    }

    /** A line as a person types it: words between blanks. Quotes mean nothing; whoever needs them sends an array. */
    private void inline(String line, List<Object> out) {
        if (argumentsToCome > 0) {
            throw new ProtocolException("expected '$', got '" + (line.isEmpty() ? "" : line.charAt(0)) + "'");
        }
        List<Bytes> words = new ArrayList<>();
        int bytes = 0;
        for (StringTokenizer tokens = new StringTokenizer(line, " \t"); tokens.hasMoreTokens(); ) {
            Bytes word = Bytes.of(tokens.nextToken());
            words.add(word);
            bytes += word.length() + Request.ARGUMENT_OVERHEAD_BYTES;
        }
        if (!words.isEmpty()) {
            out.add(new Request(words, bytes));
        }
    }
}
