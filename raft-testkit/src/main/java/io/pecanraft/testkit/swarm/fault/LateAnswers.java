package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.model.ReadConsistency;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.SimNetwork;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Stage;
import java.time.Duration;

/**
 * A leader that nobody hears any more, and then is cut off altogether, while the answers to what it said before arrive late: what
 * they promise is older than it looks. Clients write through another server and read from the leader, by its lease.
 */
public final class LateAnswers extends DisputedLeader {

    private static final int ROUNDS = 16;
    private static final int KEY = 1;

    /** The fault. */
    public LateAnswers() {
        super("through");
    }

    @Override
    public String word() {
        return "late-answers";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.none()
                .withNode("through", draw.node())
                .with("mute", draw.about(draw.electionTimeout().dividedBy(8)))
                .with("late", draw.upTo(1))
                .with("for", draw.upTo(4));
    }

    @Override
    void happen(Stage stage, Arguments arguments, SimNode leader, SimNode other) {
        Duration mute = arguments.duration("mute");
        Duration cutOff = mute.plus(arguments.duration("late"));
        Duration end = cutOff.plus(arguments.duration("for"));
        SimNetwork network = stage.cluster().network();
        long arrivalNanos = stage.cluster().nowNanos() + cutOff.toNanos();
        for (SimNode node : stage.cluster().nodes()) {
            if (node != leader) {
                network.clog(node.number(), leader.number(), arrivalNanos);
                cut(stage, mute, leader, node, end);
                // What was under way has arrived by then, what leaves later does not.
                cut(stage, cutOff.plusNanos(1), node, leader, end);
            }
        }
        for (int round = 1; round <= ROUNDS; round++) {
            stage.whileFaultsLast(
                    mute.plus(end.minus(mute).multipliedBy(round).dividedBy(ROUNDS)),
                    () -> writeAndRead(stage, other, leader, KEY, ReadConsistency.lease()));
        }
    }

    private static void cut(Stage stage, Duration at, SimNode from, SimNode to, Duration end) {
        SimNetwork network = stage.cluster().network();
        stage.whileFaultsLast(at, () -> {
            network.cut(from.number(), to.number());
            stage.whileFaultsLast(end.minus(at), () -> network.restore(from.number(), to.number()));
        });
    }
}
