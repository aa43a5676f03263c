package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** A process is killed and started again: what it wrote is in the page cache and will be there. */
public final class ProcessCrash implements Family {

    @Override
    public String word() {
        return "process-crash";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node()).with("down", draw.upTo(6));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNode node = stage.node(arguments.node());
        node.crash(SimNode.Crash.PROCESS);
        stage.whileFaultsLast(arguments.duration("down"), node::start);
    }
}
