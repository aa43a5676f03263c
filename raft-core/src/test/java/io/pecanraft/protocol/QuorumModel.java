package io.pecanraft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.Member;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** {@link Quorum} against counting, for plain and joint configurations. */
final class QuorumModel {

    private QuorumModel() {}

    static void run(long seed) {
        Random random = new Random(seed);
        List<Member> all = Entries.members(9);
        List<Member> voters = all.subList(0, 1 + random.nextInt(7));
        int from = random.nextInt(4);
        List<Member> outgoing = random.nextBoolean() ? List.of() : all.subList(from, from + 1 + random.nextInt(5));
        // Those who only learn make no difference, whatever they have (M10).
        List<Member> learners = all.stream()
                .filter(member -> !voters.contains(member) && random.nextBoolean())
                .toList();
        Membership membership = new Membership(0, voters, outgoing, learners, List.of());
        Map<MemberId, Long> values = new HashMap<>();
        Set<MemberId> yes = new HashSet<>();
        for (Member member : all) {
            values.put(member.id(), (long) random.nextInt(5));
            if (random.nextBoolean()) {
                yes.add(member.id());
            }
        }
        assertThat(Quorum.isQuorum(membership, yes::contains))
                .isEqualTo(majority(voters, yes) && (outgoing.isEmpty() || majority(outgoing, yes)));
        long reached = Quorum.reachedByQuorum(membership, values::get);
        for (long value = 0; value <= 5; value++) {
            long least = value;
            Set<MemberId> there = new HashSet<>();
            values.forEach((id, has) -> {
                if (has >= least) {
                    there.add(id);
                }
            });
            boolean quorum = majority(voters, there) && (outgoing.isEmpty() || majority(outgoing, there));
            assertThat(reached >= value)
                    .as("value %s of %s in %s", value, values, membership)
                    .isEqualTo(quorum);
        }
    }

    private static boolean majority(List<Member> members, Set<MemberId> counted) {
        long in =
                members.stream().filter(member -> counted.contains(member.id())).count();
        return 2 * in > members.size();
    }
}
