package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** The flushes of a disk end only when it wakes up again. */
public final class HungDisk implements Family {

    @Override
    public String word() {
        return "hung-disk";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node()).with("for", draw.upTo(10));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimDisk disk = stage.node(arguments.node()).disk();
        disk.hold();
        stage.whileFaultsLast(arguments.duration("for"), disk::release);
    }
}
