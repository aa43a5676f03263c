package io.pecanraft.testkit.swarm.operation;

import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** Two operators change the same configuration by compare-and-set, each of them letting a member move. */
public final class ConflictingMoves implements Family {

    @Override
    public String word() {
        return "conflicting-moves";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.none().with("pick", draw.pick()).with("other", draw.pick());
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        stage.operator().moveTwo(arguments.count("pick"), arguments.count("other"));
    }
}
