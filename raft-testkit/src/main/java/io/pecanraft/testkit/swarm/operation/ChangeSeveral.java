package io.pecanraft.testkit.swarm.operation;

import io.pecanraft.testkit.swarm.membership.Operator;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import java.util.List;

/** Two changes of the membership at once, which may not go together. */
public final class ChangeSeveral implements Family {

    @Override
    public String word() {
        return "change-several";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.none()
                .with("one", kind(draw))
                .with("pick", draw.pick())
                .with("two", kind(draw))
                .with("other", draw.pick());
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        stage.operator().change(List.of(step(arguments, "one", "pick"), step(arguments, "two", "other")));
    }

    private static String kind(Draw draw) {
        Operator.Kind[] kinds = Operator.Kind.values();
        return kinds[draw.random().nextInt(kinds.length)].name();
    }

    private static Operator.Step step(Arguments arguments, String kind, String pick) {
        return new Operator.Step(Operator.Kind.valueOf(arguments.word(kind)), arguments.count(pick));
    }
}
