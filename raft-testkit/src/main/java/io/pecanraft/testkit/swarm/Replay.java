package io.pecanraft.testkit.swarm;

import io.pecanraft.testkit.SimulationFailure;
import io.pecanraft.testkit.picture.SpaceTimeDiagram;
import io.pecanraft.testkit.sim.Trace;
import io.pecanraft.testkit.swarm.register.Registers;
import io.pecanraft.testkit.swarm.workload.Workload;
import java.util.Optional;

/**
 * A run with everything that happened in it.
 *
 * @param plan what was run
 * @param trace what happened, recorded
 * @param failure how it ended; empty when all was well
 */
public record Replay(Plan plan, Trace trace, Optional<SimulationFailure> failure) {

    /** Runs a plan and keeps everything. */
    public static Replay of(Plan plan) {
        return of(plan, new Registers());
    }

    /** Runs a plan with a state machine and keeps everything. */
    static Replay of(Plan plan, Workload<?, ?, ?> workload) {
        return Simulation.record(plan, workload);
    }

    /** How it ended, in a few lines; empty when all was well. */
    public String ending() {
        return failure.map(SimulationFailure::summary).orElse("");
    }

    /** The run as a picture. */
    public String html() {
        String title = "Seed " + plan.seed()
                + (failure.isPresent() ? ", " + failure.get().rule() : "");
        return SpaceTimeDiagram.html(title, ending(), plan.nodes(), trace.recorded());
    }
}
