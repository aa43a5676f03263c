package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.SimNode;
import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/**
 * A file system is mounted read-only, as the kernel does it when it no longer trusts a disk: the server stops at its next flush, and cannot
 * be started, which may be tried, until it is mounted as before.
 */
public final class ReadOnlyDisk implements Family {

    @Override
    public String word() {
        return "read-only-disk";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node())
                .with("retry", draw.upTo(2))
                .with("crash", draw.word("POWER", "PROCESS"))
                .with("for", draw.upTo(4));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        SimNode node = stage.node(arguments.node());
        SimDisk disk = node.disk();
        SimNode.Crash crash = SimNode.Crash.valueOf(arguments.word("crash"));
        disk.makeReadOnly();
        stage.whileFaultsLast(arguments.duration("retry"), () -> node.restart(crash));
        stage.whileFaultsLast(arguments.duration("for"), () -> {
            disk.makeWritable();
            node.restart(SimNode.Crash.PROCESS);
        });
    }
}
