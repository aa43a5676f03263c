package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.model.ReadConsistency;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.SimNetwork;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Stage;
import io.pecanraft.testkit.swarm.workload.Clients;
import java.time.Duration;
import java.util.Optional;

/**
 * A leader that is handing over is cut off in the midst of it, while clients write through its successor and read from itself. No
 * other fault makes two leaders meet so reliably: the successor need not wait until the old one has been silent for an election
 * timeout (thesis §3.10), so the old one does not yet know that it hears nobody.
 */
public final class BrokenHandover extends DisputedLeader {

    private static final int ROUNDS = 12;
    private static final int KEY = 0;

    /** The fault. */
    public BrokenHandover() {
        super("to");
    }

    @Override
    public String word() {
        return "broken-handover";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.none()
                .withNode("to", draw.node())
                .with("after", draw.about(draw.electionTimeout().dividedBy(40)))
                .with("for", draw.upTo(2));
    }

    @Override
    void happen(Stage stage, Arguments arguments, SimNode leader, SimNode successor) {
        Clients.unattended(leader.transferLeadership(Optional.of(successor.id())));
        Duration after = arguments.duration("after");
        Duration length = arguments.duration("for");
        stage.whileFaultsLast(after, () -> cutOff(stage, leader, length));
        for (int round = 1; round <= ROUNDS; round++) {
            ReadConsistency consistency = round % 2 == 0 ? ReadConsistency.lease() : ReadConsistency.linearizable();
            stage.whileFaultsLast(
                    after.plus(length.multipliedBy(round).dividedBy(ROUNDS)),
                    () -> writeAndRead(stage, successor, leader, KEY, consistency));
        }
    }

    private static void cutOff(Stage stage, SimNode leader, Duration length) {
        SimNetwork network = stage.cluster().network();
        for (SimNode other : stage.cluster().nodes()) {
            if (other != leader) {
                network.cut(leader.number(), other.number());
                network.cut(other.number(), leader.number());
                stage.whileFaultsLast(length, () -> {
                    network.restore(leader.number(), other.number());
                    network.restore(other.number(), leader.number());
                });
            }
        }
    }
}
