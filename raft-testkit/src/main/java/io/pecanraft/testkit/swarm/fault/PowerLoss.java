package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** The power of one server goes: what was not flushed may be lost, in whole or in part. */
public final class PowerLoss implements Family {

    @Override
    public String word() {
        return "power-loss";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node()).with("down", draw.upTo(6));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNode node = stage.node(arguments.node());
        node.crash(SimNode.Crash.POWER);
        stage.whileFaultsLast(arguments.duration("down"), node::start);
    }
}
