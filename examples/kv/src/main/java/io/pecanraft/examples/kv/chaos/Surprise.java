package io.pecanraft.examples.kv.chaos;

import io.pecanraft.examples.kv.chaos.Faults.Fault;
import io.pecanraft.examples.kv.chaos.Faults.Impossible;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;

/**
 * Breaks one node after another by chance, each for some seconds, and never a second one before the first is mended: a majority of three or more
 * stays. Waits while somebody else has broken something. Its seed says which node is next, what is done to it and for how long; what
 * becomes of it depends on the machine.
 */
final class Surprise {

    private static final List<Fault> FAULTS = List.of(Fault.KILL, Fault.PAUSE, Fault.CUT);
    private static final int MIN_MILLIS = 3_000;
    private static final int MORE_MILLIS = 4_000;

    private final Faults faults;
    private final IntSupplier size;
    private final ScheduledExecutorService timer;
    private final Random random;
    private boolean on; // all below guarded by this
    private boolean scheduled;
    private boolean broken;
    private Fault fault = Fault.KILL;
    private int node;

    Surprise(Faults faults, IntSupplier size, ScheduledExecutorService timer, long seed) {
        this.faults = faults;
        this.size = size;
        this.timer = timer;
        this.random = new Random(seed);
    }

    synchronized boolean isOn() {
        return on;
    }

    synchronized void begin() {
        on = true;
        if (!scheduled) {
            scheduled = true;
            next(0);
        }
    }

    /** Breaks nothing more, and mends what it has broken. */
    synchronized void end() {
        on = false;
        mend();
    }

    private void next(long millis) {
        timer.schedule(this::step, millis, TimeUnit.MILLISECONDS);
    }

    private synchronized void step() {
        long millis = MIN_MILLIS;
        if (broken) {
            mend();
        } else if (on && faults.isWhole()) {
            node = random.nextInt(size.getAsInt());
            fault = FAULTS.get(random.nextInt(FAULTS.size()));
            millis += random.nextInt(MORE_MILLIS);
            broken = tried(fault);
        }
        if (on) {
            next(millis);
        } else {
            scheduled = false;
        }
    }

    private void mend() {
        if (broken) {
            broken = false;
            tried(fault.mended());
        }
    }

    private boolean tried(Fault what) {
        try {
            faults.carryOut(what, node);
            return true;
        } catch (Impossible e) {
            return false; // somebody was faster, at the page
        }
    }
}
