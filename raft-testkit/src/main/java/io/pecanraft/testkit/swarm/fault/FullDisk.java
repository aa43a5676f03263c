package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/**
 * A disk fills up: its server is told, and should take in no new commands; what it takes in all the same goes into the reserve, and
 * then waits. When there is room again, all goes on by itself.
 */
public final class FullDisk implements Family {

    @Override
    public String word() {
        return "full-disk";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node())
                .with("reserve", draw.random().pick(0, 10, 1_000))
                .with("for", draw.upTo(10));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimDisk disk = stage.node(arguments.node()).disk();
        disk.fillUp((int) arguments.count("reserve"));
        stage.whileFaultsLast(arguments.duration("for"), disk::makeRoom);
    }
}
