package io.pecanraft.testkit.swarm.operation;

import io.pecanraft.testkit.sim.SimRandom;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import io.pecanraft.testkit.swarm.workload.Clients;
import io.pecanraft.testkit.swarm.workload.Draft;
import java.util.concurrent.CompletableFuture;

/** A client writes and, while it does not know that it is done, tries again at the next server: each attempt may take effect. */
public final class RetriedWrite implements Family {

    @Override
    public String word() {
        return "retried-write";
    }

    @Override
    public double perWrite(SimRandom random) {
        return random.pick(0, 1, 5) / 10.0;
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node())
                .with("key", draw.random().nextInt(Write.REGISTERS))
                .with("value", draw.random().nextInt(1_000))
                .with("attempts", draw.random().between(2, 4));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        attempt(stage, arguments, arguments.node(), arguments.count("attempts"));
    }

    private static void attempt(Stage stage, Arguments arguments, int node, long attempts) {
        Draft draft = new Draft(Draft.VARIANTS - 1, (int) arguments.count("key"), arguments.count("value"), 0);
        CompletableFuture<?> answer = stage.clients().write(stage.node(node), draft);
        Clients.unattended(answer.whenComplete((result, failure) -> {
            if (failure != null && attempts > 1) {
                attempt(stage, arguments, (node + 1) % stage.cluster().nodes().size(), attempts - 1);
            }
        }));
    }
}
