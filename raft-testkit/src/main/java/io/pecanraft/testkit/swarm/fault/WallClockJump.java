package io.pecanraft.testkit.swarm.fault;

import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import java.time.Duration;

/** The wall clock of a server jumps, by up to a day and more in either direction. */
public final class WallClockJump implements Family {

    @Override
    public String word() {
        return "wall-clock-jump";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node())
                .with("by", Duration.ofSeconds(draw.random().between(-100_000, 100_000)));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        stage.node(arguments.node()).jumpWallClock(arguments.duration("by"));
    }
}
