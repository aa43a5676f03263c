package io.pecanraft.protocol;

import static io.pecanraft.protocol.Entries.address;
import static io.pecanraft.protocol.ProtocolCluster.node;
import static org.assertj.core.api.Assertions.assertThat;

import io.pecanraft.model.EntryType;
import io.pecanraft.model.MemberAddress;
import io.pecanraft.model.MemberId;
import io.pecanraft.model.Membership;
import io.pecanraft.model.MembershipChange;
import io.pecanraft.model.MembershipCodec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A leader with one follower that always answers and joiners that come when they are asked: random changes, one after the
 * other, and any two configurations that were in force one right after the other must not be able to decide differently.
 */
final class MembershipSequence {

    private static final int SERVERS = 6;

    private MembershipSequence() {}

    static void run(long seed) {
        Random random = new Random(seed);
        ProtocolCluster cluster = ProtocolCluster.of(2);
        for (int i = 3; i <= SERVERS; i++) {
            cluster.addJoiner();
        }
        cluster.elect(1);
        for (int i = 0; i < 6; i++) {
            if (cluster.leader().isEmpty()
                    || cluster.leader().get().raft.membership().isEmpty()) {
                cluster.runMillis(2_000);
            }
            cluster.change(change(random));
            cluster.runMillis(1_000);
        }
        List<Membership> all = new ArrayList<>();
        VirtualServer last = cluster.leader().orElseThrow();
        last.disk.entries().stream()
                .filter(entry -> entry.type() == EntryType.MEMBERSHIP)
                .forEach(entry -> all.add(MembershipCodec.decode(entry.payload())));
        assertThat(all).isNotEmpty();
        for (int i = 1; i < all.size(); i++) {
            quorumsMeet(all.get(i - 1), all.get(i));
        }
        assertThat(last.raft.membership().orElseThrow().isJoint()).isFalse();
    }

    private static MembershipChange change(Random random) {
        MembershipChange change = step(random);
        while (random.nextBoolean()) {
            change = change.and(step(random));
        }
        return change;
    }

    private static MembershipChange step(Random random) {
        int server = 1 + random.nextInt(SERVERS);
        return switch (random.nextInt(7)) {
            case 0 -> MembershipChange.add(address(server));
            case 1 -> MembershipChange.addLearner(address(server));
            case 2 -> MembershipChange.promote(node(server));
            case 3 -> MembershipChange.demote(node(server));
            case 4 -> MembershipChange.remove(node(server));
            case 5 -> MembershipChange.replace(node(server), address(1 + random.nextInt(SERVERS)));
            default -> MembershipChange.replaceAll(addresses(random), List.of());
        };
    }

    private static List<MemberAddress> addresses(Random random) {
        List<MemberAddress> some = new ArrayList<>();
        for (int i = 1; i <= SERVERS; i++) {
            if (random.nextBoolean()) {
                some.add(address(i));
            }
        }
        return some;
    }

    /** Tries every set of servers: if it and the rest were both quorums, of one or the other, two leaders could decide. */
    private static void quorumsMeet(Membership before, Membership after) {
        Set<MemberId> everybody = new HashSet<>();
        before.members().forEach(member -> everybody.add(member.id()));
        after.members().forEach(member -> everybody.add(member.id()));
        List<MemberId> servers = List.copyOf(everybody);
        for (long set = 0; set < 1L << servers.size(); set++) {
            long chosen = set;
            boolean here = Quorum.isQuorum(before, member -> ((chosen >> servers.indexOf(member)) & 1) == 1);
            boolean there = Quorum.isQuorum(after, member -> ((chosen >> servers.indexOf(member)) & 1) == 0);
            assertThat(here && there)
                    .as("quorums of %s and %s that do not meet", before, after)
                    .isFalse();
        }
    }
}
