package io.pecanraft.testkit.swarm.operation;

import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;
import io.pecanraft.testkit.swarm.workload.Clients;
import io.pecanraft.testkit.swarm.workload.Draft;
import java.util.List;

/** A client changes something: sets a register, appends to it, or adds to it. */
public final class Write implements Family {

    static final int REGISTERS = 4;
    private static final int MAX_VALUE = 1_000_000;

    /** Named after what the registers make of them. */
    private static final List<String> VARIANTS = List.of("PUT", "APPEND", "INCREMENT");

    @Override
    public String word() {
        return "write";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node())
                .with("do", draw.word(VARIANTS.toArray(String[]::new)))
                .with("key", draw.random().nextInt(REGISTERS))
                .with("value", draw.random().nextInt(MAX_VALUE))
                .with("padding", draw.random().pick(0, 20, 100));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        Clients.unattended(stage.clients().write(stage.node(arguments.node()), draft(arguments)));
    }

    private static Draft draft(Arguments arguments) {
        int variant = VARIANTS.indexOf(arguments.word("do"));
        if (variant < 0) {
            throw new IllegalArgumentException("do=" + arguments.word("do") + " is none of " + VARIANTS);
        }
        return new Draft(
                variant, (int) arguments.count("key"), arguments.count("value"), (int) arguments.count("padding"));
    }
}
