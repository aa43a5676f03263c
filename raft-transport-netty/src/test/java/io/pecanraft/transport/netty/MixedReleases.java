package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.testkit.sim.MessageCodec;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.transport.netty.wire.Wire;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Lets the servers of a simulation talk in bytes, as this release of the transport writes them, and as one of tomorrow might: with fields
 * that this one does not know in every message, with a kind of message that it does not know, and, where both sides have agreed on
 * version 2 of the protocol, in a way that it would misread. Which release a server runs is drawn anew whenever it starts.
 *
 * <p>Now and then a bit of a frame is flipped on its way, of which no message may come.
 *
 * <p>A connection is made anew, with a handshake, whenever one of its ends has, or a frame was damaged; what was under way on the one before is
 * lost.
 */
final class MixedReleases implements MessageCodec {

    private static final int MAX_FRAME_BYTES = 1 << 23;
    /** Looking for leaks would cost more than all the rest, and is done by the other tests. */
    private static final ByteBufAllocator UNWATCHED = new UnpooledByteBufAllocator(true, true);

    /** Of all frames, also when the faults have ended: a machine with bad memory is not healed. */
    private static final double DAMAGED = 0.002;

    private static final int FIELD_OF_TOMORROW = 90;
    private static final int KIND_OF_TOMORROW = 91;

    /** A program. */
    enum Release {
        TODAY(1),
        TOMORROW(2);

        final int newestVersion;

        Release(int newestVersion) {
            this.newestVersion = newestVersion;
        }
    }

    private record Server(StorageIdentity identity, Release release, int life) {}

    private record Ends(int from, int to) {}

    private record Connection(Server from, Server to, int version, long number) {}

    private final SimRandom random;
    private final SimRandom damages;
    private final boolean heedsTheHandshake;
    private final Map<String, Long> counts = new TreeMap<>();
    private final Map<Integer, Server> servers = new HashMap<>();
    private final Map<Ends, Connection> connections = new HashMap<>();
    private long lastConnection;

    /**
     * Releases of a simulation.
     *
     * @param heedsTheHandshake whether tomorrow's release speaks the version that was agreed on, and not its newest
     */
    MixedReleases(long seed, boolean heedsTheHandshake) {
        this.random = SimRandom.stream(seed, "releases");
        this.damages = SimRandom.stream(seed, "damaged bytes");
        this.heedsTheHandshake = heedsTheHandshake;
    }

