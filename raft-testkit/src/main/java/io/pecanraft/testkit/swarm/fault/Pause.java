package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** A process stops for a while, as by SIGSTOP or a long garbage collection, and does not notice. */
public final class Pause implements Family {

    @Override
    public String word() {
        return "pause";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node()).with("for", draw.upTo(8));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        stage.node(arguments.node()).pause(arguments.duration("for"));
    }
}
