package io.pecanraft.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pecanraft.RaftNode;
import io.pecanraft.testkit.swarm.Outcome;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class ErrorLinesTest {

    private static final Outcome OUTCOME = new Outcome(7, 1, 1, 255, Map.of());
    private static final Logger NODES = LoggerFactory.getLogger(RaftNode.class);

    @Test
    void anErrorThatNothingAccountsForFailsTheSimulation() {
        assertThatThrownBy(() -> ErrorLines.demandNone("the command", () -> {
                    NODES.atError()
                            .setCause(new IllegalStateException("no such lane"))
                            .addKeyValue("node", "n1")
                            .log("a step of stopping the node failed");
                    return OUTCOME;
                }))
                .isInstanceOf(SimulationFailure.class)
                .hasMessageContaining("a step of stopping the node failed [node=\"n1\"]: no such lane")
                .hasMessageContaining("seed 7, trace hash ff")
                .hasMessageContaining("the command");
    }

    @Test
    void whatFailedBeforeIsNotHeldAgainstTheNextSimulation() {
        NODES.error("of another test");

        assertThat(ErrorLines.demandNone("", () -> OUTCOME)).isEqualTo(OUTCOME);
    }

    @Test
    void theEndOfANodeIsJudgedWithWhatItWasTold() {
        assertThat(ErrorLines.demandNone("", () -> {
                    NODES.error("node failed and stopped itself");
                    NODES.error("found damage in the storage; restart this server to repair it");
                    return OUTCOME;
                }))
                .isEqualTo(OUTCOME);
    }
}
