package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** Storing snapshots fails a few times. */
public final class FailedSnapshots implements Family {

    @Override
    public String word() {
        return "failed-snapshots";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node()).with("count", draw.random().between(1, 3));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        stage.node(arguments.node()).disk().failSnapshots((int) arguments.count("count"));
    }
}
