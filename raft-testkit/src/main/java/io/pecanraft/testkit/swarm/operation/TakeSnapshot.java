package io.pecanraft.testkit.swarm.operation;

import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import io.pecanraft.testkit.swarm.workload.Clients;

/** An operator asks for a snapshot, at whatever moment. */
public final class TakeSnapshot implements Family {

    @Override
    public String word() {
        return "take-snapshot";
    }

    @Override
    public double perWrite(SimRandom random) {
        return random.pick(0, 1, 5) / 100.0;
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node());
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        Clients.unattended(stage.node(arguments.node()).takeSnapshot());
    }
}