    /** How often what happened. */
    Map<String, Long> counts() {
        return counts;
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    @Override
    public void starts(int node, StorageIdentity self) {
        Release release = random.chance(0.5) ? Release.TODAY : Release.TOMORROW;
        Server before = servers.get(node);
        if (before != null && before.release() != release) {
            count("restarted with the release of " + release);
        }
        servers.put(node, new Server(self, release, before == null ? 1 : before.life() + 1));
    }

    @Override
    public Parcel encode(StorageIdentity from, int fromNode, int toNode, RaftMessage message) {
        Server sender = servers.get(fromNode);
        Server receiver = servers.get(toNode);
        if (receiver == null) {
            return List::of;
        }
        Connection connection = connection(fromNode, toNode, sender, receiver);
        List<byte[]> frames = new ArrayList<>();
        if (sender.release() == Release.TODAY) {
            frames.add(frame(MessageEncoder.header(from, message), MessageEncoder.payloads(message)));
        } else {
            if (random.chance(0.1)) {
                frames.add(frame(newsOf(from), List.of(ByteBuffer.wrap(new byte[20]))));
            }
            Wire.Header header = extended(MessageEncoder.header(from, message));
            boolean inverted = (heedsTheHandshake ? connection.version() : sender.release().newestVersion) > 1;
            frames.add(frame(header, payloads(message, inverted)));
        }
        return () -> decode(toNode, connection, frames, message);
    }

    private static byte[] frame(Wire.Header header, List<ByteBuffer> payloads) {
        return Frames.encode(UNWATCHED, header, payloads);
    }

    // ---- the handshake

    private Connection connection(int from, int to, Server sender, Server receiver) {
        Connection last = connections.get(new Ends(from, to));
        if (last != null && last.from().equals(sender) && last.to().equals(receiver)) {
            return last;
        }
        Connection next = new Connection(sender, receiver, negotiate(sender, receiver), ++lastConnection);
        connections.put(new Ends(from, to), next);
        count("connections from " + sender.release() + " to " + receiver.release() + ", version " + next.version());
        return next;
    }

    private static int negotiate(Server caller, Server called) {
        Route route = new Route(
                caller.identity().cluster(),
                caller.identity().node(),
                called.identity().node(),
                "sim:" + called.identity().node());
        Wire.Hello hello = Handshake.hello(route, Lane.CONSENSUS, List.of(caller.identity()), MAX_FRAME_BYTES);
        if (caller.release() == Release.TOMORROW) {
            hello = hello.toBuilder()
                    .setMaxVersion(caller.release().newestVersion)
                    .setUnknownFields(unknown(FIELD_OF_TOMORROW))
                    .build();
        }
        Wire.HelloAnswer answer = Handshake.answer(reread(hello), List.of(called.identity()), MAX_FRAME_BYTES);
        assertThat(answer.getRefusal()).isEqualTo(Wire.Refusal.ACCEPTED);
        if (called.release() == Release.TODAY) {
            return answer.getVersion();
        }
        return Math.min(called.release().newestVersion, hello.getMaxVersion());
    }

    private static Wire.Hello reread(Wire.Hello hello) {
        try {
            return Wire.Hello.parseFrom(hello.toByteArray());
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    // ---- what tomorrow's release writes

    private static UnknownFieldSet unknown(int field) {
        return UnknownFieldSet.newBuilder()
                .addField(
                        field,
                        UnknownFieldSet.Field.newBuilder()
                                .addVarint(42)
                                .addLengthDelimited(ByteString.copyFromUtf8("of tomorrow"))
                                .build())
                .build();
    }

    private static Wire.Header newsOf(StorageIdentity from) {
        return Wire.Header.newBuilder()
                .setGroup(from.group().value())
                .setIncarnationHigh(from.incarnation().high())
                .setIncarnationLow(from.incarnation().low())
                .setUnknownFields(unknown(KIND_OF_TOMORROW))
                .build();
    }

    /** The same with a new field in the header and one in the message. */
    private static Wire.Header extended(Wire.Header header) {
        FieldDescriptor kind = header.getOneofFieldDescriptor(
                Wire.Header.getDescriptor().getOneofs().get(0));
        Message message = (Message) header.getField(kind);
        return header.toBuilder()
                .setField(
                        kind,
                        message.toBuilder()
                                .setUnknownFields(unknown(FIELD_OF_TOMORROW))
                                .build())
                .setUnknownFields(unknown(FIELD_OF_TOMORROW))
                .build();
    }

    /** In version 2 payloads are written with every bit inverted. */
    private static List<ByteBuffer> payloads(RaftMessage message, boolean inverted) {
        List<ByteBuffer> payloads = MessageEncoder.payloads(message);
        return inverted ? payloads.stream().map(MixedReleases::inverted).toList() : payloads;
    }

    private static ByteBuffer inverted(ByteBuffer bytes) {
        ByteBuffer from = bytes.duplicate();
        ByteBuffer inverted = ByteBuffer.allocate(from.remaining());
        while (from.hasRemaining()) {
            inverted.put((byte) ~from.get());
        }
        return inverted.flip();
    }

    // ---- what a receiver reads

    private List<Optional<RaftMessage>> decode(
            int toNode, Connection connection, List<byte[]> frames, RaftMessage original) {
        Server receiver = servers.get(toNode);
        if (!connection.to().equals(receiver) || !connections.containsValue(connection)) {
            count("lost with their connection");
            return List.of();
        }
        List<Optional<RaftMessage>> messages = new ArrayList<>();
        for (byte[] frame : frames) {
            if (damages.chance(DAMAGED)) {
                refuse(frame, connection);
                connections.values().remove(connection); // closed, with all that is under way on it
                return messages;
            }
            RaftMessage read = read(frame, connection);
            if (read != null) {
                if (!read.equals(original)) {
                    throw new AssertionError(original + " arrives as " + read);
                }
                messages.add(Optional.of(read));
            } else if (receiver.release() == Release.TODAY) {
                messages.add(Optional.empty());
            }
        }
        count("messages from " + connection.from().release() + " to " + receiver.release());
        return messages;
    }

    /** One of its bits arrives flipped: no message may come of that. */
    private void refuse(byte[] frame, Connection connection) {
        byte[] damaged = frame.clone();
        // By the length the bytes are cut into frames before anybody sees one.
        int bit = Byte.SIZE * FrameCodec.LENGTH_BYTES
                + damages.nextInt(Byte.SIZE * (frame.length - FrameCodec.LENGTH_BYTES));
        damaged[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
        try {
            RaftMessage read = Frames.decode(damaged);
            throw new AssertionError("bit " + bit + " is flipped from " + connection.from() + " to " + connection.to()
                    + ", and yet " + read + " arrives");
        } catch (MalformedFrameException e) {
            count("damaged frames refused");
        }
    }

    private static RaftMessage read(byte[] bytes, Connection connection) {
        try {
            if (connection.version() == 1) {
                return Frames.decode(bytes);
            }
            Frame frame = Frames.parse(bytes);
            Wire.Header header = frame.header(Wire.Header.parser());
            ByteBuffer payload = inverted(frame.payload(0, frame.payloadBytes()));
            return Frames.decode(frame(header, List.of(payload)));
        } catch (MalformedFrameException e) {
            throw new AssertionError("a frame from " + connection.from() + " to " + connection.to(), e);
        }
    }
}
