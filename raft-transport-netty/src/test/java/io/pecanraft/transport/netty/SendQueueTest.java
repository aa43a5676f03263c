package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.ForwardProposal;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class SendQueueTest {

    private static final Sender N1 = new Losses(Frames.identity("n1", 0));

    private final SendQueue queue = new SendQueue(10_000);

    @Test
    void theOldestComesFirst() {
        queue.offer(N1, message(1, 100));
        queue.offer(N1, message(2, 100));

        assertThat(queue.poll().message()).isEqualTo(message(1, 100));
        assertThat(queue.poll().message()).isEqualTo(message(2, 100));
        assertThat(queue.poll()).isNull();
    }

    @Test
    void whatExceedsTheLimitIsRefusedUntilThereIsRoom() {
        assertThat(queue.offer(N1, message(1, 6_000))).isTrue();
        assertThat(queue.offer(N1, message(2, 6_000))).isFalse();
        assertThat(queue.offer(N1, message(3, 1_000))).isTrue();
        queue.poll();
        assertThat(queue.offer(N1, message(4, 6_000))).isTrue();
    }

    @Test
    void anEmptyQueueTakesAnyMessage() {
        assertThat(queue.offer(N1, message(1, 50_000))).isTrue();
        assertThat(queue.offer(N1, message(2, 0))).isFalse();
    }

    @Test
    void messagesWithoutPayloadCountToo() {
        int taken = 0;
        while (queue.offer(N1, new RaftMessage.Heartbeat(1, 2, 3))) {
            taken++;
        }
        assertThat(taken).isBetween(10, 1_000);
    }

    private static RaftMessage message(long id, int bytes) {
        return new ForwardProposal(1, new Incarnation(7, 8), 1, id, 1, EntryType.COMMAND, ByteBuffer.allocate(bytes));
    }
}
