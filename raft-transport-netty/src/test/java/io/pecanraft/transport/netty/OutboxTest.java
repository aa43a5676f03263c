package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.ForwardProposal;
import io.pecanraft.spi.Transport.Loss;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An outbox on an event loop that does what it is told, before a socket that takes everything at once. */
class OutboxTest {

    private static final int MIB = 1024 * 1024;
    private static final int TURN_BYTES = MIB / 4;

    private final Losses n1 = new Losses(Frames.identity("n1", 0));
    private final EmbeddedChannel socket = new EmbeddedChannel();
    private final TransportCounters counters = new TransportCounters();
    private final List<String> failures = new ArrayList<>();
    private final Route route =
            new Route(Frames.CLUSTER, n1.self().node(), Frames.identity("n2", 0).node(), "n2:1");
    private final Outbox outbox = new Outbox(
            route.called(),
            socket.eventLoop(),
            16 * MIB,
            counters,
            new UnreachableReports(socket.eventLoop(), () -> {}),
            new ConnectionLog(route, Lane.BULK, () -> true),
            failures::add);

    @BeforeEach
    void stopTheClock() {
        socket.freezeTime();
    }

    @AfterEach
    void close() {
        socket.finishAndReleaseAll();
    }

    @Test
    void withoutAConnectionMessagesAreDropped() {
        outbox.offer(n1, message(1, 10));

        assertThat(outbox.isOpen()).isFalse();
        assertThat(counters.stats().droppedUnconnected()).isEqualTo(1);
        assertThat(n1.lost).containsExactly(new Losses.Lost(route.called(), message(1, 10), Loss.UNCONNECTED));
    }

    @Test
    void theSenderLearnsWhatDidNotFitAndWhy() throws Exception {
        outbox.open(socket, MIB);
        outbox.offer(n1, message(1, 2 * MIB));
        for (int id = 2; id <= 4; id++) {
            outbox.offer(n1, message(id, 6 * MIB));
        }
        assertThat(n1.lost).containsExactly(new Losses.Lost(route.called(), message(4, 6 * MIB), Loss.QUEUE_FULL));
        n1.lost.clear();

        socket.runPendingTasks();

        assertThat(written()).isEmpty();
        assertThat(n1.lost)
                .extracting(Losses.Lost::why)
                .containsOnly(Loss.TOO_LARGE)
                .hasSize(3);
        assertThat(counters.stats().droppedTooLarge()).isEqualTo(3);
    }

    @Test
    void whatCameBeforeTheLoopWasAwakeIsWrittenTogetherInOrder() throws Exception {
        outbox.open(socket, MIB);
        for (int id = 0; id < 100; id++) {
            outbox.offer(n1, message(id, 10));
        }
        assertThat(written()).isEmpty();

        socket.runPendingTasks();

        assertThat(written()).isEqualTo(messages(0, 100, 10));
        assertThat(counters.stats().framesSent()).isEqualTo(100);
    }

    /** Tasks run before sockets are looked after again, timers after: see the constant in Outbox. */
    @Test
    void aTurnIsBoundedAndTheNextOneWaitsForATimer() throws Exception {
        outbox.open(socket, MIB);
        for (int id = 0; id < 64; id++) {
            outbox.offer(n1, message(id, 32 * 1024));
        }
        List<RaftMessage> all = new ArrayList<>();
        for (int turn = 0; turn < 64 && all.size() < 64; turn++) {
            for (int i = 0; i < 10; i++) {
                outbox.wake(); // by senders and by room in the socket
                socket.runPendingTasks();
            }
            List<RaftMessage> written = written();
            assertThat(written).hasSizeBetween(1, TURN_BYTES / (32 * 1024));
            all.addAll(written);
            socket.advanceTimeBy(1, TimeUnit.NANOSECONDS);
        }
        assertThat(all).isEqualTo(messages(0, 64, 32 * 1024));
    }

    @Test
    void aTurnOfManySmallMessagesIsBoundedToo() throws Exception {
        outbox.open(socket, MIB);
        for (int id = 0; id < 10_000; id++) {
            outbox.offer(n1, message(id, 1));
            socket.runPendingTasks(); // each by itself, as when the sender is just as fast as the loop
        }
        assertThat(written()).hasSizeBetween(100, 1_000);
    }

    @Test
    void whatASocketDoesNotTakeWaitsUntilItDoes() throws Exception {
        outbox.open(socket, MIB);
        socket.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
        outbox.offer(n1, message(1, 10));
        socket.runPendingTasks();
        assertThat(written()).isEmpty();

        socket.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
        outbox.wake();
        socket.runPendingTasks();

        assertThat(written()).containsExactly(message(1, 10));
    }

