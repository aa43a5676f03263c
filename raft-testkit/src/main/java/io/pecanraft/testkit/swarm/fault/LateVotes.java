package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.SimNetwork;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import java.util.List;

/**
 * Two servers stand against each other in term after term, since nobody hears a leader and nobody else stands; and many a vote arrives
 * when the candidacy that it was given to is over, and the same server stands again (§5.2). Neither asks the other, so a vote of an
 * earlier term would make leaders of both.
 */
public final class LateVotes implements Family {

    private static final List<String> SIGNS_OF_A_LEADER = List.of("Heartbeat", "AppendEntries");
    private static final String INQUIRY = "PreVote";
    private static final String REQUEST = "RequestVote";
    private static final String ANSWER = "RequestVoteResponse";

    @Override
    public String word() {
        return "late-votes";
    }

    @Override
    public boolean suits(Draw draw) {
        return draw.nodes() > 2;
    }

    @Override
    public Arguments draw(Draw draw) {
        int one = draw.node();
        return Arguments.none()
                .withNode("one", one)
                .withNode("other", draw.nodeBut(one))
                .with(
                        "late",
                        draw.electionTimeout()
                                .multipliedBy(draw.random().pick(1, 2, 4))
                                .dividedBy(2))
                .with("for", draw.electionTimeout().multipliedBy(8).plus(draw.upTo(8)));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNetwork network = stage.cluster().network();
        List<Integer> standing = List.of(arguments.nodeAt("one"), arguments.nodeAt("other"));
        long lateNanos = arguments.duration("late").toNanos();
        forAll(stage, standing, network::block, (from, to, type) -> network.delay(from, to, type, lateNanos));
        stage.whileFaultsLast(
                arguments.duration("for"),
                () -> forAll(stage, standing, network::unblock, (from, to, type) -> network.delay(from, to, type, 0)));
    }

    /** What happens to messages of a type on a link. */
    private interface OfAType {
        void happen(int from, int to, String type);
    }

    private static void forAll(Stage stage, List<Integer> standing, OfAType lost, OfAType late) {
        for (SimNode sender : stage.cluster().nodes()) {
            for (SimNode receiver : stage.cluster().nodes()) {
                int from = sender.number();
                int to = receiver.number();
                if (from == to) {
                    continue;
                }
                SIGNS_OF_A_LEADER.forEach(type -> lost.happen(from, to, type));
                late.happen(from, to, REQUEST);
                late.happen(from, to, ANSWER);
                if (!standing.contains(from)) {
                    lost.happen(from, to, INQUIRY);
                } else if (standing.contains(to)) {
                    lost.happen(from, to, REQUEST);
                }
            }
        }
    }
}
