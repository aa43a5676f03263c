package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** A server ends at once and is started again after a while. */
public record Crash(String word, SimNode.Crash kind) implements Family {

    /** Its process is killed: what it wrote is in the page cache and will be there. */
    public static final Crash OF_THE_PROCESS = new Crash("process-crash", SimNode.Crash.PROCESS);

    /** Its power goes: what was not flushed may be lost, in whole or in part. */
    public static final Crash BY_LOSS_OF_POWER = new Crash("power-loss", SimNode.Crash.POWER);

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node()).with("down", draw.upTo(6));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNode node = stage.node(arguments.node());
        node.crash(kind);
        stage.whileFaultsLast(arguments.duration("down"), node::start);
    }
}
