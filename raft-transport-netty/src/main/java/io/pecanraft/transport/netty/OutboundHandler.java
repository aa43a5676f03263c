package io.pecanraft.transport.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.handler.timeout.IdleStateHandler;
import io.pecanraft.transport.netty.wire.Wire;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The near end of one connection that was made from here: says Hello, waits for the answer, then pings. Messages go out past it;
 * all that comes in are the answer and pongs.
 */
final class OutboundHandler extends ChannelInboundHandlerAdapter {

    private static final Wire.Header PING =
            Wire.Header.newBuilder().setPing(Wire.Ping.getDefaultInstance()).build();

    private final PeerConnection connection;
    private final int attempt;
    private final FrameDecoder decoder;
    private final TransportParts parts;
    private boolean accepted;

    /** When a clogged connection last made progress; see {@link #channelWritabilityChanged}. */
    private long lastProgressNanos = System.nanoTime();

    OutboundHandler(PeerConnection connection, int attempt, FrameDecoder decoder, TransportParts parts) {
        this.connection = connection;
        this.attempt = attempt;
        this.decoder = decoder;
        this.parts = parts;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        Handshake.send(ctx.channel(), connection.connected(attempt));
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
        decoder.allowFrames(parts.config().maxFrameBytes());
        long idleMillis = parts.config().idleTimeout().toMillis();
        ctx.pipeline().addFirst(new IdleStateHandler(idleMillis, 0, 0, TimeUnit.MILLISECONDS));
        long pingMillis = parts.config().pingInterval().toMillis();
        var pings = ctx.executor().scheduleAtFixedRate(() -> ping(ctx), pingMillis, pingMillis, TimeUnit.MILLISECONDS);
        ctx.channel().closeFuture().addListener(closed -> pings.cancel(false));
        connection.accepted(attempt, answer.getMaxFrameBytes());
    }

    private static void ping(ChannelHandlerContext ctx) {
        // A connection that takes no more data gets no more pings either: there are some in it already.
        if (ctx.channel().isWritable()) {
            ctx.writeAndFlush(FrameCodec.encode(ctx.alloc(), PING, List.of()));
        }
    }

    /**
     * A connection full of bulk data answers pings late, since they queue behind the data. It is alive all the same as long as
     * the data moves: a buffer that was full and is no longer has been acknowledged by the other side's kernel. A vanished peer
     * acknowledges nothing.
     */
    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        lastProgressNanos = System.nanoTime();
        connection.writabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent) {
            long idleMillis = parts.config().idleTimeout().toMillis();
            if (System.nanoTime() - lastProgressNanos >= TimeUnit.MILLISECONDS.toNanos(idleMillis)) {
                parts.counters().connectionsIdle.increment();
                end(ctx, "no sign of life for " + idleMillis + " ms");
            }
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
        String message = cause.getMessage();
        end(ctx, message == null ? cause.toString() : Handshake.printable(message));
    }

    private void end(ChannelHandlerContext ctx, String reason) {
        connection.ended(attempt, reason); // only the first reason counts
        ctx.close();
    }
}
