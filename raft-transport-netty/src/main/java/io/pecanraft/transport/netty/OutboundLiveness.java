package io.pecanraft.transport.netty;

import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.timeout.IdleStateHandler;
import java.util.concurrent.TimeUnit;

/**
 * Notices that the other end of a connection made from here has vanished: no pong has come for too long.
 *
 * <p>A connection full of bulk data is answered late, since its pings queue behind the data. It is alive all the same while the
 * data moves: a write buffer that was full and is no longer shows that the other side's kernel has acknowledged something. A
 * vanished peer acknowledges nothing. A buffer that never was full shows nothing, because our own kernel takes what little there
 * is; so only that transition counts.
 */
final class OutboundLiveness extends IdleStateHandler {

    OutboundLiveness(long idleMillis) {
        super(idleMillis, 0, 0, TimeUnit.MILLISECONDS);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) throws Exception {
        if (ctx.channel().isWritable()) {
            resetReadTimeout();
        }
        super.channelWritabilityChanged(ctx);
    }
}
