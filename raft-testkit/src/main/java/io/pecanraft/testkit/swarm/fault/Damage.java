package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/**
 * A server's disk has damaged what it had promised to keep, which the server finds out when it starts again, and gets back from the
 * others.
 */
abstract class Damage implements Family {

    /** Whether the log can still tell how far it had gone. */
    private static final String KNOWN = "known";

    /** Whether there is anything on a disk that could be damaged. */
    abstract boolean canHappen(SimDisk disk);

    /** Damages it. */
    abstract void damage(SimDisk disk, Arguments arguments, boolean lastPositionKnown);

    @Override
    public final boolean suits(Draw draw) {
        return !draw.expendable().isEmpty();
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.expendableNode())
                .with("restart", draw.upTo(4))
                .with("end", draw.word(KNOWN, "unknown"));
    }

    @Override
    public final void happen(Stage stage, Arguments arguments) {
        SimNode node = stage.node(arguments.node());
        if (canHappen(node.disk()) && stage.damages(node.number())) {
            damage(node.disk(), arguments, arguments.word("end").equals(KNOWN));
            stage.whileFaultsLast(arguments.duration("restart"), () -> node.restart(SimNode.Crash.PROCESS));
        }
    }
}
