package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/**
 * What a log had promised to keep is damaged. The server finds out when it reads it, at the latest when it starts again, and gets it
 * back from the others: meanwhile it must neither vote as if its log were merely short nor count with what it does not have.
 */
public final class BitRot implements Family {

    /** Whether the log can still tell how far it had gone. */
    private static final String KNOWN = "known";

    @Override
    public String word() {
        return "bit-rot";
    }

    @Override
    public boolean suits(Draw draw) {
        return !draw.expendable().isEmpty();
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.expendableNode())
                .with("restart", draw.upTo(4))
                .with("end", draw.word(KNOWN, "unknown"));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNode node = stage.node(arguments.node());
        if (stage.damages(node.number())) {
            node.disk().damage(arguments.word("end").equals(KNOWN));
            stage.whileFaultsLast(arguments.duration("restart"), () -> node.restart(SimNode.Crash.PROCESS));
        }
    }
}
