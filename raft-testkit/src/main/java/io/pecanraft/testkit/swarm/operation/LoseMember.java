package io.pecanraft.testkit.swarm.operation;

import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** A member loses its disk for good, comes back with an empty one, and is re-admitted. */
public final class LoseMember implements Family {

    @Override
    public String word() {
        return "lose-member";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.none().with("pick", draw.pick()).with("down", draw.upTo(5));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        stage.operator().wipe(arguments.count("pick"), arguments.duration("down"));
    }
}
