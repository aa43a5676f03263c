package io.pecanraft.transport.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.timeout.IdleStateEvent;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.transport.netty.wire.Wire;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** A connection that a peer has made and introduced: delivers its messages and answers its pings. */
final class InboundHandler extends ChannelInboundHandlerAdapter {

    private static final Logger LOG = LoggerFactory.getLogger(InboundServer.class);

    private static final Wire.Header PONG =
            Wire.Header.newBuilder().setPong(Wire.Pong.getDefaultInstance()).build();

    private final Route route;
    private final InboundServer server;
    private final TransportCounters counters;

    /** The sender of the message before, since it is nearly always the sender of the next. */
    private @Nullable MemberId lastSender;

    InboundHandler(Route route, InboundServer server) {
        this.route = route;
        this.server = server;
        this.counters = server.parts().counters();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws MalformedFrameException {
        Frame frame = (Frame) message;
        Wire.Header header = frame.header(Wire.Header.parser());
        if (header.hasPing()) {
            // A peer that pings and does not read gets no further pongs, instead of our memory.
            if (ctx.channel().isWritable()) {
                ctx.writeAndFlush(FrameCodec.encode(ctx.alloc(), PONG, List.of()));
            }
            return;
        }
        Registration receiver =
                server.registrations().find(new GroupId(header.getGroup()), route.cluster(), route.called());
        if (receiver == null) {
            counters.skippedUnknownGroup.increment();
            return;
        }
        RaftMessage decoded = MessageDecoder.decode(header, frame);
        if (decoded == null) {
            counters.skippedUnknownType.increment();
            receiver.skipped(route.caller());
            return;
        }
        counters.framesReceived.increment();
        counters.bytesReceived.add(frame.frameBytes());
        receiver.deliver(sender(header), decoded);
    }

    private MemberId sender(Wire.Header header) {
        Incarnation incarnation = new Incarnation(header.getIncarnationHigh(), header.getIncarnationLow());
        MemberId last = lastSender;
        if (last != null && last.incarnation().equals(incarnation)) {
            return last;
        }
        MemberId sender = new MemberId(route.caller(), incarnation);
        lastSender = sender;
        return sender;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent) {
            counters.connectionsIdle.increment();
            ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (cause instanceof MalformedFrameException) {
            counters.connectionsMalformed.increment();
            server.refusalLog()
                    .turnedAway(
                            ctx.channel().remoteAddress(),
                            "malformed-message",
                            "from " + route.caller() + ": " + Handshake.printable(String.valueOf(cause.getMessage())));
        } else {
            // A broken connection is the dialling side's to report.
            boolean ordinary = cause instanceof IOException;
            LOG.atLevel(ordinary ? Level.DEBUG : Level.WARN)
                    .addKeyValue("node", route.called())
                    .addKeyValue("peer", route.caller())
                    .setCause(cause)
                    .log("connection of a peer failed");
        }
        ctx.close();
    }
}
