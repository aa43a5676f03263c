package io.pecanraft.examples.kv.chaos;

import io.pecanraft.examples.kv.chaos.ConditionalKeys.Answer;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Done;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Request;
import io.pecanraft.examples.kv.chaos.ConditionalKeys.Set;
import io.pecanraft.testkit.linearizability.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The keys that are in use, and what each is known to hold where a window begins.
 *
 * <p>Between two windows nobody asks for anything but one last read of each key. What that read has seen is what the key holds where the
 * next window begins: the read is judged with the window that it ends, and nothing else was under way. That is so unless a
 * command on the key is of unknown outcome, since such a one may take effect at any time. Then the key is given up, and a new one, which holds
 * nothing, takes its place. So each window is judged on its own, no state is guessed, and no unknown outcome is forgotten.
 */
final class Registers {

    private final String prefix;
    private final List<String> names = new ArrayList<>();
    private final List<Operation<Request, Answer>> known = new ArrayList<>();
    private int made;

    /** So many keys, the names of which begin with a prefix that no earlier run has used. */
    Registers(String prefix, int number) {
        this.prefix = prefix;
        for (int i = 0; i < number; i++) {
            names.add(fresh());
        }
    }

    private String fresh() {
        made++;
        return prefix + made;
    }

    List<String> names() {
        return List.copyOf(names);
    }

    /** What is known before the window, as operations that happened before all others. */
    List<Operation<Request, Answer>> known() {
        return List.copyOf(known);
    }

    /** A window is over, and nothing is known yet of what comes next. */
    void forget() {
        known.clear();
    }

    /** The last read of a key has seen this; it was called at this time. */
    void holds(String key, Optional<String> value, long calledAt) {
        value.ifPresent(text ->
                known.add(Operation.answered("the window before", new Set(key, text), calledAt, new Done(), calledAt)));
    }

    /** A command on this key is of unknown outcome, or what it holds could not be read. */
    void giveUp(String key) {
        names.set(names.indexOf(key), fresh());
    }
}
