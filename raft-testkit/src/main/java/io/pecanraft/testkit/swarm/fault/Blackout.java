package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** All servers go down at the same moment and come back one by one. */
public final class Blackout implements Family {

    @Override
    public String word() {
        return "blackout";
    }

    @Override
    public Arguments draw(Draw draw) {
        Arguments arguments = Arguments.none().with("crash", draw.word("POWER", "PROCESS"));
        for (int i = 0; i < draw.nodes(); i++) {
            arguments = arguments.with(down(i), draw.upTo(4));
        }
        return arguments;
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNode.Crash crash = SimNode.Crash.valueOf(arguments.word("crash"));
        stage.cluster().nodes().forEach(node -> node.crash(crash));
        for (SimNode node : stage.cluster().nodes()) {
            stage.whileFaultsLast(arguments.duration(down(node.number())), node::start);
        }
    }

    private static String down(int node) {
        return "down" + (node + 1);
    }
}
