package io.pecanraft.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Random configurations there and back, and everything that is not one. */
final class MembershipCodecModel {

    private MembershipCodecModel() {}

    static Membership random(Random random) {
        List<Member> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String name = "n-" + i + "x".repeat(random.nextInt(40));
            String address = (random.nextBoolean() ? "höst" : "h") + "a".repeat(random.nextInt(200)) + ":1";
            all.add(new Member(
                    new MemberId(NodeId.of(name), new Incarnation(random.nextLong(), random.nextLong())), address));
        }
        int voters = 1 + random.nextInt(4);
        boolean joint = random.nextBoolean();
        return new Membership(
                random.nextInt(5) * 1_000_000_007L,
                all.subList(0, voters),
                joint ? all.subList(2, 5) : List.of(),
                all.subList(6, 6 + random.nextInt(3)),
                joint ? all.subList(3, 3 + random.nextInt(2)) : List.of());
    }

    static void roundTrips(long seed) {
        Membership membership = random(new Random(seed));
        ByteBuffer bytes = MembershipCodec.encode(membership);
        assertThat(MembershipCodec.decode(bytes)).isEqualTo(membership);
        assertThat(bytes.position()).isZero();
    }

    static void rejectsTruncationAndExcess(long seed) {
        ByteBuffer bytes = MembershipCodec.encode(random(new Random(seed)));
        for (int length = 0; length < bytes.limit(); length++) {
            ByteBuffer cut = bytes.slice(0, length);
            assertThatThrownBy(() -> MembershipCodec.decode(cut))
                    .as("cut to %s of %s bytes", length, bytes.limit())
                    .isInstanceOf(IllegalArgumentException.class);
        }
        ByteBuffer longer =
                ByteBuffer.allocate(bytes.limit() + 1).put(bytes.duplicate()).rewind();
        assertThatThrownBy(() -> MembershipCodec.decode(longer)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Damaged bytes give another configuration or an IllegalArgumentException; nothing else. */
    static void damageNeverCausesAnythingButARefusal(long seed) {
        Random random = new Random(seed);
        ByteBuffer bytes = MembershipCodec.encode(random(random));
        ByteBuffer damaged = ByteBuffer.allocate(bytes.limit()).put(bytes).flip();
        for (int i = 0; i < 3; i++) {
            damaged.put(random.nextInt(damaged.limit()), (byte) random.nextInt());
        }
        Membership decoded;
        try {
            decoded = MembershipCodec.decode(damaged);
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertThat(decoded.voters()).isNotEmpty();
    }
}
