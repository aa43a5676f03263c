package io.pecanraft.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.pecanraft.model.ClusterId;
import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.GroupId;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.NodeId;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.transport.netty.wire.Wire;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** AppendEntries to bytes, as for each follower, and back, checksums included. In the package of what it measures. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CodecBenchmark {

    private static final int PAYLOAD_BYTES = 256;
    private static final StorageIdentity FROM = new StorageIdentity(
            ClusterId.fromName("benchmark"), GroupId.DEFAULT, NodeId.of("n1"), new Incarnation(1, 2));

    /** How many entries there are in the message. */
    @Param({"1", "64", "1024"})
    public int entries;

    private RaftMessage message = new AppendEntries(1, new EntryId(1, 1), 1, List.of());
    private byte[] body = {};

    /** Makes the message and its bytes. */
    @Setup
    public void setUp() {
        ByteBuffer payload = ByteBuffer.allocate(PAYLOAD_BYTES);
        message = new AppendEntries(
                1,
                new EntryId(1, 1),
                1,
                LongStream.range(2, 2L + entries)
                        .mapToObj(i -> new LogEntry(i, 1, 1_700_000_000_000L + i, EntryType.COMMAND, payload))
                        .toList());
        ByteBuf frame = encoded();
        frame.skipBytes(FrameCodec.LENGTH_BYTES);
        body = new byte[frame.readableBytes()];
        frame.readBytes(body);
        frame.release();
    }

    /** What the leader does for each follower. */
    @Benchmark
    public boolean encode() {
        return encoded().release();
    }

    /** What a follower does, without the copy out of the socket's buffer. */
    @Benchmark
    public @Nullable Object decode() throws MalformedFrameException {
        Frame frame = Frame.verified(body);
        return MessageDecoder.decode(frame.header(Wire.Header.parser()), frame);
    }

    private ByteBuf encoded() {
        return FrameCodec.encode(
                PooledByteBufAllocator.DEFAULT, MessageEncoder.header(FROM, message), MessageEncoder.payloads(message));
    }
}
