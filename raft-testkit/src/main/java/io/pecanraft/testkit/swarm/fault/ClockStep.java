package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** A monotonic clock moves forward at once, as after the sleep of a virtual machine. */
public final class ClockStep implements Family {

    @Override
    public String word() {
        return "clock-step";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node()).with("by", draw.upTo(20));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        stage.node(arguments.node()).jumpMonotonicClock(arguments.duration("by"));
    }
}
