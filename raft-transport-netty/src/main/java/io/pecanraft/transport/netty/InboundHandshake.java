package io.pecanraft.transport.netty;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateHandler;
import io.pecanraft.model.NodeId;
import io.pecanraft.transport.netty.wire.Wire;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The far end's introduction: waits for Hello, answers it, and makes way for {@link InboundHandler} or closes. */
final class InboundHandshake extends ChannelInboundHandlerAdapter {

    private final InboundServer server;
    private final FrameDecoder decoder;
    private boolean answered;

    InboundHandshake(InboundServer server, FrameDecoder decoder) {
        this.server = server;
        this.decoder = decoder;
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        long timeoutMillis = server.parts().config().handshakeTimeout().toMillis();
        ctx.executor()
                .schedule(
                        () -> {
                            if (!answered && ctx.channel().isOpen()) {
                                server.parts().counters().handshakesTimedOut.increment();
                                turnAway(ctx, "handshake-timeout", "no Hello within " + timeoutMillis + " ms");
                                ctx.close();
                            }
                        },
                        timeoutMillis,
                        TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws MalformedFrameException {
        if (answered) {
            return; // refused; what it says until it notices is of no interest
        }
        Wire.Hello hello = ((Frame) message).header(Wire.Hello.parser());
        answered = true;
        Wire.HelloAnswer answer = Handshake.answer(
                hello,
                server.registrations().identities(),
                server.parts().config().maxFrameBytes());
        if (answer.getRefusal() == Wire.Refusal.ACCEPTED) {
            answer = Tls.objection(ctx.channel(), NodeId.of(hello.getFromNode()))
                    .map(why -> Handshake.refusal(Wire.Refusal.WRONG_CERTIFICATE, why))
                    .orElse(answer);
        }
        Lane lane = Handshake.lane(hello);
        if (answer.getRefusal() == Wire.Refusal.ACCEPTED && lane != null) {
            accept(ctx, hello, lane, answer);
        } else {
            server.parts().counters().handshakesRefused.increment();
            if (answer.getRefusal() != Wire.Refusal.NOT_READY) { // which is ordinary while a server starts or stops
                turnAway(ctx, Handshake.word(answer.getRefusal()), answer.getDetail());
            }
            Handshake.send(ctx.channel(), answer).addListener(ChannelFutureListener.CLOSE);
        }
    }

    private void accept(ChannelHandlerContext ctx, Wire.Hello hello, Lane lane, Wire.HelloAnswer answer) {
        Route route = new Route(
                Handshake.cluster(hello),
                NodeId.of(hello.getFromNode()),
                NodeId.of(hello.getToNode()),
                hello.getDialled());
        decoder.allowFrames(server.parts().config().maxFrameBytes());
        long idleMillis = server.parts().config().idleTimeout().toMillis();
        ctx.pipeline().addFirst(new IdleStateHandler(idleMillis, 0, 0, TimeUnit.MILLISECONDS));
        ctx.pipeline().replace(this, "messages", new InboundHandler(route, server));
        // Before the caller can know: what it then expects of this connection must hold.
        server.introduced(new InboundConnections.Key(route, lane), ctx.channel());
        Handshake.send(ctx.channel(), answer);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Optional<String> tlsFailure = Tls.failure(cause);
        if (tlsFailure.isPresent()) {
            server.parts().counters().handshakesRefused.increment();
            turnAway(ctx, "tls", tlsFailure.get());
            ctx.close();
            return;
        }
        if (cause instanceof MalformedFrameException) {
            server.parts().counters().connectionsMalformed.increment();
        }
        turnAway(ctx, "malformed-handshake", Handshake.printable(String.valueOf(cause.getMessage())));
        ctx.close();
    }

    private void turnAway(ChannelHandlerContext ctx, String reason, String detail) {
        server.refusalLog().turnedAway(ctx.channel().remoteAddress(), reason, detail);
    }
}
