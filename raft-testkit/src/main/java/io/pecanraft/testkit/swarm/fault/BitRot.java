package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.sim.SimDisk;
import io.pecanraft.testkit.swarm.schedule.Arguments;

/**
 * What a log had promised to keep is damaged. The server finds out when it reads it, at the latest when it starts again, and gets it
 * back from the others: meanwhile it must neither vote as if its log were merely short nor count with what it does not have.
 */
public final class BitRot extends Damage {

    @Override
    public String word() {
        return "bit-rot";
    }

    @Override
    boolean canHappen(SimDisk disk) {
        return true;
    }

    @Override
    void damage(SimDisk disk, Arguments arguments, boolean lastPositionKnown) {
        disk.damage(lastPositionKnown);
    }
}
