package io.pecanraft.transport.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.model.EntryId;
import io.pecanraft.model.EntryType;
import io.pecanraft.model.Incarnation;
import io.pecanraft.model.LogEntry;
import io.pecanraft.model.RaftMessage;
import io.pecanraft.model.RaftMessage.AppendEntries;
import io.pecanraft.model.RaftMessage.ForwardProposal;
import io.pecanraft.spi.StorageIdentity;
import io.pecanraft.transport.netty.wire.Wire;
import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class MessageCodecTest {

    private static final StorageIdentity N1 = Frames.identity("n1", 7);

    @Property(tries = 2_000)
    void everyMessageSurvivesTheWire(@ForAll long seed, @ForAll("kinds") Class<?> kind) throws Exception {
        RaftMessage message = new RandomMessages(seed).next(kind);

        assertThat(Frames.decode(Frames.encode(N1, message))).isEqualTo(message);
    }

    @Provide
    Arbitrary<Class<?>> kinds() {
        return Arbitraries.of(RandomMessages.kindsInTheModel());
    }

    @Test
    void everyKindOfMessageHasATestAndAWireFormat() throws Exception {
        assertThat(RandomMessages.kindsInTheModel()).hasSizeGreaterThanOrEqualTo(15);
        for (Class<?> kind : RandomMessages.kindsInTheModel()) {
            RaftMessage message = new RandomMessages(1).next(kind);
            assertThat(message).isInstanceOf(kind);
            assertThat(Frames.decode(Frames.encode(N1, message))).isEqualTo(message);
        }
    }

    @Test
    void aHeaderNamesGroupAndIncarnationOfTheSender() throws Exception {
        byte[] frame = Frames.encode(N1, new RaftMessage.ReadIndex(1, 2));
        Wire.Header header = Frames.parse(frame).header(Wire.Header.parser());

        assertThat(header.getGroup()).isEqualTo(7);
        assertThat(header.getIncarnationHigh()).isEqualTo(N1.incarnation().high());
        assertThat(header.getIncarnationLow()).isEqualTo(N1.incarnation().low());
    }

    @Test
    void encodingLeavesThePayloadsPositionAlone() {
        ByteBuffer command = ByteBuffer.wrap(new byte[] {1, 2, 3, 4});
        command.position(1);
        ForwardProposal message = new ForwardProposal(9, new Incarnation(7, 8), 1, 2, 3, EntryType.COMMAND, command);

        Frames.encode(N1, message);

        assertThat(message.command().remaining()).isEqualTo(3);
    }

    @Test
    void payloadsAreReadOnly() throws Exception {
        ForwardProposal decoded = (ForwardProposal) Frames.decode(Frames.encode(
                N1, new ForwardProposal(9, new Incarnation(7, 8), 1, 2, 3, EntryType.COMMAND, bytes(10))));

        assertThat(decoded.command().isReadOnly()).isTrue();
    }

    @Test
    void aSmallEntryDoesNotPinItsFrameAndALargeOneIsNotCopied() throws Exception {
        AppendEntries message = new AppendEntries(
                2,
                EntryId.ZERO,
                0,
                List.of(
                        new LogEntry(1, 1, 5, EntryType.COMMAND, bytes(10)),
                        new LogEntry(2, 1, 5, EntryType.COMMAND, bytes(100_000))));
        Frame frame = Frames.parse(Frames.encode(N1, message));

        // A read-only buffer hides its array; its capacity is what it may pin.
        assertThat(frame.payload(0, 10).capacity()).isEqualTo(10);
        assertThat(Frames.decode(Frames.encode(N1, message))).isEqualTo(message);
    }

    @Test
    void aKindOfANewerVersionIsNoMessageAndNoError() throws Exception {
        // Field 99, a message: what a newer version may add to the oneof.
        Wire.Header header = Wire.Header.parseFrom(new byte[] {(byte) 0x9a, 0x06, 0x00});

        assertThat(Frames.decode(Frames.encode(header, List.of(bytes(20))))).isNull();
    }

    @Test
    void aFieldOfANewerVersionIsIgnored() throws Exception {
        RaftMessage message = new RaftMessage.ReadIndexResponse(1, 2, true, 3);
        Wire.Header known = MessageEncoder.header(N1, message);
        Wire.Header extended = known.toBuilder()
                .mergeFrom(new byte[] {(byte) 0x98, 0x06, 0x05}) // field 99, a number
                .build();

        assertThat(Frames.decode(Frames.encode(extended, List.of()))).isEqualTo(message);
    }

    @Test
    void columnsOfDifferentLengthAreMalformed() {
        assertMalformed(append().addTermDeltas(1), 0, "columns");
    }

    @Test
    void anEntryBeyondThePayloadIsMalformed() {
        assertMalformed(oneEntry(EntryType.COMMAND.code(), 11), 10, "entry 0 of 11 bytes");
        assertMalformed(oneEntry(EntryType.COMMAND.code(), -1), 10, "entry 0 of 4294967295 bytes");
    }

    @Test
    void bytesThatBelongToNoEntryAreMalformed() {
        assertMalformed(oneEntry(EntryType.COMMAND.code(), 9), 10, "1 bytes belong to no entry");
    }

    @Test
    void moreEntriesThanAreAllowedAreMalformed() {
        Wire.AppendEntries.Builder many = append();
        for (int i = 0; i <= MessageDecoder.MAX_ENTRIES; i++) {
            many.addTermDeltas(i == 0 ? 1 : 0)
                    .addTimestampDeltas(0)
                    .addTypes(EntryType.COMMAND.code())
                    .addPayloadBytes(0);
        }
        assertMalformed(many, 0, "65537 entries where at most 65536 are allowed");
    }

    @Test
    void anEntryOfUnknownTypeIsMalformed() {
        assertMalformed(oneEntry(77, 10), 10, "unknown entry type 77");
    }

    @Test
    void anEntryOfTermZeroIsMalformed() {
        assertMalformed(oneEntry(EntryType.COMMAND.code(), 10).setTermDeltas(0, 0), 10, "index and term start at 1");
    }

    @Test
    void indexesThatWouldOverflowAreMalformed() {
        Wire.EntryId last = Wire.EntryId.newBuilder()
                .setTerm(1)
                .setIndex(Long.MAX_VALUE - 1)
                .build();
        assertMalformed(oneEntry(EntryType.COMMAND.code(), 10).setPrev(last), 10, "index");
    }

    @Test
    void termsThatHaveNoSuccessorAreMalformed() {
        for (long term : new long[] {-1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            Wire.Header header = Wire.Header.newBuilder()
                    .setHeartbeat(Wire.Heartbeat.newBuilder().setTerm(term))
                    .build();
            assertThatThrownBy(() -> Frames.decode(Frames.encode(header, List.of())))
                    .isInstanceOf(MalformedFrameException.class)
                    .hasMessageContaining("term");
        }
    }

    @Test
    void aChunkWhoseEndOverflowsIsMalformed() throws Exception {
        RaftMessage valid = new RandomMessages(3).next(RaftMessage.InstallSnapshot.class);
        Wire.Header.Builder header = MessageEncoder.header(N1, valid).toBuilder();
        header.getInstallSnapshotBuilder().setOffset(Long.MAX_VALUE - 1);

        assertThatThrownBy(() -> Frames.decode(Frames.encode(header.build(), List.of(bytes(100)))))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("chunk of 100 bytes");
    }

    @Test
    void aPayloadWhereNoneBelongsIsMalformed() {
        Wire.Header header = Wire.Header.newBuilder()
                .setHeartbeat(Wire.Heartbeat.newBuilder().setTerm(1))
                .build();

        assertThatThrownBy(() -> Frames.decode(Frames.encode(header, List.of(bytes(1)))))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining("no payload");
    }

    private static Wire.AppendEntries.Builder append() {
        return Wire.AppendEntries.newBuilder().setTerm(1).setPrev(Wire.EntryId.getDefaultInstance());
    }

    private static Wire.AppendEntries.Builder oneEntry(int type, int payloadBytes) {
        return append().addTermDeltas(1).addTimestampDeltas(1).addTypes(type).addPayloadBytes(payloadBytes);
    }

    private static void assertMalformed(Wire.AppendEntries.Builder message, int payloadBytes, String what) {
        Wire.Header header = Wire.Header.newBuilder().setAppendEntries(message).build();
        assertThatThrownBy(() -> Frames.decode(Frames.encode(header, List.of(bytes(payloadBytes)))))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessageContaining(what);
    }

    private static ByteBuffer bytes(int length) {
        return ByteBuffer.allocate(length);
    }
}
