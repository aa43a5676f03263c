package io.pecanraft.testkit.swarm.operation;

import io.pecanraft.testkit.swarm.membership.Operator;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** An operator asks the leader for a change of one server: a family for each kind, so that a seed may have some and not others. */
public record ChangeMembership(Operator.Kind kind) implements Family {

    /** All of them. */
    public static List<ChangeMembership> all() {
        return Arrays.stream(Operator.Kind.values()).map(ChangeMembership::new).toList();
    }

    @Override
    public String word() {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', '-') + "-member";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.none().with("pick", draw.pick());
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        stage.operator().change(List.of(new Operator.Step(kind, arguments.count("pick"))));
    }
}
