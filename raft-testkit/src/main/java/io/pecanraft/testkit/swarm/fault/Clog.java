package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** What one server sends to another piles up and arrives together. */
public final class Clog implements Family {

    @Override
    public String word() {
        return "clog";
    }

    @Override
    public boolean suits(Draw draw) {
        return draw.nodes() > 1;
    }

    @Override
    public Arguments draw(Draw draw) {
        int from = draw.node();
        return Arguments.none()
                .withNode("from", from)
                .withNode("to", draw.nodeBut(from))
                .with("for", draw.upTo(3));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        long until = stage.cluster().nowNanos() + arguments.duration("for").toNanos();
        stage.cluster().network().clog(arguments.nodeAt("from"), arguments.nodeAt("to"), until);
    }
}
