package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** The flushes of a disk take long for a while. */
public final class SlowDisk implements Family {

    @Override
    public String word() {
        return "slow-disk";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node())
                .with(
                        "force",
                        draw.electionTimeout()
                                .dividedBy(10)
                                .multipliedBy(draw.random().pick(1, 5, 20)))
                .with("for", draw.upTo(8));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        long until = stage.cluster().nowNanos() + arguments.duration("for").toNanos();
        stage.node(arguments.node())
                .disk()
                .slowDown(until, arguments.duration("force").toNanos());
    }
}
