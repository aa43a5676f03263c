package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.sim.SimProcess;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** One of the threads of a server is late with everything: the state machine, the snapshots, or consensus itself. */
public final class SlowThread implements Family {

    @Override
    public String word() {
        return "slow-thread";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node())
                .with("lane", draw.word("RAFT", "APPLY", "SNAPSHOT", "OTHER"))
                .with("by", draw.electionTimeout().dividedBy(draw.random().pick(5, 50, 500)))
                .with("for", draw.upTo(8));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        stage.node(arguments.node())
                .slowDown(
                        SimProcess.Lane.valueOf(arguments.word("lane")),
                        arguments.duration("for"),
                        arguments.duration("by"));
    }
}
