package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.spi.StorageException;
import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/**
 * The next flush of a disk fails, once; what was not written may then be missing from the page
 * cache too. Whoever runs the server starts it again later.
 */
public final class FailedFlush implements Family {

    @Override
    public String word() {
        return "failed-flush";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node())
                .with("reason", draw.word("FAILED", "DISK_FULL"))
                .with("cache", draw.word("kept", "dropped"))
                .with("crash", draw.word("POWER", "PROCESS"))
                .with("until", draw.upTo(4));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNode node = stage.node(arguments.node());
        node.disk()
                .failNextForce(
                        StorageException.Reason.valueOf(arguments.word("reason")),
                        arguments.word("cache").equals("dropped"));
        SimNode.Crash crash = SimNode.Crash.valueOf(arguments.word("crash"));
        stage.whileFaultsLast(arguments.duration("until"), () -> node.restart(crash));
    }
}
