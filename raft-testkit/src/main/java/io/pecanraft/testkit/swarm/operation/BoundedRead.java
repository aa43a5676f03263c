package io.pecanraft.testkit.swarm.operation;

import io.pecanraft.model.ReadConsistency;
import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import io.pecanraft.testkit.swarm.workload.Clients;

/** A client reads a register that may be out of date, within bounds, which are checked. */
public final class BoundedRead implements Family {

    @Override
    public String word() {
        return "bounded-read";
    }

    @Override
    public double perWrite(SimRandom random) {
        return random.pick(0, 0, 5, 20) / 10.0;
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node())
                .with("key", draw.random().nextInt(Write.REGISTERS))
                .with("age", draw.upTo(4))
                .with("entries", draw.random().pick(0, 0, 3));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        Clients.unattended(stage.clients()
                .read(
                        stage.node(arguments.node()),
                        (int) arguments.count("key"),
                        ReadConsistency.boundedStaleness(arguments.duration("age"), arguments.count("entries"))));
    }
}
