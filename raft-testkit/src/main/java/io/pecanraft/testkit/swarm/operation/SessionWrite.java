package io.pecanraft.testkit.swarm.operation;

import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import io.pecanraft.testkit.swarm.workload.Draft;

/** A client with a session adds to a register, exactly once whatever happens; now and then it closes its session. */
public final class SessionWrite implements Family {

    private static final int CLIENTS = 3;
    private static final int MAX_VALUE = 1_000_000;

    @Override
    public String word() {
        return "session-write";
    }

    @Override
    public double perWrite(SimRandom random) {
        return random.chance(0.5) ? random.pick(25, 50, 100) / 100.0 : 0;
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.none()
                .with("client", draw.random().nextInt(CLIENTS))
                .with("key", draw.random().nextInt(Write.REGISTERS))
                .with("value", draw.random().nextInt(MAX_VALUE))
                .with("then", draw.random().chance(0.02) ? "close" : "stay");
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        int client = (int) arguments.count("client");
        stage.clients()
                .sessions()
                .write(
                        client,
                        new Draft(Draft.VARIANTS - 1, (int) arguments.count("key"), arguments.count("value"), 0));
        if (arguments.word("then").equals("close")) {
            stage.clients().sessions().close(client);
        }
    }
}
