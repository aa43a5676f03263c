package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/**
 * A monotonic clock moves forward at once, as after the sleep of a virtual machine.
 *
 * <p>Where leases are served, a clock may not show more time than has passed: a voter whose clock leaps forgets what it has promised, and
 * the leader that relies on it serves what is old. That is the assumption leases rest on, and there the machine really sleeps.
 */
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
        if (stage.cluster().config().leaseReads()) {
            stage.node(arguments.node()).pause(arguments.duration("by"));
        } else {
            stage.node(arguments.node()).jumpMonotonicClock(arguments.duration("by"));
        }
    }
}
