package io.pecanraft.testkit.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.Incarnation;
import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipCodec;
import io.pecanraft.model.NodeId;
import java.nio.ByteBuffer;
import java.util.List;

/** A configuration as it comes in entries, snapshots and introductions. */
class MembershipFuzzTest extends HostileInputContract {

    @Override
    protected List<byte[]> samples() {
        Membership simple = Membership.ofVoters(7, List.of(member(1), member(2), member(3)));
        Membership joint = new Membership(
                9,
                List.of(member(1), member(2)),
                List.of(member(2), member(3)),
                List.of(member(4)),
                List.of(member(3)));
        return List.of(bytes(simple), bytes(joint));
    }

    private static Member member(int number) {
        return new Member(
                new MemberId(NodeId.of("n" + number), new Incarnation(number, -number)), "host" + number + ":7000");
    }

    private static byte[] bytes(Membership membership) {
        ByteBuffer encoded = MembershipCodec.encode(membership);
        byte[] bytes = new byte[encoded.remaining()];
        encoded.get(bytes);
        return bytes;
    }

    @Override
    protected void decode(byte[] input) {
        Membership membership;
        try {
            membership = MembershipCodec.decode(ByteBuffer.wrap(input));
        } catch (IllegalArgumentException refused) {
            return;
        }
        assertThat(MembershipCodec.decode(MembershipCodec.encode(membership))).isEqualTo(membership);
    }
}
