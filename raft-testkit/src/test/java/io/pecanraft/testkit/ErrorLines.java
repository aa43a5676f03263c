package io.pecanraft.testkit;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.pecanraft.testkit.swarm.Outcome;
import io.pecanraft.testkit.swarm.Plan;
import io.pecanraft.testkit.swarm.Shrinker;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/**
 * Looks at what the nodes of a simulation log as errors (I13). A node logs what no check of its answers can see, such as a step of its
 * own end that failed. {@code logback-test.xml} appends it to the logger of all nodes, which write in the thread that simulates them.
 */
public final class ErrorLines extends UnsynchronizedAppenderBase<ILoggingEvent> {

    /** For these the simulator knows whether the node had cause: {@code no-unexpected-failure}, and the damage is its own. */
    private static final Set<String> JUDGED_ELSEWHERE =
            Set.of("node failed and stopped itself", "found damage in the storage; restart this server to repair it");

    /** What is broken by such a line. */
    public static final String RULE = "no-unexpected-error-line";

    private static final ThreadLocal<List<String>> UNEXPECTED = ThreadLocal.withInitial(ArrayList::new);

    /** Runs something in this thread, and returns the errors that nothing accounts for, which nodes logged meanwhile. */
    public static List<String> during(Runnable simulation) {
        UNEXPECTED.get().clear();
        simulation.run();
        return List.copyOf(UNEXPECTED.get());
    }

    /**
     * Runs a simulation in this thread.
     *
     * @param replay the command that runs it again; {@code -Dsim.log=ERROR} lets Java print the lines then
     * @throws SimulationFailure if it fails, or a node logged an error that nothing accounts for
     */
    public static Outcome demandNone(String replay, Supplier<Outcome> simulation) {
        AtomicReference<Outcome> run = new AtomicReference<>();
        List<String> lines = during(() -> run.set(simulation.get()));
        Outcome outcome = run.get();
        if (!lines.isEmpty()) {
            throw new SimulationFailure(
                    RULE,
                    SimulationFailure.BROKEN + RULE + ": " + lines + "\n--- seed " + outcome.seed()
                            + ", trace hash " + Long.toHexString(outcome.traceHash())
                            + "\n--- replay, with -Dsim.log=ERROR for Java: "
                            + replay);
        }
        return outcome;
    }

    /** Which rule a plan breaks, this one included; empty for none. */
    public static String ruleBroken(Plan plan) {
        UNEXPECTED.get().clear();
        String rule = Shrinker.ruleBroken(plan);
        return rule.isEmpty() && !UNEXPECTED.get().isEmpty() ? RULE : rule;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.ERROR) && !JUDGED_ELSEWHERE.contains(event.getMessage())) {
            UNEXPECTED
                    .get()
                    .add(event.getFormattedMessage() + " " + event.getKeyValuePairs()
                            + (event.getThrowableProxy() == null
                                    ? ""
                                    : ": " + event.getThrowableProxy().getMessage()));
        }
    }
}
