package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** The next read of a log fails, and the server stops; whoever runs it starts it again later. */
public final class ReadError implements Family {

    @Override
    public String word() {
        return "read-error";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node()).with("until", draw.upTo(4));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNode node = stage.node(arguments.node());
        node.disk().failNextRead();
        stage.whileFaultsLast(arguments.duration("until"), () -> node.restart(SimNode.Crash.PROCESS));
    }
}
