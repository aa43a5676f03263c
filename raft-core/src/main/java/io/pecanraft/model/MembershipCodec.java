package io.pecanraft.model;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The bytes of a configuration, as they stand in a MEMBERSHIP entry, a snapshot and a formation record, so that log and wire
 * need not know what a configuration is.
 *
 * <p>Big-endian: {@code version u8 = 1 | logIndex i64 | four lists}; a list is {@code count u8 | members}; a member is
 * {@code nodeLength u8 | node | incarnation 2 x i64 | addressLength u16 | address}. Strings are UTF-8.
 */
public final class MembershipCodec {

    private static final byte VERSION = 1;

    private MembershipCodec() {}

    /** The bytes of a configuration. */
    public static ByteBuffer encode(Membership membership) {
        List<List<Member>> lists = List.of(
                membership.voters(), membership.outgoingVoters(), membership.learners(), membership.learnersNext());
        int size = 1
                + Long.BYTES
                + lists.stream()
                        .mapToInt(list -> 1
                                + list.stream()
                                        .mapToInt(MembershipCodec::sizeOf)
                                        .sum())
                        .sum();
        ByteBuffer out = ByteBuffer.allocate(size);
        out.put(VERSION).putLong(membership.logIndex());
        for (List<Member> list : lists) {
            out.put((byte) list.size());
            list.forEach(member -> encode(member, out));
        }
        return out.flip().asReadOnlyBuffer();
    }

    /**
     * The configuration with these bytes. The position of the argument does not move.
     *
     * @throws IllegalArgumentException when the bytes are not exactly one configuration of a known version
     */
    public static Membership decode(ByteBuffer bytes) {
        ByteBuffer in = bytes.duplicate();
        try {
            byte version = in.get();
            if (version != VERSION) {
                throw new IllegalArgumentException("configuration of unknown version " + version);
            }
            long logIndex = in.getLong();
            List<List<Member>> lists =
                    Stream.generate(() -> decodeList(in)).limit(4).toList();
            if (in.hasRemaining()) {
                throw new IllegalArgumentException(in.remaining() + " bytes too many after a configuration");
            }
            return new Membership(logIndex, lists.get(0), lists.get(1), lists.get(2), lists.get(3));
        } catch (BufferUnderflowException e) {
            throw new IllegalArgumentException("configuration is cut short at " + bytes.remaining() + " bytes", e);
        }
    }

    private static int sizeOf(Member member) {
        return 1 + utf8(member.node().value()).length + 2 * Long.BYTES + Short.BYTES + utf8(member.address()).length;
    }

    private static void encode(Member member, ByteBuffer out) {
        byte[] node = utf8(member.node().value());
        byte[] address = utf8(member.address());
        out.put((byte) node.length).put(node);
        out.putLong(member.id().incarnation().high())
                .putLong(member.id().incarnation().low());
        out.putShort((short) address.length).put(address);
    }

    private static List<Member> decodeList(ByteBuffer in) {
        int count = in.get() & 0xff;
        List<Member> members = new ArrayList<>(Math.min(count, Membership.MAX_MEMBERS));
        for (int i = 0; i < count; i++) {
            NodeId node = new NodeId(string(in, in.get() & 0xff));
            Incarnation incarnation = new Incarnation(in.getLong(), in.getLong());
            members.add(new Member(new MemberId(node, incarnation), string(in, in.getShort() & 0xffff)));
        }
        return members;
    }

    private static String string(ByteBuffer in, int length) {
        if (length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
