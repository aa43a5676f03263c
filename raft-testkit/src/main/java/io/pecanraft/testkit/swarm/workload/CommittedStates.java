package io.pecanraft.testkit.swarm.workload;

import io.pecanraft.model.LogEntry;
import io.pecanraft.testkit.check.CommittedLog;
import io.pecanraft.testkit.check.Operations;
import io.pecanraft.testkit.sim.Verdict;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What the state must be after each command of the committed log. The order of the log is known here, so every reply and every
 * read is checked against it at once; no search for an order is needed.
 */
final class CommittedStates<S, I, O> {

    /**
     * What became of a command.
     *
     * @param index where it is in the committed log
     * @param output what it is answered with
     */
    record Effect<O>(long index, O output) {}

    private final Workload<S, I, O> workload;
    private final Verdict verdict;
    private final CommittedLog committed;
    private final Map<Long, I> commands = new HashMap<>();
    private final Map<Object, NavigableMap<Long, S>> states = new HashMap<>();
    private final Map<Long, Effect<O>> effects = new HashMap<>();

    CommittedStates(Workload<S, I, O> workload, Verdict verdict, CommittedLog committed) {
        this.workload = workload;
        this.verdict = verdict;
        this.committed = committed;
        committed.listen(this::committed);
    }

    /** A command is about to be proposed, with the number of its call in front. */
    void called(long call, I command) {
        commands.put(call, command);
    }

    private void committed(LogEntry entry) {
        committed.command(entry.index()).ifPresent(payload -> {
            long call = Operations.idOf(payload);
            I command = commands.get(call);
            if (command == null) {
                // Somebody else's; that nobody's is committed is for the invariants to see.
                return;
            }
            Object key = workload.keyOf(command);
            Step<S, O> step = workload.step(at(key, entry.index()), command);
            states.computeIfAbsent(key, first -> new TreeMap<>()).put(entry.index(), step.after());
            effects.put(call, new Effect<>(entry.index(), step.output()));
        });
    }

    private S at(Object key, long index) {
        NavigableMap<Long, S> history = states.get(key);
        Map.Entry<Long, S> last = history == null ? null : history.floorEntry(index);
        return last == null ? workload.initial() : last.getValue();
    }

    /** What became of the command of a call; empty if it never took effect. */
    Optional<Effect<O>> effectOf(long call) {
        return Optional.ofNullable(effects.get(call));
    }

    /** The command of a call was answered. */
    void replied(long call, long index, O reply) {
        Effect<O> told = new Effect<>(index, reply);
        Effect<O> expected = effects.get(call);
        if (!told.equals(expected)) {
            verdict.fail("replies", commands.get(call) + " was answered with " + told + " instead of " + expected);
        }
    }

    /** A query was answered from the state after an index. */
    void read(I query, long reflectsIndex, O answer) {
        S state = at(workload.keyOf(query), reflectsIndex);
        Step<S, O> step = workload.step(state, query);
        if (!step.after().equals(state)) {
            verdict.fail(
                    "workload",
                    query + " is a query and yet changes the state " + state + " to " + step.after()
                            + "; in Workload.step a query must leave the state alone");
        }
        if (!answer.equals(step.output())) {
            verdict.fail(
                    "reads",
                    query + " was answered with " + answer + " from the state after " + reflectsIndex
                            + ", where the answer is " + step.output());
        }
    }
}
