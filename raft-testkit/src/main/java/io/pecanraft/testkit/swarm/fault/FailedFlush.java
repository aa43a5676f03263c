package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** The next flush of a disk fails, once; whoever runs the server starts it again later. */
public final class FailedFlush implements Family {

    @Override
    public String word() {
        return "failed-flush";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node())
                .with("crash", draw.word("POWER", "PROCESS"))
                .with("until", draw.upTo(4));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNode node = stage.node(arguments.node());
        node.disk().failNextForce();
        SimNode.Crash crash = SimNode.Crash.valueOf(arguments.word("crash"));
        stage.undoLater(arguments.duration("until"), () -> node.restart(crash));
    }
}
