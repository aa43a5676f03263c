package io.pecanraft.examples.kv.resp;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.redis.RedisCodecException;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.timeout.ReadTimeoutException;
import io.pecanraft.examples.kv.replication.OperationPipeline;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client. Requests come in, replies go out in the same order, whenever each is ready.
 *
 * <p>Reading stops while too many requests are in flight, here or on the whole server, or while too many replies wait for
 * the client; see {@link RespLimits}. When the client has sent its last byte it still gets its replies; after a protocol
 * error or QUIT nothing it sent later is looked at.
 *
 * <p>Threads: the connection's event loop.
 */
final class RespConnection extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(RespConnection.class);

    /** How long what still comes is skipped after the last reply. */
    private static final long LINGER_MILLIS = 500;

    /** A request in flight: its reply, once there is one. */
    private static final class Exchange {
        private final Protocol protocol;
        private final int sizeBytes;
        private @Nullable Reply reply;
        private boolean asksForLastWrite; // answered at the head, when everything before it is
        private Runnable whenAnswered = () -> {};
        private Runnable whenGone = () -> {};

        Exchange(Protocol protocol, int sizeBytes) {
            this.protocol = protocol;
            this.sizeBytes = sizeBytes;
        }
    }

    private final ClientState client;
    private final RequestHandler handler;
    private final Counters counters;
    private final InFlight inFlight;
    private final BiFunction<RespConnection, EventLoop, OperationPipeline> newPipeline;

    private final Deque<Exchange> exchanges = new ArrayDeque<>();
    private long exchangeBytes;
    private boolean draining; // nothing more is read; close when all replies are out
    private boolean awaitingRoom;
    private boolean gone; // nothing more is written
    private boolean inactive; // the client has left
    private @Nullable ChannelHandlerContext ctx;
    private @Nullable OperationPipeline pipeline;

    RespConnection(
            ClientState client,
            RequestHandler handler,
            Counters counters,
            InFlight inFlight,
            BiFunction<RespConnection, EventLoop, OperationPipeline> newPipeline) {
        this.client = client;
        this.handler = handler;
        this.counters = counters;
        this.inFlight = inFlight;
        this.newPipeline = newPipeline;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        ctx = context;
        pipeline = newPipeline.apply(this, context.channel().eventLoop());
    }

    /** Whether the client takes its replies; no more of them are made while it does not. */
    boolean takesReplies() {
        return context().channel().isWritable();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (draining) {
            return;
        }
        if (message instanceof Request request) {
            respond(request);
        } else if (message instanceof RequestAssembler.Oversized oversized) {
            open(0).reply = Reply.error(oversized.reason());
        }
    }

    private void respond(Request request) {
        Response response = handler.handle(client, request);
        Exchange exchange = open(request.sizeBytes());
        if (response instanceof Response.Immediate immediate) {
            exchange.reply = immediate.reply();
        } else if (response instanceof Response.Last last) {
            exchange.reply = last.reply();
            draining = true;
        } else if (response instanceof Response.Replicated replicated) {
            operations()
                    .submit(
                            replicated.operation(),
                            client.localFrom(),
                            result -> exchange.reply = replicated.reply(result));
        } else if (response instanceof Response.LastWriteIndex) {
            exchange.asksForLastWrite = true;
        } else if (response instanceof Response.Eventual eventual) {
            await(eventual, exchange);
        }
    }

    private void await(Response.Eventual eventual, Exchange exchange) {
        eventual.patience().ifPresent(patience -> {
            var timer = context()
                    .executor()
                    .schedule(
                            () -> {
                                answer(eventual, exchange, patience.late().get());
                                patience.whenOver().run();
                            },
                            patience.limit().toNanos(),
                            TimeUnit.NANOSECONDS);
            exchange.whenAnswered = () -> timer.cancel(false);
            exchange.whenGone = () -> {
                timer.cancel(false);
                patience.whenOver().run();
            };
        });
        eventual.reply()
                .whenComplete((reply, failure) -> context()
                        .executor()
                        .execute(() -> answer(
                                eventual,
                                exchange,
                                failure == null ? reply : Reply.error(String.valueOf(failure.getMessage())))));
    }

    /** The first answer counts: what was asked for may end just when the client's patience does. */
    private void answer(Response.Eventual eventual, Exchange exchange, Reply reply) {
        if (exchange.reply == null) {
            exchange.reply = reply;
            exchange.whenAnswered.run();
            eventual.whenKnown().accept(reply);
            sendReplies();
        }
    }

    private Exchange open(int sizeBytes) {
        Exchange exchange = new Exchange(client.protocol(), sizeBytes);
        exchanges.add(exchange);
        exchangeBytes += sizeBytes;
        inFlight.add(sizeBytes);
        return exchange;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        operations().pump(); // only now, so that a pipeline that came in one piece goes in one batch
        sendReplies();
    }

    /** A batch of the pipeline has ended: send what it brought, or give back what a client that left still held. */
    void batchEnded() {
        if (inactive) {
            giveBack();
        } else {
            sendReplies();
        }
    }

    /**
     * Writes the replies at the head that are ready, in one piece, and looks whether to read on. Where that fails the replies are
     * out of step, and all that is left is to close.
     */
    private void sendReplies() {
        if (gone) {
            return;
        }
        try {
            writeReplies();
        } catch (RuntimeException e) {
            closeAfter(e);
        }
    }

    private void writeReplies() {
        ByteBuf out = null;
        int count = 0;
        long bytes = 0;
        for (Exchange head = exchanges.peekFirst(); head != null; head = exchanges.peekFirst()) {
            if (head.asksForLastWrite) {
                head.reply = new Reply.Int(operations().lastWriteIndex());
            }
            if (head.reply == null) {
                break;
            }
            if (out == null) {
                out = context().alloc().ioBuffer();
            }
            counters.answered(head.reply);
            ReplyEncoder.write(head.reply, head.protocol, out);
            exchanges.removeFirst();
            count++;
            bytes += head.sizeBytes;
        }
        if (out != null) {
            exchangeBytes -= bytes;
            context().writeAndFlush(out, context().voidPromise());
            inFlight.remove(count, bytes);
        }
        if (draining && exchanges.isEmpty()) {
            gone = true;
            farewell();
        } else {
            readOrPause();
        }
    }

    /**
     * Closes so that the client gets the last reply: to close a socket with unread bytes in it resets the connection, and the
     * client's kernel then throws away what it has not read. So: end our side, skip what still comes, close soon.
     */
    private void farewell() {
        context().channel().config().setAutoRead(true);
        context().writeAndFlush(context().alloc().buffer(0)).addListener(flushed -> {
            if (context().pipeline().get(SslHandler.class) != null) {
                context().close(); // with TLS's own farewell
            } else if (context().channel() instanceof DuplexChannel socket) {
                socket.shutdownOutput();
            }
        });
        context().executor().schedule(() -> context().close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void readOrPause() {
        boolean mine = exchanges.size() < RespLimits.MAX_CONNECTION_REQUESTS
                && exchangeBytes < RespLimits.MAX_CONNECTION_BYTES
                && context().channel().isWritable();
        if (mine && !draining && inFlight.full() && !awaitingRoom) {
            awaitingRoom = true;
            inFlight.awaitRoom(() -> context().executor().execute(() -> {
                awaitingRoom = false;
                readOrPause();
            }));
        }
        context().channel().config().setAutoRead(mine && !draining && !awaitingRoom);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!gone) {
            operations().pump();
            readOrPause();
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            if (gone) {
                context.close();
            }
            draining = true; // "printf ... | nc" closes its side first and still wants the answers
            sendReplies();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable root = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (draining) {
            return; // a decoder that stumbles over what nobody looks at any more
        }
        if (root instanceof ProtocolException || root instanceof RedisCodecException) {
            draining = true;
            counters.protocolError();
            open(0).reply = Reply.error("Protocol error: " + protocolError(root));
            sendReplies();
        } else {
            closeAfter(root);
        }
    }

    private void closeAfter(Throwable cause) {
        draining = true;
        if (!(cause instanceof IOException || cause instanceof ReadTimeoutException)) {
            log.atWarn().addKeyValue("client", client.address()).setCause(cause).log("closed a connection");
        }
        context().close();
    }

    private static String protocolError(Throwable root) {
        // Netty names the bytes of a delimiter that it did not find, or wraps its own slips in looking for it.
        String message = String.valueOf(root.getMessage());
        return root.getCause() != null || message.startsWith("delimiter:")
                ? "expected a line that ends with CR LF"
                : message;
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone = true;
        inactive = true;
        operations().close();
        exchanges.stream().filter(exchange -> exchange.reply == null).forEach(exchange -> exchange.whenGone.run());
        // What is under way still costs what it cost; clients that come, ask and leave must not get past the limit.
        if (!operations().isUnderWay()) {
            giveBack();
        }
        context.fireChannelInactive();
    }

    private void giveBack() {
        inFlight.remove(exchanges.size(), exchangeBytes);
        exchanges.clear();
        exchangeBytes = 0;
    }

    private ChannelHandlerContext context() {
        if (ctx == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return ctx;
    }

    private OperationPipeline operations() {
        if (pipeline == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return pipeline;
    }
}
