package io.pecanraft.testkit.swarm.operation;

import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** A member moves to another address, and is not found any more where it was. */
public final class MoveMember implements Family {

    @Override
    public String word() {
        return "move-member";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.none().with("pick", draw.pick());
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        stage.operator().move(arguments.count("pick"));
    }
}
