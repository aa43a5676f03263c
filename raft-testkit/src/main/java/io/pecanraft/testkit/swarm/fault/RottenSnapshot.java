package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;

/**
 * The newest snapshot is damaged, or all are. At the next start they are gone, and so is the log if it begins behind what is left: the
 * server gets all of it back from the others, and meanwhile it must neither vote as if it had never had it nor count with it.
 */
public final class RottenSnapshot extends Damage {

    /** More than anybody keeps. */
    private static final int ALL = 9;

    @Override
    public String word() {
        return "rotten-snapshot";
    }

    @Override
    public Arguments draw(Draw draw) {
        return super.draw(draw).with("snapshots", draw.random().pick(1, ALL, ALL));
    }

    @Override
    boolean canHappen(SimDisk disk) {
        return disk.newestSnapshot().isPresent();
    }

    @Override
    void damage(SimDisk disk, Arguments arguments, boolean lastPositionKnown) {
        disk.damageSnapshots((int) arguments.count("snapshots"), lastPositionKnown);
    }
}
