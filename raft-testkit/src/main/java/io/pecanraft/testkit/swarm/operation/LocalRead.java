package io.pecanraft.testkit.swarm.operation;

import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import io.pecanraft.testkit.swarm.workload.Clients;

/** A client reads a register where it likes, but not before what it has seen: its own writes, and what it read elsewhere. */
public final class LocalRead implements Family {

    @Override
    public String word() {
        return "local-read";
    }

    @Override
    public double perWrite(SimRandom random) {
        return random.pick(0, 0, 5, 20) / 10.0;
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node()).with("key", draw.random().nextInt(Write.REGISTERS));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        Clients.unattended(stage.clients().readOnwards(stage.node(arguments.node()), (int) arguments.count("key")));
    }
}
