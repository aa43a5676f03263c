package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.sim.SimNetwork;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import java.time.Duration;

/** A link that comes and goes, in both directions. */
public final class Flapping implements Family {

    @Override
    public String word() {
        return "flapping";
    }

    @Override
    public boolean suits(Draw draw) {
        return draw.nodes() > 1;
    }

    @Override
    public Arguments draw(Draw draw) {
        int a = draw.node();
        return Arguments.none()
                .withNode("a", a)
                .withNode("b", draw.nodeBut(a))
                .with("times", draw.random().between(2, 10))
                .with("every", draw.upTo(1));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        cut(stage, arguments, arguments.count("times"));
    }

    private static void cut(Stage stage, Arguments arguments, long times) {
        SimNetwork network = stage.cluster().network();
        int a = arguments.nodeAt("a");
        int b = arguments.nodeAt("b");
        Duration every = arguments.duration("every");
        network.cut(a, b);
        network.cut(b, a);
        stage.whileFaultsLast(every, () -> {
            network.restore(a, b);
            network.restore(b, a);
            if (times > 1) {
                stage.whileFaultsLast(every, () -> cut(stage, arguments, times - 1));
            }
        });
    }
}
