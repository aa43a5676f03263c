package io.pecanraft.testkit.swarm.register;

import io.pecanraft.statemachine.StateMachine;
import io.pecanraft.testkit.swarm.workload.Draft;
import io.pecanraft.testkit.swarm.workload.Step;
import io.pecanraft.testkit.swarm.workload.Workload;
import java.nio.ByteBuffer;

/** What the library is tried with: commands that change a register, answered with what it is then, and queries of one. */
public final class Registers implements Workload<Register, Registers.Input, Register> {

    private static final RegisterCommand.Kind[] KINDS = RegisterCommand.Kind.values();

    /** What is asked of a register. */
    public sealed interface Input {

        /** Which register. */
        int key();
    }

    /** To be changed. */
    record Change(RegisterCommand command) implements Input {

        @Override
        public int key() {
            return command.key();
        }

        @Override
        public String toString() {
            return command.kind() + " " + command.value();
        }
    }

    /** What it is. */
    record Query(int key) implements Input {

        @Override
        public String toString() {
            return "read";
        }
    }

    /** With registers there is nothing to choose. */
    public Registers() {}

    @Override
    public StateMachine newStateMachine() {
        return new RegisterMachine();
    }

    @Override
    public Register initial() {
        return Register.EMPTY;
    }

    @Override
    public Step<Register, Register> step(Register state, Input input) {
        Register after = input instanceof Change change ? state.after(change.command()) : state;
        return new Step<>(after, after);
    }

    @Override
    public Input command(Draft draft) {
        return new Change(new RegisterCommand(KINDS[draft.variant()], draft.key(), draft.value(), draft.padding()));
    }

    @Override
    public Input query(int key) {
        return new Query(key);
    }

    @Override
    public ByteBuffer encode(Input input) {
        return input instanceof Change change
                ? change.command().encode()
                : ByteBuffer.allocate(Integer.BYTES).putInt(0, input.key());
    }

    @Override
    public Register decode(Input input, ByteBuffer answer) {
        return Register.decode(answer);
    }

    @Override
    public boolean hasCanonicalSnapshots() {
        return true;
    }

    @Override
    public Object keyOf(Input input) {
        return input.key();
    }
}
