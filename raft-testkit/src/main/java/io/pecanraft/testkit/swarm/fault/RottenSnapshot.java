package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/**
 * The newest snapshot is damaged, or all are. At the next start they are gone, and so is the log if it begins behind what is left: the
 * server gets all of it back from the others, and meanwhile it must neither vote as if it had never had it nor count with it.
 */
public final class RottenSnapshot implements Family {

    /** More than anybody keeps. */
    private static final int ALL = 9;

    /** Whether the log can still tell how far it had gone. */
    private static final String KNOWN = "known";

    @Override
    public String word() {
        return "rotten-snapshot";
    }

    @Override
    public boolean suits(Draw draw) {
        return !draw.expendable().isEmpty();
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.expendableNode())
                .with("restart", draw.upTo(4))
                .with("end", draw.word(KNOWN, "unknown"))
                .with("snapshots", draw.random().pick(1, ALL, ALL));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNode node = stage.node(arguments.node());
        if (node.disk().newestSnapshot().isPresent() && stage.damages(node.number())) {
            node.disk()
                    .damageSnapshots(
                            (int) arguments.count("snapshots"),
                            arguments.word("end").equals(KNOWN));
            stage.whileFaultsLast(arguments.duration("restart"), () -> node.restart(SimNode.Crash.PROCESS));
        }
    }
}
