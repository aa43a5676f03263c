package io.pecanraft.testkit.swarm.operation;

import io.pecanraft.testkit.swarm.register.Clients;
import io.pecanraft.testkit.swarm.register.RegisterCommand;
import io.pecanraft.testkit.swarm.schedule.Arguments;
import io.pecanraft.testkit.swarm.schedule.Draw;
import io.pecanraft.testkit.swarm.schedule.Family;
import io.pecanraft.testkit.swarm.schedule.Stage;

/** A client sets a register, appends to it, or adds to it. */
public final class Write implements Family {

    static final int REGISTERS = 4;
    private static final int MAX_VALUE = 1_000_000;

    @Override
    public String word() {
        return "write";
    }

    @Override
    public Arguments draw(Draw draw) {
        return Arguments.node(draw.node())
                .with("do", draw.word("PUT", "APPEND", "INCREMENT"))
                .with("key", draw.random().nextInt(REGISTERS))
                .with("value", draw.random().nextInt(MAX_VALUE))
                .with("padding", draw.random().pick(0, 20, 100));
    }

    @Override
    public void happen(Stage stage, Arguments arguments) {
        Clients.unattended(stage.clients().write(stage.node(arguments.node()), command(arguments)));
    }

    private static RegisterCommand command(Arguments arguments) {
        return new RegisterCommand(
                RegisterCommand.Kind.valueOf(arguments.word("do")),
                (int) arguments.count("key"),
                arguments.count("value"),
                (int) arguments.count("padding"));
    }
}
