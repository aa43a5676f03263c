/**
 * What a user of PecanRaft implements: a deterministic {@link io.pecanraft.statemachine.StateMachine}.
 *
 * <p>This module has no dependencies, so that a state machine can be written, tested and versioned without the consensus
 * library on its class path.
 */
module io.pecanraft.statemachine {
    requires static transitive org.jspecify;

    exports io.pecanraft.statemachine;
}
