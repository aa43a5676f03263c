package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.timeout.IdleStateEvent;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutboundLivenessTest {

    private static final long IDLE_MILLIS = 3_000;

    private final EmbeddedChannel channel = new EmbeddedChannel();
    private boolean dead;

    @BeforeEach
    void open() {
        channel.freezeTime();
        channel.config().setWriteBufferWaterMark(new WriteBufferWaterMark(500, 1_000));
        channel.pipeline().addLast(new OutboundLiveness(IDLE_MILLIS), new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                ((ByteBuf) message).release();
            }

            @Override
            public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                dead |= event instanceof IdleStateEvent;
            }
        });
    }

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void silenceIsDeath() {
        advance(IDLE_MILLIS - 1);
        assertThat(dead).isFalse();
        advance(1);
        assertThat(dead).isTrue();
    }

    @Test
    void whateverIsReadIsLife() {
        advance(IDLE_MILLIS - 1);
        channel.writeInbound(Unpooled.buffer(1).writeByte(1));
        advance(IDLE_MILLIS - 1);
        assertThat(dead).isFalse();
        advance(1);
        assertThat(dead).isTrue();
    }

    @Test
    void writesThatOurOwnKernelTakesAreNoLife() {
        for (int i = 0; i < 30; i++) {
            channel.writeOutbound(Unpooled.buffer(100).writeZero(100));
            advance(IDLE_MILLIS / 30);
        }
        assertThat(dead).isTrue();
    }

    @Test
    void aCloggedConnectionThatMovesIsAlive() {
        for (int i = 0; i < 10; i++) {
            channel.write(Unpooled.buffer(1_200).writeZero(1_200)); // unwritable now
            assertThat(channel.isWritable()).isFalse();
            advance(IDLE_MILLIS - 1);
            channel.flush(); // writable again
            assertThat(channel.isWritable()).isTrue();
        }
        assertThat(dead).isFalse();
    }

    @Test
    void aCloggedConnectionThatDoesNotMoveIsDead() {
        channel.write(Unpooled.buffer(1_200).writeZero(1_200));
        advance(IDLE_MILLIS);
        assertThat(dead).isTrue();
    }

    private void advance(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }
}
