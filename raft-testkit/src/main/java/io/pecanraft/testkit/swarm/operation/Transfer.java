package io.pecanraft.testkit.swarm.operation;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import io.pecanraft.testkit.swarm.workload.Clients;
import java.util.Optional;

/** An operator asks the leader to hand over, to a server or to the best one; or asks one that does not lead, by mistake. */
public final class Transfer implements Family {

    @Override
    public String word() {
        return "transfer";
    }

    @Override
    public boolean suits(Draw draw) {
        return draw.nodes() > 1;
    }

    @Override
    public double perWrite(SimRandom random) {
        return random.pick(0, 0, 2, 10) / 100.0;
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node())
                .with("at", draw.word("leader", "leader", "leader", "any"))
                .with("to", draw.word("node", "best"));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNode node = stage.node(arguments.node());
        SimNode asked =
                arguments.word("at").equals("leader") ? stage.cluster().leader().orElse(node) : node;
        Clients.unattended(asked.transferLeadership(
                arguments.word("to").equals("node") ? Optional.of(node.id()) : Optional.empty()));
    }
}
