package io.pecanraft.testkit.swarm.register;

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
 * What the registers must hold after each command of the committed log. The order of the log is known here, so every reply
 * and every read is checked against it at once; no search for an order is needed.
 */
final class RegisterModel {

    private final Verdict verdict;
    private final CommittedLog committed;
    private final Map<Integer, NavigableMap<Long, Register>> histories = new HashMap<>();
    private final Map<Long, Register> replies = new HashMap<>();
    private final Map<Long, Register> effects = new HashMap<>();

    RegisterModel(Verdict verdict, CommittedLog committed) {
        this.verdict = verdict;
        this.committed = committed;
        committed.listen(this::committed);
    }

    private void committed(LogEntry entry) {
        committed.command(entry.index()).ifPresent(payload -> {
            RegisterCommand command = RegisterCommand.decode(Operations.unwrap(payload));
            Register after = at(command.key(), entry.index()).after(command);
            histories.computeIfAbsent(command.key(), key -> new TreeMap<>()).put(entry.index(), after);
            replies.put(entry.index(), after);
            effects.put(Operations.idOf(payload), after);
        });
    }

    private Register at(int key, long index) {
        NavigableMap<Long, Register> history = histories.get(key);
        Map.Entry<Long, Register> last = history == null ? null : history.floorEntry(index);
        return last == null ? Register.EMPTY : last.getValue();
    }

    /** The register after the command of a call; empty if it never took effect. */
    Optional<Register> effectOf(long call) {
        return Optional.ofNullable(effects.get(call));
    }

    void replied(long index, Register reply) {
        Register expected = replies.get(index);
        if (!reply.equals(expected)) {
            verdict.fail(
                    "replies", "the command at " + index + " was answered with " + reply + " instead of " + expected);
        }
    }

    void read(int key, long reflectsIndex, Register answer) {
        Register expected = at(key, reflectsIndex);
        if (!answer.equals(expected)) {
            verdict.fail(
                    "reads",
                    "register " + key + " was read as " + answer + " in the state after " + reflectsIndex
                            + ", where it is " + expected);
        }
    }
}
