package io.pecanraft.testkit.swarm.operation;

import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** Every member is replaced by a spare server, all in one change. */
public final class ReplaceAllMembers implements Family {

    @Override
    public String word() {
        return "replace-all-members";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.none();
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        stage.operator().replaceAll();
    }
}