    @Test
    void closingDropsWhatWaits() throws Exception {
        outbox.open(socket, MIB);
        outbox.offer(n1, message(1, 10));
        outbox.offer(n1, message(2, 10));

        outbox.close();
        socket.runPendingTasks();

        assertThat(written()).isEmpty();
        assertThat(counters.stats().droppedUnconnected()).isEqualTo(2);
        assertThat(n1.lost).extracting(Losses.Lost::message).containsExactly(message(1, 10), message(2, 10));
        outbox.open(socket, MIB); // another connection
        outbox.offer(n1, message(3, 10));
        socket.runPendingTasks();
        assertThat(written()).containsExactly(message(3, 10));
    }

    @Test
    void aMessageThatCannotBeEncodedEndsTheConnection() throws Exception {
        outbox.open(socket, MIB);
        socket.config().setAllocator(new NoMemory());

        outbox.offer(n1, message(1, 10));
        socket.runPendingTasks();

        assertThat(failures).containsExactly("cannot encode: no direct memory, by order of a test");
    }

    /** The loop's second connection has no memory for a frame of its own. */
    @Test
    void aMessageForSeveralPeersIsEncodedOnceOnALoop() throws Exception {
        EmbeddedChannel second = new EmbeddedChannel();
        second.config().setAllocator(new NoMemory());
        Outbox other = new Outbox(
                route.called(),
                second.eventLoop(),
                16 * MIB,
                counters,
                new UnreachableReports(second.eventLoop(), () -> {}),
                new ConnectionLog(route, Lane.BULK, () -> true),
                failures::add);
        outbox.open(socket, MIB);
        other.open(second, MIB);
        RaftMessage append = append(10);
        outbox.offer(n1, append);
        socket.runPendingTasks();

        other.offer(n1, append);
        second.runPendingTasks();
        assertThat(failures).isEmpty();
        assertThat(written(socket)).containsExactly(append);
        assertThat(written(second)).containsExactly(append);

        other.offer(n1, append(10)); // as long, but another
        second.runPendingTasks();
        other.offer(new Losses(Frames.identity("n3", 0)), append); // in another's name
        second.runPendingTasks();
        outbox.close();
        other.offer(n1, append);
        second.runPendingTasks();
        assertThat(failures).hasSize(3);
        assertThat(written(second)).isEmpty();
    }

    @Test
    void aFrameThatOnePeerTakesMayBeTooLargeForAnother() throws Exception {
        EmbeddedChannel second = new EmbeddedChannel();
        outbox.open(socket, MIB);
        RaftMessage append = append(1_000);
        outbox.offer(n1, append);
        socket.runPendingTasks();
        assertThat(written()).containsExactly(append);

        outbox.open(second, 500);
        outbox.offer(n1, append);
        socket.runPendingTasks();

        assertThat(n1.lost).extracting(Losses.Lost::why).containsExactly(Loss.TOO_LARGE);
        assertThat(written(second)).isEmpty();
        outbox.close();
    }

    private static RaftMessage append(int bytes) {
        LogEntry entry = new LogEntry(1, 1, 1, EntryType.COMMAND, ByteBuffer.allocate(bytes));
        return new RaftMessage.AppendEntries(1, EntryId.ZERO, 0, List.of(entry));
    }

    private List<RaftMessage> written() throws MalformedFrameException {
        return written(socket);
    }

    private static List<RaftMessage> written(EmbeddedChannel socket) throws MalformedFrameException {
        List<RaftMessage> messages = new ArrayList<>();
        for (ByteBuf frame = socket.readOutbound(); frame != null; frame = socket.readOutbound()) {
            byte[] bytes = new byte[frame.readableBytes()];
            frame.readBytes(bytes).release();
            messages.add(Frames.decode(bytes));
        }
        return messages;
    }

    private static List<RaftMessage> messages(int from, int toExclusive, int bytes) {
        List<RaftMessage> messages = new ArrayList<>();
        for (int id = from; id < toExclusive; id++) {
            messages.add(message(id, bytes));
        }
        return messages;
    }

    private static RaftMessage message(long id, int bytes) {
        return new ForwardProposal(1, new Incarnation(7, 8), 1, id, 1, EntryType.COMMAND, ByteBuffer.allocate(bytes));
    }

    private static final class NoMemory extends AbstractByteBufAllocator {

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            return Unpooled.buffer(initialCapacity, maxCapacity);
        }

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            throw new OutOfMemoryError("no direct memory, by order of a test");
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }
}
