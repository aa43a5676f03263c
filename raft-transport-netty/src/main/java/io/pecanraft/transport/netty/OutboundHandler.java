package io.pecanraft.transport.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.timeout.IdleStateEvent;
import io.pecanraft.model.NodeId;
import io.pecanraft.transport.netty.wire.Wire;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The near end of one connection that was made from here: says Hello, waits for the answer, then pings. Messages go out past it;
 * all that comes in are the answer and pongs, so the frame limit of the handshake stays.
 */
final class OutboundHandler extends ChannelInboundHandlerAdapter {

    private static final Wire.Header PING =
            Wire.Header.newBuilder().setPing(Wire.Ping.getDefaultInstance()).build();

    private final PeerConnection connection;
    private final NodeId called;
    private final int attempt;
    private final TransportParts parts;
    private boolean accepted;

    OutboundHandler(PeerConnection connection, NodeId called, int attempt, TransportParts parts) {
        this.connection = connection;
        this.called = called;
        this.attempt = attempt;
        this.parts = parts;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (parts.tls() == null) {
            sayHello(ctx);
        }
        long timeoutMillis = parts.config().handshakeTimeout().toMillis();
        ctx.executor()
                .schedule(
                        () -> {
                            if (!accepted && ctx.channel().isOpen()) {
                                parts.counters().handshakesTimedOut.increment();
                                end(
                                        ctx,
                                        "no answer to the handshake within " + timeoutMillis
                                                + " ms; is this a PecanRaft server?");
                            }
                        },
                        timeoutMillis,
                        TimeUnit.MILLISECONDS);
    }

    private void sayHello(ChannelHandlerContext ctx) {
        Handshake.send(ctx.channel(), connection.connected(attempt));
    }

    /** Nothing is said before it is clear to whom. */
    private void onTls(ChannelHandlerContext ctx, SslHandshakeCompletionEvent event) {
        if (event.isSuccess()) {
            Tls.objection(ctx.channel(), called)
                    .ifPresentOrElse(why -> end(ctx, "the peer's " + why), () -> sayHello(ctx));
        } else {
            end(ctx, Tls.failure(event.cause()).orElse("TLS: " + event.cause()));
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws MalformedFrameException {
        Frame frame = (Frame) message;
        if (!accepted) {
            onAnswer(ctx, frame.header(Wire.HelloAnswer.parser()));
        } else if (frame.header(Wire.Header.parser()).hasPong()) {
            connection.proven(attempt);
        } else {
            parts.counters().skippedUnknownType.increment();
        }
    }

    private void onAnswer(ChannelHandlerContext ctx, Wire.HelloAnswer answer) throws MalformedFrameException {
        if (answer.getRefusal() != Wire.Refusal.ACCEPTED) {
            connection.refused(attempt, answer);
            ctx.close();
            return;
        }
        if (answer.getVersion() != Handshake.VERSION || answer.getMaxFrameBytes() <= 0) {
            throw new MalformedFrameException("peer accepted with version " + answer.getVersion()
                    + " and a frame limit of " + answer.getMaxFrameBytes());
        }
        accepted = true;
        ctx.pipeline()
                .addFirst(new OutboundLiveness(parts.config().idleTimeout().toMillis()));
        long pingMillis = parts.config().pingInterval().toMillis();
        var pings =
                ctx.executor().scheduleWithFixedDelay(() -> ping(ctx), pingMillis, pingMillis, TimeUnit.MILLISECONDS);
        ctx.channel().closeFuture().addListener(closed -> pings.cancel(false));
        connection.accepted(attempt, answer.getMaxFrameBytes());
    }

    private static void ping(ChannelHandlerContext ctx) {
        // A connection that takes no more data gets no more pings either: there are some in it already.
        if (ctx.channel().isWritable()) {
            ctx.writeAndFlush(FrameCodec.encode(ctx.alloc(), PING, List.of()));
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        connection.outbox().wake();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof SslHandshakeCompletionEvent tls) {
            onTls(ctx, tls);
        } else if (event instanceof IdleStateEvent) {
            parts.counters().connectionsIdle.increment();
            end(ctx, "no sign of life for " + parts.config().idleTimeout().toMillis() + " ms");
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        end(ctx, accepted ? "closed by the peer" : "closed by the peer before the handshake was done");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof MalformedFrameException) {
            parts.counters().connectionsMalformed.increment();
        }
        String message = Tls.failure(cause).orElse(cause.getMessage());
        end(ctx, message == null ? cause.toString() : Handshake.printable(message));
    }

    private void end(ChannelHandlerContext ctx, String reason) {
        connection.ended(attempt, reason); // only the first reason counts
        ctx.close();
    }
}
