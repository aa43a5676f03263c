package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** A disk is replaced by an empty one, under the same name: a stranger who may neither vote nor count. */
public final class Wipe implements Family {

    @Override
    public String word() {
        return "wipe";
    }

    @Override
    public boolean suits(Draw draw) {
        return !draw.expendable().isEmpty();
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.expendableNode()).with("down", draw.upTo(4));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNode node = stage.node(arguments.node());
        if (stage.wipes(node.number())) {
            node.crash(SimNode.Crash.POWER);
            node.wipe();
            stage.whileFaultsLast(arguments.duration("down"), node::start);
        }
    }
}
